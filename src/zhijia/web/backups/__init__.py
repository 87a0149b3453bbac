"""`zhijia backup DIR` and `zhijia restore DIR`: the database and the sealed files, never a key."""
