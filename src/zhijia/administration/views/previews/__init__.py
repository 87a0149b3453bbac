"""How a definition will look and what it would do, on a page, before it is published."""
