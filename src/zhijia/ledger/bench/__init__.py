"""How fast entries go into the books, and how fast a balance comes out of them."""
