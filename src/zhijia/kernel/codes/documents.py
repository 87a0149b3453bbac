"""Numbers of identity documents by their type (data dictionary rows 4 and 5)."""

import re
from collections.abc import Container
from datetime import date

from zhijia.kernel.codes.resident import REASONS as RESIDENT_REASONS
from zhijia.kernel.codes.resident import normal_resident_id, resident_check_digit, resident_id_error
from zhijia.kernel.codes.text import is_scientific

RESIDENT_ID, PASSPORT, TAIWAN_PERMIT, HK_MACAO_PERMIT = "111", "414", "511", "516"
FOREIGNER_PERMANENT, HMT_RESIDENCE = "553", "554"
REASONS = (*RESIDENT_REASONS, "id_type_unknown", "id_pattern")

_PATTERNS = {
    PASSPORT: re.compile(r"^(?=.*\d)[A-Z0-9]{5,17}$"),
    TAIWAN_PERMIT: re.compile(r"^(\d{8}|\d{10}[A-Z]?)$"),
    HK_MACAO_PERMIT: re.compile(r"^[HM](\d{8}|\d{10})$"),
    FOREIGNER_PERMANENT: re.compile(r"^([A-Z]{3}\d{12}|9\d{16}[\dX])$"),
    HMT_RESIDENCE: re.compile(r"^8[123]0000\d{11}[\dX]$"),
}


def normal_id_number(text: str) -> str:
    """The number as it is compared and indexed, whatever the document."""
    return normal_resident_id(text)


def id_number_error(
    id_type: str, text: str, *, today: date | None = None, divisions: Container[str] | None = None
) -> str | None:
    """Why this is no number of such a document, as one of `REASONS`; None when it is one."""
    if id_type == RESIDENT_ID:
        return resident_id_error(text, today=today, divisions=divisions)
    pattern = _PATTERNS.get(id_type)
    if pattern is None:
        return "id_type_unknown"
    number = normal_id_number(text)
    if not number:
        return "id_empty"
    if is_scientific(number):
        return "id_scientific"
    if not pattern.match(number):
        return "id_pattern"
    if id_type == HMT_RESIDENCE:
        return resident_id_error(number, today=today)
    if len(number) == 18 and resident_check_digit(number[:17]) != number[17]:
        return "id_check_digit"
    return None
