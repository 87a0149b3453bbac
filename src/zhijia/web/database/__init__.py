"""The database: the embedded PostgreSQL server, its roles, and where each of them is found."""
