"""Roster imports: a file is checked row by row, shown, confirmed, written at once, and can be undone."""
