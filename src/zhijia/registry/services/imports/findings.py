"""What a check found, in the form it is kept, shown and sent back: counts, the first mistakes masked, a workbook."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhijia.catalogue import fields, parameters
from zhijia.kernel import days, masking, sheets
from zhijia.registry.services.imports import reading, words
from zhijia.registry.services.imports.rules import Mistake
from zhijia.registry.services.imports.staging import Staged

MANY_DIGITS = 7
"""A text with so many digits may be a number in the wrong column: it is masked as one."""
_MASKS: dict[str, Callable[[str], str]] = {
    "name": masking.name,
    "number": masking.number,
    "mobile": masking.mobile,
    "account": masking.account,
    "email": masking.email,
    "address": masking.address,
}


@dataclass(frozen=True, slots=True)
class Findings:
    """The counts of a check, its columns, the first mistakes with masked values, and every mistake."""

    counts: dict[str, Any]
    columns: dict[str, Any]
    first: list[dict[str, Any]]
    mistakes: list[Mistake]


def findings(found: reading.Roster, staged: Staged) -> Findings:
    """What was found in the file and in the register, together."""
    mistakes = sorted([*found.checked.mistakes, *staged.mistakes], key=lambda mistake: mistake.row)
    shown = parameters.value("import.shown_errors", day=days.business_day(days.now()))
    columns = {
        "known": {field: letter(place) for field, place in found.header.columns.items()},
        "unknown": list(found.header.unknown),
    }
    first = [_kept(found, mistake) for mistake in mistakes[:shown]]
    return Findings(counts(found, staged), columns, first, mistakes)


def counts(found: reading.Roster, staged: Staged) -> dict[str, int]:
    """How many rows there are, and how many of them are new, changed, the same, waiting and wrong; and how many
    sample rows of our template were left out."""
    wrong = {mistake.row for mistake in (*found.checked.mistakes, *staged.mistakes)}
    told = staged.counts
    return {
        "rows": found.checked.rows,
        "new": told["new"] + told["joins"],
        "changed": told["changed"],
        "same": told["same"],
        "waiting": told["waiting"],
        "wrong": len(wrong),
        "sample": found.samples,
    }


@contextmanager
def workbook(found: reading.Roster, told: Findings, source: Path) -> Iterator[Path | None]:
    """The file that was sent with the wrong rows alone and a sentence in each bad cell, in the active language;
    None when nothing is wrong. It is gone afterwards."""
    if not told.mistakes:
        yield None
        return
    sentences: dict[tuple[int, int], str] = {}
    for mistake in told.mistakes:
        cell = (found.numbers[mistake.row], _column(found, mistake))
        said = words.of_cell(mistake.code, _number(found, mistake))
        sentences[cell] = f"{sentences[cell]}\n{said}" if cell in sentences else said
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "errors.xlsx"
        today = days.business_day(days.now())
        sheets.mark_errors(
            found.table, source, target, sentences, header_end=found.header_end, limits=reading.limits(today)
        )
        yield target


def errors_name(file_name: str) -> str:
    """The name under which the errors of a file are sent back."""
    return f"{Path(file_name).stem[:120]}-errors.xlsx"


def letter(place: int) -> str:
    """The column as spreadsheets name it: A is 0, AA is 26."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def masked(field: str, text: str) -> str:
    """The cell as it may be shown: by the field's mask, and as a number when it holds one."""
    mask = _MASKS.get(fields.get(field).mask)
    if mask is None:
        digits = sum(character.isdigit() for character in text)
        mask = masking.number if digits >= MANY_DIGITS and fields.get(field).type != "date" else str
    return mask(text)[:40]


def _kept(found: reading.Roster, mistake: Mistake) -> dict[str, Any]:
    text = found.texts[mistake.field][mistake.row] if mistake.field in found.texts else ""
    return {
        "row": found.numbers[mistake.row],
        "column": letter(_column(found, mistake)),
        "field": mistake.field,
        "code": mistake.code,
        "number": _number(found, mistake),
        "value": masked(mistake.field, "" if text == sheets.LOST else text),
    }


def _column(found: reading.Roster, mistake: Mistake) -> int:
    """The column of the cell; what the identity number says stands beside the number."""
    return found.header.columns.get(mistake.field, found.header.columns["id_number"])


def _number(found: reading.Roster, mistake: Mistake) -> int:
    """The figure for the sentence; a row is named as the reader of the sheet counts it."""
    return found.numbers[mistake.number] if mistake.code == "id_twice" else mistake.number
