"""Loads: files of members of many unions, a province at a time, by columns (docs/handbook/loads.md).

Nothing is imported here: a worker process comes by this package before it has settings.
"""
