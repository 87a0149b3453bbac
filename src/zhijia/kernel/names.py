"""A person's name as it may stand in the register, wherever it was typed; and text without what nobody sees."""

import re
import unicodedata

SIGNS = frozenset(" ·-'")
"""What may stand between the letters of a name (data dictionary 3)."""
_DOTS = str.maketrans({"•": "·", "・": "·", "‧": "·", "∙": "·", "．": "·", "﹒": "·", "’": "'"})
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]+"
)
"""Control characters, signs of no width, fillers, and the marks that turn the direction of what follows."""
_SPACES = re.compile(r"\s+")
_FIRST_IDEOGRAPH = "\u2e80"


def seen(text: str) -> str:
    """The text without what nobody sees, with one space between its words and none around it."""
    return _SPACES.sub(" ", _UNSEEN.sub("", text)).strip()


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
