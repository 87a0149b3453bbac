"""What is read of lists, always by who is asking."""
