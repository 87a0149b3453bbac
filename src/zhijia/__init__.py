"""Zhijia (职家): a platform that runs a trade-union federation's work."""
