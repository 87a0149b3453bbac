"""How fast contributions are shared and posted."""
