"""Reading: drives, rosters, progress, returns."""
