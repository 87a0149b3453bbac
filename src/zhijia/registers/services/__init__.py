"""What writes lists, and what they tell."""
