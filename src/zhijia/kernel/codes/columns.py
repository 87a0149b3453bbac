"""The same checks over whole columns: numpy passes the sound rows, the scalar check words the others."""

from collections.abc import Callable, Collection, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from zhijia.kernel.codes.mobile import mobile_error, normal_mobile
from zhijia.kernel.codes.resident import OLDEST, PROVINCES, normal_resident_id, resident_id_error

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], np.int16)
_CHECK = np.frombuffer(b"10X98765432", np.uint8)
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int16)
_PROVINCES = np.isin(np.arange(100), [int(code) for code in PROVINCES])


def check_resident_ids(
    texts: Sequence[str], *, today: date, divisions: Collection[str] | None = None
) -> tuple[list[str], dict[int, str]]:
    """The normal forms, and the reason by position for each that `resident_id_error` would refuse."""
    known = None
    if divisions is not None:
        known = np.zeros(1_000_000, bool)
        known[[int(code) for code in divisions]] = True
    return _check(
        texts,
        18,
        lambda cells: sound_resident_ids(cells, today, known),
        normal_resident_id,
        lambda text: resident_id_error(text, today=today, divisions=divisions),
    )


def check_mobiles(texts: Sequence[str]) -> tuple[list[str], dict[int, str]]:
    """The normal forms, and the reason by position for each that `mobile_error` would refuse."""
    return _check(texts, 11, sound_mobiles, normal_mobile, mobile_error)


def _check(
    texts: Sequence[str],
    width: int,
    sound: Callable[[NDArray[np.uint8]], NDArray[np.bool_]],
    normal: Callable[[str], str],
    error: Callable[[str], str | None],
) -> tuple[list[str], dict[int, str]]:
    values = list(texts)
    places = [place for place, text in enumerate(values) if len(text) == width and text.isascii()]
    cells = np.frombuffer("".join([values[place] for place in places]).encode(), np.uint8).reshape(-1, width)
    left = np.ones(len(values), bool)
    left[np.array(places, np.int64)[sound(cells)]] = False
    reasons: dict[int, str] = {}
    for place in np.flatnonzero(left).tolist():
        reason = error(values[place])
        if reason is not None:
            reasons[place] = reason
        values[place] = normal(values[place])
    return values, reasons


def sound_resident_ids(
    cells: NDArray[np.uint8], today: date, known: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_]:
    """Which of these rows of eighteen plain characters are resident numbers in their normal form."""
    body = cells[:, :17] - np.uint8(ord("0"))
    good = np.asarray((body < 10).all(axis=1))
    digits = np.where(good[:, None], body, 0).astype(np.int16)
    good &= _CHECK[(digits @ _WEIGHTS) % 11] == cells[:, 17]
    good &= _PROVINCES[digits[:, 0] * 10 + digits[:, 1]]
    if known is not None:
        good &= known[digits[:, :6] @ np.array([100_000, 10_000, 1000, 100, 10, 1], np.int32)]
    year = digits[:, 6:10] @ np.array([1000, 100, 10, 1], np.int16)
    month, day = digits[:, 10] * 10 + digits[:, 11], digits[:, 12] * 10 + digits[:, 13]
    good &= (month >= 1) & (month <= 12) & (day >= 1)
    leap = (month == 2) & ((year % 4 == 0) & (year % 100 != 0) | (year % 400 == 0))
    good &= day <= _MONTH_DAYS[np.where(month <= 12, month, 0)] + leap
    born = year.astype(np.int32) * 10_000 + month * np.int32(100) + day
    good &= (born <= today.year * 10_000 + today.month * 100 + today.day) & (year >= today.year - OLDEST)
    return good


def sound_mobiles(cells: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which of these rows of eleven plain characters are mobile numbers in their normal form."""
    digits = cells - np.uint8(ord("0"))
    good = np.asarray((digits < 10).all(axis=1))
    good &= (digits[:, 0] == 1) & (digits[:, 1] >= 3)
    return good


def born_and_sex(cells: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """What sound resident numbers say: the birth date as an integer yyyymmdd, and the sex, 1 or 2."""
    digits = (cells[:, 6:14] - np.uint8(ord("0"))).astype(np.int64)
    return digits @ 10 ** np.arange(7, -1, -1), 2 - cells[:, 16] % 2


def member_numbers(
    divisions: NDArray[np.int64], years: NDArray[np.int64], serials: NDArray[np.int64]
) -> NDArray[np.bytes_]:
    """`member_number` for whole columns; divisions are six-digit numbers."""
    body = np.hstack([_digits(divisions, 6), _digits(years, 4), _digits(serials, 9)])
    check = np.full(len(body), 10, np.int64)
    for column in body.T:
        total = (check + column) % 10
        total[total == 0] = 10
        check = total * 2 % 11
    figures = np.hstack([body, ((11 - check) % 10)[:, None]])
    return np.ascontiguousarray((figures + ord("0")).astype(np.uint8)).view("S20").ravel()


def _digits(numbers: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    return numbers[:, None] // 10 ** np.arange(width - 1, -1, -1, dtype=np.int64) % 10
