"""The maps library that pages with a tile source load: where it came from, and that it is still what came."""
