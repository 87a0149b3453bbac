"""What pages of rounds show, by who is asking."""
