"""The member number (会员编号, data dictionary row 2): division 6, year 4, serial 9, check 1.

The check digit is that of ISO/IEC 7064 MOD 11,10 over the nineteen digits before it: it is a plain digit and
finds every single wrong digit and nearly all swapped neighbours.
"""

from stdnum.iso7064 import mod_11_10

from zhijia.kernel.codes.text import compact

REASONS = ("member_number_empty", "member_number_form", "member_number_check")


def with_check_digit(digits: str) -> str:
    """These digits and their check digit (ISO/IEC 7064 MOD 11,10): for member numbers and card numbers."""
    return digits + str(mod_11_10.calc_check_digit(digits))


def member_number(*, division: str, year: int, serial: int) -> str:
    """The twenty digits of a member number. Raises ValueError when a part does not fit its place."""
    body = f"{division}{year:04d}{serial:09d}"
    if len(division) != 6 or len(body) != 19 or not (body.isascii() and body.isdigit()):
        raise ValueError(f"division {division}, year {year}, serial {serial} make no member number")
    return with_check_digit(body)


def member_number_error(text: str) -> str | None:
    """Why this is no member number, as one of `REASONS`; None when it is one."""
    number = compact(text).replace("-", "")
    if not number:
        return "member_number_empty"
    if len(number) != 20 or not (number.isascii() and number.isdigit()):
        return "member_number_form"
    return None if with_check_digit(number[:19]) == number else "member_number_check"
