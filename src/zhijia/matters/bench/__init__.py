"""How fast cases go, and how fast what waits is found, beside the bare statements."""
