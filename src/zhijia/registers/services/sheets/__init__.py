"""Rows from a sheet: the same beats as a roster: sent, checked without a trace, confirmed, taken back for a day."""
