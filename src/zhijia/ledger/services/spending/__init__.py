"""Spending by voucher (DUE-14 to DUE-18): prepared by one person, checked by another, posted, taken back whole."""
