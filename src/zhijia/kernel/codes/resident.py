"""The resident identity number (公民身份号码, GB 11643-1999; data dictionary row 5)."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stdnum.cn import ric

from zhijia.kernel.codes.text import compact, is_scientific
from zhijia.kernel.days import business_day, now

PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
REASONS = (
    "id_empty",
    "id_scientific",
    "id_fifteen_digits",
    "id_length",
    "id_characters",
    "id_division",
    "id_birth_date",
    "id_birth_in_future",
    "id_too_old",
    "id_check_digit",
)
OLDEST = 120
"""Years. Not a rule of the union: nobody alive is older, so a number that says so is mistyped."""


@dataclass(frozen=True, slots=True)
class ResidentIdParts:
    """What the number itself says. `sex` is 1 (male) or 2 (female), as in GB/T 2261.1."""

    division: str
    birth_date: date
    sex: Literal["1", "2"]


def normal_resident_id(text: str) -> str:
    """The number as it is compared and indexed: 18 narrow characters, X a capital, no spaces or dashes."""
    return compact(text).replace("-", "")


def resident_id_error(
    text: str, *, today: date | None = None, divisions: Container[str] | None = None, oldest: int = OLDEST
) -> str | None:
    """Why this is no resident number, as one of `REASONS`; None when it is one (GB 11643, TV-02).

    `divisions` holds the six-digit codes ever assigned, abolished ones too, where the caller wants them
    checked; without it the first two digits must be a province's.
    `today` is the business day, this one by default.
    """
    number = normal_resident_id(text)
    if not number:
        return "id_empty"
    if is_scientific(number):
        return "id_scientific"
    digits = number.isascii() and number.isdigit()
    if len(number) == 15 and digits:
        return "id_fifteen_digits"
    if len(number) != 18:
        return "id_length" if number.isascii() and number[:-1].isdigit() else "id_characters"
    if not (digits or (number.isascii() and number[:17].isdigit() and number[17] == "X")):
        return "id_characters"
    if number[:2] not in PROVINCES or (divisions is not None and number[:6] not in divisions):
        return "id_division"
    return _birth_error(number, today or business_day(now()), oldest) or _check_error(number)


def resident_id_parts(text: str) -> ResidentIdParts:
    """Division, birth date and sex out of a valid number. Raises ValueError for one that is not."""
    number = normal_resident_id(text)
    if reason := resident_id_error(number):
        raise ValueError(reason)
    return ResidentIdParts(number[:6], _birth(number), "1" if int(number[16]) % 2 else "2")


def resident_check_digit(first_seventeen: str) -> str:
    """The eighteenth character (MOD 11-2)."""
    return str(ric.calc_check_digit(first_seventeen + "0"))


def _birth(number: str) -> date:
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def _birth_error(number: str, today: date, oldest: int) -> str | None:
    try:
        birth = _birth(number)
    except ValueError:
        return "id_birth_date"
    if birth > today:
        return "id_birth_in_future"
    return "id_too_old" if today.year - birth.year > oldest else None


def _check_error(number: str) -> str | None:
    return None if resident_check_digit(number[:17]) == number[17] else "id_check_digit"
