"""A person's name as it may stand in the register, wherever it was typed; and text without what nobody sees."""

import re
import unicodedata

SIGNS = frozenset(" ·-'")
"""What may stand between the letters of a name (data dictionary 3)."""
_JOINERS = frozenset("\u180e\u200c\u200d")
"""Signs of no width that scripts of joined letters and put-together emoji are written with."""
_DOTS = str.maketrans(
    {"•": "·", "・": "·", "‧": "·", "∙": "·", "．": "·", "﹒": "·", "’": "'"} | dict.fromkeys(_JOINERS, "")
)
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]+"
)
"""Control characters, signs of no width, fillers, and the marks that turn the direction of what follows."""
_BREAKS = re.compile("[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")
_FIRST_IDEOGRAPH = "\u2e80"


def seen(text: str) -> str:
    """The text without what nobody sees, with one space between its words and none around it."""
    return _SPACES.sub(" ", _UNSEEN.sub(_still, text)).strip()


def legible(text: str) -> str:
    """The text as it was typed, its lines and spaces too, without what nobody sees."""
    return _BREAKS.sub(" ", _UNSEEN.sub(_still, text))


def _still(found: re.Match[str]) -> str:
    """What stays of what nobody sees: a joiner between what it joins."""
    before = found.string[max(found.start() - 1, 0) : found.start()]
    behind = found.string[found.end() : found.end() + 1]
    return found[0] if found[0] in _JOINERS and _joins(before) and _joins(behind) else ""


def _joins(letter: str) -> bool:
    """Whether joiners are written beside it: Arabic to Mongolian letters, the signs emoji are made of."""
    scripts = "\u0600" <= letter <= "\u18af" or "\ufb50" <= letter <= "\ufefc"
    return bool(letter) and (scripts or unicodedata.category(letter) in {"So", "Sk", "Mn", "Me"})


def name_of(text: str) -> tuple[str, str]:
    """A person's name in its normal form, and why it is none: "", `name_missing`, `name_digits`, `name_characters`.

    It has letters of any script, one at least, and between them a middle dot, a space, a hyphen, an apostrophe."""
    plain = seen(unicodedata.normalize("NFKC", seen(text)).translate(_DOTS))
    if not any(letter < _FIRST_IDEOGRAPH and letter != " " for letter in plain):
        plain = plain.replace(" ", "")
    if not plain:
        return "", "name_missing"
    if any(letter.isdigit() for letter in plain):
        return "", "name_digits"
    if not all(letter.isalpha() or letter in SIGNS or unicodedata.combining(letter) for letter in plain):
        return "", "name_characters"
    return (plain, "") if any(letter.isalpha() for letter in plain) else ("", "name_characters")
