"""What a definition will look like and do, before it is published: nothing is written."""
