"""A definition as a form: its tree, the keys its parts may say, and what those are called."""
