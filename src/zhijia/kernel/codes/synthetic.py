"""Valid codes that belong to nobody, for the demo province and the tests.

- Resident numbers and credit codes carry county 349999: GB/T 2260 has never had a prefecture 3499 in Anhui.
- Mobile numbers begin with 169, which the national numbering plan has given to no operator.
- Bank accounts begin with 629999, an issuer number UnionPay has not published; the last digit is Luhn's.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from stdnum import luhn

from zhijia.kernel.codes.credit import ALPHABET, code_check_character
from zhijia.kernel.codes.resident import resident_check_digit

DIVISION = "349999"
MOBILE_HEAD = "169"
ACCOUNT_HEAD = "629999"
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], np.int64)
_CHECK = np.frombuffer(b"10X98765432", np.uint8)


def synthetic_resident_id(birth_date: date, order: int) -> str:
    """A valid number of nobody born on that day. `order` is 0 to 999; odd is a man, even a woman."""
    if not 0 <= order <= 999:
        raise ValueError("order must be 0 to 999")
    body = f"{DIVISION}{birth_date:%Y%m%d}{order:03d}"
    return body + resident_check_digit(body)


def synthetic_resident_ids(birth_dates: NDArray[np.int64], orders: NDArray[np.int64]) -> NDArray[np.bytes_]:
    """The same for columns: birth dates as integers yyyymmdd, orders 0 to 999; answers an array of S18."""
    number = int(DIVISION) * 10**11 + birth_dates * 1000 + orders
    digits = (number[:, None] // 10 ** np.arange(16, -1, -1, dtype=np.int64)) % 10
    out = np.empty((len(number), 18), np.uint8)
    out[:, :17] = digits + ord("0")
    out[:, 17] = _CHECK[(digits @ _WEIGHTS) % 11]
    return out.view("S18").ravel()


def synthetic_mobile(serial: int) -> str:
    """A mobile number nobody has. `serial` is 0 to 99,999,999."""
    if not 0 <= serial < 10**8:
        raise ValueError("serial must have at most eight digits")
    return f"{MOBILE_HEAD}{serial:08d}"


def is_synthetic_mobile(number: str) -> bool:
    """True for a number of the range above, the only ones the development SMS adapter sends to."""
    return len(number) == 11 and number.startswith(MOBILE_HEAD)


def synthetic_account(serial: int) -> str:
    """A bank card number of 19 digits that no bank has issued. `serial` is below 10 ** 12."""
    if not 0 <= serial < 10**12:
        raise ValueError("serial must have at most twelve digits")
    body = f"{ACCOUNT_HEAD}{serial:012d}"
    return body + str(luhn.calc_check_digit(body))


def synthetic_union_code(serial: int, *, grassroots: bool = True) -> str:
    """A valid credit code of a union that does not exist. `serial` is below 31 ** 7."""
    return _code("81" if grassroots else "89", "MC", serial)


def synthetic_employer_code(serial: int, *, head: str = "91") -> str:
    """A valid credit code of an employer that does not exist. `serial` is below 31 ** 7."""
    return _code(head, "MA", serial)


def _code(head: str, mark: str, serial: int) -> str:
    body = head + DIVISION + mark + _base31(serial)
    return body + code_check_character(body)


def _base31(serial: int) -> str:
    if not 0 <= serial < 31**7:
        raise ValueError("serial must be below 31 ** 7")
    places: Sequence[int] = [serial // 31**power % 31 for power in range(6, -1, -1)]
    return "".join(ALPHABET[place] for place in places)
