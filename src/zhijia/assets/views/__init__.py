"""Assets and goods on pages."""
