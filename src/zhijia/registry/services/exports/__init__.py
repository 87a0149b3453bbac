"""Tables that leave the house: asked for, allowed, written by a job, opened for a few days by who asked (S-35).

A room announces a table in its `apps.py` (`tables.announce`); `asking` takes the wish, `deciding` the second
person's word, `work` writes the file, `opening` says who may open it.
"""
