"""A round from its call to the names: each step is a service of its own."""
