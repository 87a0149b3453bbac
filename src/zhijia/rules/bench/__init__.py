"""The bench of rules: finding beside SQL written by hand, deciding beside the Rust engine of CEL."""
