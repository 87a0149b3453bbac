"""The ways to a bank that ship with the platform: over HTTP (`http.py`) and by files (`files.py`). The formats are
documented in docs/handbook/bank-files.md; they are ours, and a bank that wants another gets another channel."""
