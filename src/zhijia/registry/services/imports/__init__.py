"""Roster imports: a union's file is checked row by row, shown, confirmed, written at once, and can be undone."""
