"""What two registrations have in common, and how much it says (MEM-02): texts in, texts and numbers out.

A registration is compared only with those that share a block with it. One mistyped digit, or two neighbours swapped,
leaves at least one of the parts of a number as it was, so name and part are a block; so are name and birth date, and
name and phone. Nothing here reads or keeps a number: the batch hands the texts to the vault's keyed digest.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhijia.kernel.codes.resident import resident_check_digit

RESIDENT = "111"
PART = 4
"""Characters of the part at either end of a number that is no resident number: shorter than half of any passport's."""
CENTURY = "19"
"""Numbers of 15 digits were given to people born in it."""
_DOTS = str.maketrans(dict.fromkeys("•・．.‧∙⋅", "·"))


@dataclass(frozen=True, slots=True)
class Registration:
    """What a registration says that can be compared. `number` and `phone` are in their normal form; empty or None is
    not known. `place` holds what ties it to a place of work."""

    name: str
    id_type: str
    number: str
    birth: date | None
    sex: str
    phone: str
    union_id: int | None
    employer_id: int | None


@dataclass(frozen=True, slots=True)
class Blocks:
    """The texts a registration is grouped by; None where it does not say enough."""

    birth: str | None
    body: str | None
    tail: str | None
    phone: str | None


def normal_name(name: str) -> str:
    """A name as it is compared: one width, no spaces, one kind of dot, one case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).translate(_DOTS).casefold()


def eighteen(number: str) -> str:
    """The resident number of 18 digits that one of 15 became in 1999; any other as it is."""
    if len(number) != 15 or not number.isdigit():
        return number
    body = number[:6] + CENTURY + number[6:]
    return body + resident_check_digit(body)


def other_form(number: str) -> str | None:
    """The same resident number as the other generation of cards writes it; None where there is no other."""
    if len(number) == 15 and number.isdigit():
        return eighteen(number)
    if len(number) == 18 and number[:17].isdigit() and number[6:8] == CENTURY:
        return number[:6] + number[8:17]
    return None


def born(registration: Registration) -> str | None:
    """The day of birth as eight digits, as it was said or as a resident number tells it."""
    if registration.birth is not None:
        return f"{registration.birth:%Y%m%d}"
    long = eighteen(registration.number)
    return long[6:14] if registration.id_type == RESIDENT and _is_resident(long) else None


def blocks_of(registration: Registration) -> Blocks:
    """What the registration is grouped by. A resident number is cut into its birth date and the rest, so that a
    mistake in either leaves the other; any other number into its two ends."""
    name, number, day = normal_name(registration.name), registration.number, born(registration)
    long = eighteen(number)
    body = tail = None
    if _is_resident(long):
        body = f"{name}|{long[:6]}{long[14:17]}"
    elif len(number) >= 2 * PART:
        body, tail = f"{name}|{number[:PART]}", f"{name}|{number[-PART:]}"
    return Blocks(
        birth=f"{name}|{day}" if day else None,
        body=body,
        tail=tail,
        phone=f"{name}|{registration.phone}" if registration.phone else None,
    )


def near(one: str, other: str) -> bool:
    """Whether one mistake makes one text of the other: a character mistyped, left out or put in, or two neighbours
    swapped (Damerau's distance is 1). Equal texts are not."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    place = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[place:] == long[place + 1 :]
    swapped = long[place + 1 : place + 2] + long[place : place + 1] + long[place + 2 :]
    return short[place + 1 :] == long[place + 1 :] or short[place:] == swapped


def numbers_say(one: Registration, other: Registration) -> str:
    """What the two numbers say: `number_same` (15 and 18 digits), `number_near`, `number_far`, `documents_differ` for
    two kinds of document, "" where one is missing. The check digit follows from the rest, so a mistake that was
    written with a fitting check digit counts as one."""
    if not one.number or not other.number:
        return ""
    a, b = eighteen(one.number), eighteen(other.number)
    if a == b:
        return "number_same"
    if one.id_type != other.id_type:
        return "documents_differ"
    both_resident = _is_resident(a) and _is_resident(b)
    return "number_near" if near(a, b) or (both_resident and near(a[:17], b[:17])) else "number_far"


def signals(one: Registration, other: Registration) -> tuple[str, ...]:
    """Everything two registrations say together, as words for people and for `score`."""
    said = [numbers_say(one, other)]
    if normal_name(one.name) == normal_name(other.name):
        said.append("name_same")
    days = born(one), born(other)
    if all(days):
        alike = days[0] == days[1]
        # A digit mistyped in the birth date of a number moves the birth date too.
        said.append("birth_same" if alike else "" if said[0] == "number_near" else "birth_differs")
    if one.phone and other.phone:
        said.append("phone_same" if one.phone == other.phone else "phone_differs")
    if {one.sex, other.sex} == {"1", "2"}:
        said.append("sex_differs")
    if _same(one.union_id, other.union_id) or _same(one.employer_id, other.employer_id):
        said.append("work_same")
    return tuple(signal for signal in said if signal)


def score(said: Iterable[str], points: Mapping[str, int]) -> int:
    """The points of the signals added up."""
    return sum(points[signal] for signal in said)


def reasons(said: Sequence[str], points: Mapping[str, int]) -> list[str]:
    """The signals, those that say most first."""
    return sorted(said, key=lambda signal: -abs(points[signal]))


def _is_resident(number: str) -> bool:
    return len(number) == 18 and number[:17].isdigit()


def _same(one: int | None, other: int | None) -> bool:
    return one is not None and one == other
