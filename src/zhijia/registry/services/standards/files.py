"""The standard as files: the dictionary and the code lists as tables, a member's and a union's row as JSON Schema."""

import json
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from zhijia.catalogue import schemas, standards
from zhijia.kernel import sheets
from zhijia.registry.services.standards import editions

Content = standards.Content
JSON, CSV = "application/json; charset=utf-8", "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ELEMENT_HEADER = (
    "version", "number", "element", "name_zh", "name_en", "subject", "obligation", "sensitivity", "held", "why_zh",
    "why_en", "purpose", "purpose_zh", "purpose_en", "column", "type", "length", "code_list", "format_zh", "format_en",
    "source", "confidence", "element_version", "anhui_code", "field", "held_in",
)  # fmt: skip
LIST_HEADER = (
    "version", "code_list", "list_zh", "list_en", "list_version", "outside_standard", "outside_codes", "code",
    "name_zh", "name_en", "from", "to", "source", "confidence",
)  # fmt: skip


def file(version: str, name: str) -> tuple[bytes, str] | None:
    """The bytes of a published file and their media type; None where nothing of the name was published."""
    content = editions.find(version)
    if content is None or name not in NAMES:
        return None
    if version == standards.version():
        return _in_force(version, name)
    return _made(content, name)


@lru_cache(maxsize=16)
def _in_force(version: str, name: str) -> tuple[bytes, str]:
    return _made(standards.content(), name)


def _made(content: Content, name: str) -> tuple[bytes, str]:
    make, media_type = NAMES[name]
    return make(content), media_type


def _dictionary(content: Content) -> bytes:
    return _csv(ELEMENT_HEADER, _element_rows(content))


def _lists(content: Content) -> bytes:
    return _csv(LIST_HEADER, _list_rows(content))


def _dictionary_book(content: Content) -> bytes:
    return _workbook(content, "Elements", ELEMENT_HEADER, _element_rows(content))


def _lists_book(content: Content) -> bytes:
    return _workbook(content, "Codes", LIST_HEADER, _list_rows(content))


def _whole(content: Content) -> bytes:
    return _json(content)


def _member(content: Content) -> bytes:
    return _json(schemas.row(content, "member"))


def _union(content: Content) -> bytes:
    return _json(schemas.row(content, "union"))


def _workbook(
    content: Content, name: str, header: Sequence[str], rows: Sequence[Sequence[sheets.Cell]]
) -> bytes:
    about = ("Standard", [("version", content["version"]), ("issued", content["issued"])])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        sheets.write_workbook(path, header, rows, sheet=name, about=about)
        return path.read_bytes()


def _csv(header: Sequence[str], rows: Sequence[Sequence[sheets.Cell]]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        sheets.write_csv(path, header, rows)
        return path.read_bytes()


def _json(content: Content) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=False).encode()


def _element_rows(content: Content) -> list[list[sheets.Cell]]:
    rows: list[list[sheets.Cell]] = []
    for one in content["elements"]:
        why, purpose = one["why"] or {}, one["purpose"]["label"] or {}
        for column in one["columns"]:
            rows.append(
                [
                    content["version"], one["number"], one["code"], one["label"]["zh"], one["label"]["en"],
                    one["subject"], one["obligation"], one["sensitivity"], one["held"], why.get("zh", ""),
                    why.get("en", ""), one["purpose"]["code"], purpose.get("zh", ""), purpose.get("en", ""),
                    column["name"], column["type"], column["length"] or None, column["code_list"],
                    one["format"]["zh"], one["format"]["en"], one["source"], one["confidence"], one["version"],
                    one["anhui_code"], column["field"], " ".join(column["held_in"]),
                ]
            )  # fmt: skip
    return rows


def _list_rows(content: Content) -> list[list[sheets.Cell]]:
    rows: list[list[sheets.Cell]] = []
    for code, listed in content["code_lists"].items():
        outside = listed["outside"] or {"standard": "", "codes": ""}
        for option in listed["options"]:
            rows.append(
                [
                    content["version"], code, listed["label"]["zh"], listed["label"]["en"], listed["version"],
                    outside["standard"], outside["codes"], option["code"], option["label"]["zh"],
                    option["label"]["en"], _day(option["from"]), _day(option["to"]), listed["source"],
                    listed["confidence"],
                ]
            )  # fmt: skip
    return rows


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


NAMES: dict[str, tuple[Callable[[Content], bytes], str]] = {
    "dictionary.xlsx": (_dictionary_book, XLSX),
    "dictionary.csv": (_dictionary, CSV),
    "codes.xlsx": (_lists_book, XLSX),
    "codes.csv": (_lists, CSV),
    "member.schema.json": (_member, JSON),
    "union.schema.json": (_union, JSON),
    "standard.json": (_whole, JSON),
}
"""The files of an edition."""
