"""Appraisals: runs of a definition, entries, who marks them, and what came of it."""
