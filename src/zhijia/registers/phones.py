"""The number somebody dials, of a text that is nothing but a telephone number. Pure."""

import re

_SIGNS = str.maketrans({"（": "(", "）": ")", "－": "-", "—": "-", "–": "-", "　": " "})
_NUMBER = re.compile(
    r"(?:0\d{2,3}[- ]|\(0\d{2,3}\)[- ]?)\d{7,8}|[48]00[- ]?\d{3}[- ]?\d{4}|1[3-9]\d[- ]?\d{4}[- ]?\d{4}|12\d{3}"
)


def dialled(text: str) -> str:
    """Its digits; nothing for any other text. A fixed line has its area code set apart, so that no other number is
    taken for one."""
    said = text.translate(_SIGNS).strip()
    return "".join(filter(str.isdigit, said)) if _NUMBER.fullmatch(said) else ""
