"""What somebody typed into the one box is, by its form alone, and how long to wait after numbers in a row. Pure."""

import re
from dataclasses import dataclass
from enum import Enum

from zhijia.kernel import codes
from zhijia.kernel.codes.text import compact

LEAST_LETTERS, LEAST_CHARACTERS = 2, 2
"""A single surname or letter is half a county: two are asked for."""
LEAST_DIGITS = 6
NEAR_NUMBER, NEAR_MOBILE, NEAR_CARD = 14, 8, 9
"""The leading characters numbers in a row have in common: place and day of birth, the operator's block, the batch."""
_UNION = re.compile(r"\d{6}-\d{6}")
_CARD = re.compile(r"6\d{13}")
_DOCUMENT = re.compile(r"[A-Z0-9()]{6,18}")
_LETTERS = re.compile(r"[A-Z]+")
_CHINESE = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U000323af]")


class Form(Enum):
    """What can be looked for."""

    NUMBER = "number"
    MOBILE = "mobile"
    CARD = "card"
    UNION_CODE = "union_code"
    INITIALS = "initials"
    NAME = "name"
    TOO_SHORT = "too_short"
    UNKNOWN = "unknown"


EXACT = (Form.NUMBER, Form.MOBILE, Form.CARD)
"""Forms that name one person."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What was typed, in its normal form."""

    form: Form
    text: str

    @property
    def near(self) -> str:
        """What numbers tried out in a row have in common; empty for what is no number."""
        heads = {Form.NUMBER: NEAR_NUMBER, Form.MOBILE: NEAR_MOBILE, Form.CARD: NEAR_CARD}
        return self.text[: heads[self.form]] if self.form in heads else ""


def recognised(typed: str) -> Sought:
    """What was typed, told by its form: eighteen or fifteen digits, eleven, a card, a union's code, letters, words."""
    text = compact(typed)
    if _UNION.fullmatch(text):
        return Sought(Form.UNION_CODE, text)
    if codes.mobile_error(text) is None:
        return Sought(Form.MOBILE, codes.normal_mobile(text))
    digits = text.replace("-", "")
    if _CARD.fullmatch(digits) and codes.with_check_digit(digits[:-1]) == digits:
        return Sought(Form.CARD, digits)
    if _LETTERS.fullmatch(text):
        return Sought(Form.INITIALS if len(text) >= LEAST_LETTERS else Form.TOO_SHORT, text.lower())
    if _DOCUMENT.fullmatch(text) and sum(sign.isdigit() for sign in text) >= LEAST_DIGITS:
        return Sought(Form.NUMBER, codes.normal_id_number(text))
    if _CHINESE.search(text):
        return Sought(Form.NAME if len(text) >= LEAST_CHARACTERS else Form.TOO_SHORT, text)
    return Sought(Form.UNKNOWN, "")


def wait(neighbours: int, free: int, first: int, longest: int) -> int:
    """Seconds from the last look-up until the next of so many in the same neighbourhood today: none for the `free`
    first, then `first`, and twice as long each time, up to `longest`."""
    return min(longest, first << min(neighbours - free, 30)) if neighbours >= free else 0
