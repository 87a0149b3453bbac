"""What somebody typed, as it is stored; each mistake in a sentence beside its question. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.asking.questions import Asked
from zhijia.kernel import codes, names

LONGEST = {"text": 200, "long_text": 4000}
MOST_FEN = 10**15
YES, NO = {"yes", "true", "1", "on", "是"}, {"no", "false", "0", "", "否"}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A question whose answer cannot be taken, and why."""

    name: str
    words: Any


def read(question: Asked, typed: Any, *, known: Callable[[str, str], bool]) -> tuple[Any, Any]:
    """(the stored value, None) or (None, the sentence). `known(kind, value)` says whether a code, division, union,
    employer or person of that name exists. Empty is None."""
    if question.type == "choices":
        chosen = [str(one) for one in (typed if isinstance(typed, list) else [typed]) if one]
        return (None, _CHOOSE) if set(chosen) - question.offered else (chosen or None, None)
    text = str(typed if typed is not None else "")
    text = plain(text) if question.type == "long_text" else names.seen(text)
    if not text:
        return None, None
    return _READERS.get(question.type, _read_text)(question, text, known)


def plain(text: str) -> str:
    """The text without what nobody sees; its lines stay lines."""
    return "\n".join(names.seen(line) for line in text.strip().splitlines()).strip()


_CHOOSE = _("Choose one of the list.")


def _read_text(question: Asked, text: str, _known: Callable[[str, str], bool]) -> tuple[Any, Any]:
    most = question.most or LONGEST.get(question.type, LONGEST["text"])
    if len(text) > most:
        return None, _("Write at most %(most)d characters; these are %(count)d.") % {
            "most": most,
            "count": len(text),
        }
    return text, None


def _read_whole(question: Asked, text: str, _known: Callable[[str, str], bool]) -> tuple[Any, Any]:
    if not re.fullmatch(r"-?[0-9]{1,15}", text):
        return None, _("Write a whole number in digits.")
    return _within(question, int(text))


def _read_money(question: Asked, text: str, _known: Callable[[str, str], bool]) -> tuple[Any, Any]:
    try:
        yuan = Decimal(text.replace(",", "").replace("，", "").removesuffix("元"))
    except ArithmeticError:
        return None, _("Write the amount in yuan, for example 1200 or 1200.50.")
    if not yuan.is_finite() or not 0 <= yuan < MOST_FEN // 100 or yuan * 100 != int(yuan * 100):
        return None, _("Write the amount in yuan, for example 1200 or 1200.50.")
    return _within(question, int(yuan * 100))


def _read_date(_question: Asked, text: str, _known: Callable[[str, str], bool]) -> tuple[Any, Any]:
    written = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", text)
    try:
        return date(*map(int, written.groups())).isoformat() if written else None, None if written else _A_DAY
    except ValueError:
        return None, _A_DAY


_A_DAY = _("Write a day that exists, for example 2026-11-21.")


def _read_yes_no(_question: Asked, text: str, _known: Callable[[str, str], bool]) -> tuple[Any, Any]:
    said = text.lower()
    return (said in YES, None) if said in YES | NO else (None, _("Choose yes or no."))


def _read_choice(question: Asked, text: str, _known: Callable[[str, str], bool]) -> tuple[Any, Any]:
    return (text, None) if text in question.offered else (None, _CHOOSE)


def _read_known(question: Asked, text: str, known: Callable[[str, str], bool]) -> tuple[Any, Any]:
    kind = question.code_list or question.type
    return (text, None) if known(kind, text) else (None, _CHOOSE)


def _read_mobile(_question: Asked, text: str, _known: Callable[[str, str], bool]) -> tuple[Any, Any]:
    error = codes.mobile_error(text)
    return (None, _("Write a mobile number of 11 digits.")) if error else (codes.normal_mobile(text), None)


def _read_id_number(_question: Asked, text: str, _known: Callable[[str, str], bool]) -> tuple[Any, Any]:
    if codes.id_number_error("111", text):
        return None, _("The identity number cannot be right. Look at the document and type it again.")
    return codes.normal_resident_id(text), None


def _within(question: Asked, value: int) -> tuple[Any, Any]:
    if question.least is not None and value < question.least:
        return None, _("At least %(least)s.") % {"least": _shown(question, question.least)}
    if question.most is not None and value > question.most:
        return None, _("At most %(most)s.") % {"most": _shown(question, question.most)}
    return value, None


def _shown(question: Asked, value: int) -> str:
    return f"{Decimal(value) / 100:,.2f}" if question.type == "money" else f"{value:,}"


_READERS: dict[str, Callable[[Asked, str, Callable[[str, str], bool]], tuple[Any, Any]]] = {
    "whole": _read_whole,
    "money": _read_money,
    "date": _read_date,
    "yes_no": _read_yes_no,
    "choice": _read_choice,
    "code": _read_known,
    "division": _read_known,
    "union": _read_known,
    "employer": _read_known,
    "mobile": _read_mobile,
    "id_number": _read_id_number,
}
