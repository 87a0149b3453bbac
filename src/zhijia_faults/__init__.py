"""Faults made to happen on purpose, and promises looked at afterwards: `zhijia-faults money --runs N --seed S`.

A development command: it starts database, web server, worker and bank as processes of its own in a temporary folder,
and uses the worlds of the tests. Nothing of `zhijia` imports it.
"""
