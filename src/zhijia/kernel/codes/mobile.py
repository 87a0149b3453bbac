"""Mobile numbers (data dictionary row 15) and bank accounts (row 42)."""

import re

from zhijia.kernel.codes.text import compact, is_scientific

REASONS = ("mobile_empty", "mobile_scientific", "mobile_characters", "mobile_length", "mobile_prefix")
ACCOUNT_REASONS = ("account_empty", "account_scientific", "account_characters", "account_length")
_PUNCTUATION = re.compile(r"[-()‐‑–—.]")
_COUNTRY = re.compile(r"^(?:\+?0{0,2}86)(?=1\d{10}$)")


def normal_mobile(text: str) -> str:
    """The number as it is compared and dialled: eleven digits, without +86, dashes and spaces."""
    return _COUNTRY.sub("", _PUNCTUATION.sub("", compact(text)))


def mobile_error(text: str) -> str | None:
    """Why this is no mobile number of the mainland, as one of `REASONS`; None when it is one."""
    if is_scientific(compact(text)):
        return "mobile_scientific"
    number = normal_mobile(text)
    if not number:
        return "mobile_empty"
    if not (number.isascii() and number.isdigit()):
        return "mobile_characters"
    if len(number) != 11:
        return "mobile_length"
    return None if number[0] == "1" and number[1] in "3456789" else "mobile_prefix"


def normal_account(text: str) -> str:
    """A bank account or card number as it is compared: its digits alone."""
    return compact(text).replace("-", "")


def account_error(text: str) -> str | None:
    """Why this can be no bank account (8 to 32 digits), as one of `ACCOUNT_REASONS`; None when it can."""
    number = normal_account(text)
    if not number:
        return "account_empty"
    if is_scientific(number):
        return "account_scientific"
    if not (number.isascii() and number.isdigit()):
        return "account_characters"
    return None if 8 <= len(number) <= 32 else "account_length"
