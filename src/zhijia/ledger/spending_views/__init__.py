"""Spending on pages."""
