"""The one supervisor: it runs database, server, workers, sealer and sweeper, and restarts what dies."""
