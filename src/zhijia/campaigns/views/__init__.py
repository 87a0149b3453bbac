"""The pages of drives."""
