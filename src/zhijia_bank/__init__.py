"""A simulated bank: a program of its own with a ledger of its own, which the platform knows through its channels alone.

Standard library only. It imports nothing of `zhijia` and nothing of `zhijia` imports it (import-linter keeps both).
"""
