"""How the trees of unions change: planned, previewed, done on their day as a whole, undone before it."""
