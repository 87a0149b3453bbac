"""The bank's side of the files: a batch comes in, a result and a day's statement go out.

Two profiles of one layout: `csv` (UTF-8, commas, LF) and `fixed` (GB18030, columns of so many bytes, CRLF). The last
field of the last line seals every byte before it.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from zhijia_bank import signing
from zhijia_bank.books import Order

N, S, T = "number", "signed", "text"
Field = tuple[str, int, str]
_TYPE: Field = ("type", 1, T)
_SEAL: Field = ("seal", 64, T)
BATCH: dict[str, tuple[Field, ...]] = {
    "H": (
        _TYPE,
        ("form", 4, T),
        ("batch", 32, T),
        ("payer", 34, T),
        ("day", 8, T),
        ("count", 8, N),
        ("total", 15, N),
    ),
    "D": (
        *(
            _TYPE,
            ("line", 8, N),
            ("reference", 32, T),
            ("amount", 15, N),
            ("name", 60, T),
            ("account", 34, T),
        ),
        *(("bank", 80, T), ("note", 80, T)),
    ),
    "T": (_TYPE, ("count", 8, N), ("total", 15, N), _SEAL),
}
RESULT: dict[str, tuple[Field, ...]] = {
    "H": (_TYPE, ("form", 4, T), ("batch", 32, T), ("payer", 34, T), ("day", 8, T), ("count", 8, N)),
    "D": (
        *(
            _TYPE,
            ("line", 8, N),
            ("reference", 32, T),
            ("state", 8, T),
            ("amount", 15, N),
            ("bank_number", 32, T),
        ),
        *(("at", 25, T), ("reason", 80, T)),
    ),
    "T": (_TYPE, ("count", 8, N), ("total", 15, N), _SEAL),
}
STATEMENT: dict[str, tuple[Field, ...]] = {
    "H": (
        *(_TYPE, ("form", 4, T), ("account", 34, T), ("day", 8, T), ("opening", 16, S), ("closing", 16, S)),
        ("count", 8, N),
    ),
    "D": (
        *(_TYPE, ("line", 8, N), ("bank_number", 32, T), ("at", 25, T), ("amount", 16, S), ("after", 16, S)),
        *(("name", 60, T), ("account", 34, T), ("reference", 32, T), ("note", 80, T)),
    ),
    "T": (_TYPE, ("count", 8, N), ("came", 15, N), ("went", 15, N), _SEAL),
}
PROFILES = {"csv": ("utf-8", "\n"), "fixed": ("gb18030", "\r\n")}


class Unreadable(Exception):
    """A batch file the bank does not take in; the message says which line and why."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch file holds."""

    number: str
    payer: str
    orders: tuple[Order, ...]


def read_batch(content: bytes, profile: str, key: bytes) -> Batch:
    """The batch of a file. Raises Unreadable for what does not add up or is not sealed with the key."""
    records = [_record(BATCH, line, profile, number) for number, line in _lines(content, profile)]
    if len(records) < 3 or records[0]["type"] != "H" or records[-1]["type"] != "T":
        raise Unreadable("the file has no head or no end")
    head, details, end = records[0], records[1:-1], records[-1]
    total = sum(int(one["amount"]) for one in details)
    if {len(details)} != {head["count"], end["count"]} or {total} != {head["total"], end["total"]}:
        raise Unreadable("the file's count or sum is not that of its lines")
    sealed = content[: content.rindex(str(end["seal"]).encode())]
    if signing.seal(key, sealed) != end["seal"]:
        raise Unreadable("the file's seal is wrong")
    orders = tuple(
        Order(
            one["reference"],
            head["payer"],
            one["amount"],
            one["name"],
            one["account"],
            one["bank"],
            one["note"],
        )
        for one in details
    )
    return Batch(head["batch"], head["payer"], orders)


def write_result(
    batch: Batch, day: str, rows: Sequence[dict[str, Any]], profile: str, key: bytes, wrong: str = ""
) -> bytes:
    """The result file of a batch: what became of each line that was taken in."""
    paid = sum(row["amount"] for row in rows if row["state"] == "paid")
    head = {
        "type": "H",
        "form": "ZJR1",
        "batch": batch.number,
        "payer": batch.payer,
        "day": day.replace("-", ""),
    }
    details = [{**row, "type": "D", "line": number} for number, row in enumerate(rows, 1)]
    end = {"type": "T", "count": len(rows), "total": paid + (wrong == "wrong_totals")}
    return _written(RESULT, [{**head, "count": len(rows)}, *details], end, profile, key, wrong)


def write_statement(
    account: dict[str, Any],
    day: str,
    opening: int,
    rows: Sequence[dict[str, Any]],
    profile: str,
    key: bytes,
    wrong: str = "",
) -> bytes:
    """The statement of an account's day: every line, and what there was before and after."""
    came = sum(row["amount"] for row in rows if row["amount"] > 0)
    went = -sum(row["amount"] for row in rows if row["amount"] < 0)
    head = {
        "type": "H",
        "form": "ZJS1",
        "account": account["number"],
        "day": day.replace("-", ""),
        "opening": opening,
    }
    head |= {"closing": opening + came - went, "count": len(rows)}
    details = [
        {**row, "type": "D", "line": number, "account": row["other"]} for number, row in enumerate(rows, 1)
    ]
    end = {"type": "T", "count": len(rows), "came": came + (wrong == "wrong_totals"), "went": went}
    return _written(STATEMENT, [head, *details], end, profile, key, wrong)


def _written(
    layout: dict[str, tuple[Field, ...]],
    records: Iterable[dict[str, Any]],
    end: dict[str, Any],
    profile: str,
    key: bytes,
    wrong: str,
) -> bytes:
    newline = PROFILES[profile][1].encode()
    body = b"".join(_line(layout[str(one["type"])], one, profile) + newline for one in records)
    body += _line(layout["T"][:-1], end, profile) + (b"," if profile == "csv" else b"")
    seal = signing.seal(b"nobody's key" if wrong == "forged_trailer" else key, body)
    return body + seal.encode() + newline


def _line(fields: Sequence[Field], record: dict[str, Any], profile: str) -> bytes:
    encoding = PROFILES[profile][0]
    if profile == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow([record[name] for name, _width, _kind in fields])
        return out.getvalue().encode(encoding)
    return b"".join(_column(record[name], width, kind, encoding) for name, width, kind in fields)


def _column(value: Any, width: int, kind: str, encoding: str) -> bytes:
    if kind == N:
        return str(value).zfill(width).encode()
    if kind == S:
        return (("-" if value < 0 else "+") + str(abs(value)).zfill(width - 1)).encode()
    text = str(value)
    while len(text.encode(encoding)) > width:
        text = text[:-1]
    raw = text.encode(encoding)
    return raw + b" " * (width - len(raw))


def _lines(content: bytes, profile: str) -> Iterable[tuple[int, bytes]]:
    newline = PROFILES[profile][1].encode()
    if not content.endswith(newline):
        raise Unreadable("the file ends in the middle of a line")
    return enumerate(content[: -len(newline)].split(newline), 1)


def _record(layout: dict[str, tuple[Field, ...]], line: bytes, profile: str, number: int) -> dict[str, Any]:
    fields = layout.get(line[:1].decode("ascii", "replace"))
    if fields is None:
        raise Unreadable(f"line {number} is neither head, detail nor end")
    try:
        cells = _cells(line, fields, profile)
        pairs = zip(fields, cells, strict=True)
        return {name: text if kind == T else int(text) for (name, _width, kind), text in pairs}
    except (ValueError, csv.Error) as error:
        raise Unreadable(f"line {number} cannot be read: {error}") from error


def _cells(line: bytes, fields: Sequence[Field], profile: str) -> list[str]:
    encoding = PROFILES[profile][0]
    if profile == "csv":
        return next(csv.reader([line.decode(encoding)], strict=True))
    if len(line) != sum(width for _name, width, _kind in fields):
        raise ValueError("it has another length")
    cells, start = [], 0
    for _name, width, _kind in fields:
        cells.append(line[start : start + width].decode(encoding).rstrip(" "))
        start += width
    return cells
