"""English: 21 Nov 2026."""

DATE_FORMAT = "j M Y"
