"""Writing: drives, their roster, what each gets."""
