"""The published standard: its editions and its files."""
