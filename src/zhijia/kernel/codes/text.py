"""What people and spreadsheets type, brought to the form a code is checked in."""

import re
import unicodedata

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff'’`]+")
_SCIENTIFIC = re.compile(r"^\d(?:\.\d*)?E\+?\d{1,3}$")


def compact(text: str) -> str:
    """Full-width characters narrowed, letters upper-case, spaces, invisible marks and the apostrophe that
    forces text in a spreadsheet taken away."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).upper()


def is_scientific(compacted: str) -> bool:
    """True for '3.40101E+17': a spreadsheet kept a number where a code belongs and lost its last digits."""
    return _SCIENTIFIC.match(compacted) is not None
