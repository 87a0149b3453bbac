"""The records of the files a bank and we exchange, in two profiles: `csv` (UTF-8, commas, LF) and `fixed` (GB18030, so
many bytes a field, CRLF). A reader here is strict: what is not exactly so is refused with the line it stands in."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.errors import Refusal
from zhijia.payments.banking import signing

Profile = Literal["csv", "fixed"]
ENCODINGS = {"csv": "utf-8", "fixed": "gb18030"}
NEWLINES = {"csv": b"\n", "fixed": b"\r\n"}
MOST_BYTES = 96 * 1024 * 1024
MOST_LINES = 200_000
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x84\x31\x95\x33")
Kind = Literal["text", "number", "signed"]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record: its name, its bytes in the fixed profile, and what stands in it."""

    name: str
    width: int
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of file: its four letters and the fields of its head, details and end."""

    form: str
    head: tuple[Field, ...]
    detail: tuple[Field, ...]
    end: tuple[Field, ...]

    def of(self, letter: str) -> tuple[Field, ...] | None:
        """The fields of a record that begins with this letter."""
        return {"H": self.head, "D": self.detail, "T": self.end}.get(letter)


TYPE, FORM = Field("type", 1), Field("form", 4)
LINE, COUNT, SEAL = Field("line", 8, "number"), Field("count", 8, "number"), Field("seal", 64)
BATCH = Layout(
    "ZJB1",
    (
        TYPE,
        FORM,
        Field("batch", 32),
        Field("payer", 34),
        Field("day", 8),
        COUNT,
        Field("total", 15, "number"),
    ),
    (
        *(TYPE, LINE, Field("reference", 32), Field("amount", 15, "number"), Field("name", 60)),
        *(Field("account", 34), Field("bank", 80), Field("note", 80)),
    ),
    (TYPE, COUNT, Field("total", 15, "number"), SEAL),
)
RESULT = Layout(
    "ZJR1",
    (TYPE, FORM, Field("batch", 32), Field("payer", 34), Field("day", 8), COUNT),
    (
        *(TYPE, LINE, Field("reference", 32), Field("state", 8), Field("amount", 15, "number")),
        *(Field("bank_number", 32), Field("at", 25), Field("reason", 80)),
    ),
    (TYPE, COUNT, Field("total", 15, "number"), SEAL),
)
STATEMENT = Layout(
    "ZJS1",
    (
        *(TYPE, FORM, Field("account", 34), Field("day", 8), Field("opening", 16, "signed")),
        *(Field("closing", 16, "signed"), COUNT),
    ),
    (
        *(TYPE, LINE, Field("bank_number", 32), Field("at", 25), Field("amount", 16, "signed")),
        *(Field("after", 16, "signed"), Field("name", 60), Field("account", 34), Field("reference", 32)),
        Field("note", 80),
    ),
    (TYPE, COUNT, Field("came", 15, "number"), Field("went", 15, "number"), SEAL),
)


class FileProblem(Refusal):
    """A bank's file that is not taken in: why, and in which line."""


@dataclass(frozen=True, slots=True)
class Read:
    """A file whose form, count and seal are right; sums are its reader's."""

    head: Record
    details: list[Record]
    end: Record


def read(content: bytes, layout: Layout, profile: Profile, key: bytes) -> Read:
    """The records of a file. Raises FileProblem, with the line, where it is not exactly of this layout and profile, and
    for a seal that is not the bank's."""
    if not content.strip():
        raise FileProblem("file_empty", _("The file is empty."))
    if len(content) > MOST_BYTES:
        raise FileProblem("file_too_long", _("The file is too large. Ask the bank for one file a day."))
    if content.startswith(BOMS):
        raise FileProblem(
            "file_has_a_mark",
            _(
                "Line 1 begins with a byte order mark. Ask the bank for the file without it, or save it without."
            ),
        )
    records = [_record(line, number, layout, profile) for number, line in _lines(content, profile)]
    if len(records) < 2 or records[0]["type"] != "H" or records[-1]["type"] != "T":
        raise FileProblem(
            "file_is_cut", _("The file has no first or no last line: it was cut off on the way.")
        )
    head, details, end = records[0], records[1:-1], records[-1]
    for number, record in enumerate(details, 1):
        if record["type"] != "D" or record["line"] != number:
            raise FileProblem(
                "file_out_of_order",
                _("Line %(line)s does not follow the line before it.") % {"line": number + 1},
            )
    _check_form(head, layout)
    if {head["count"], end["count"]} != {len(details)}:
        raise FileProblem(
            "file_count_wrong",
            _("The file says that it has %(said)s lines; there are %(found)s.")
            % {"said": end["count"], "found": len(details)},
        )
    if not signing.is_sealed(key, content[: content.rindex(end["seal"].encode())], end["seal"]):
        raise FileProblem(
            "file_seal_wrong",
            _("The seal in the last line is wrong: the file was changed, or the bank did not write it."),
        )
    return Read(head, details, end)


def written(
    layout: Layout, head: Record, details: Sequence[Record], end: Record, profile: Profile, key: bytes
) -> bytes:
    """The bytes of a file with its seal. Raises FileProblem for a text that does not fit in its field."""
    newline = NEWLINES[profile]
    records = [{**head, "type": "H", "form": layout.form, "count": len(details)}]
    records += [{**one, "type": "D", "line": number} for number, one in enumerate(details, 1)]
    body = b"".join(_line(one, layout, profile, number) + newline for number, one in enumerate(records, 1))
    last = {**end, "type": "T", "count": len(details), "seal": ""}
    ending = _line(last, layout, profile, len(records) + 1)
    body += ending if profile == "csv" else ending[: -SEAL.width]
    return body + signing.seal(key, body).encode() + newline


def _check_form(head: Record, layout: Layout) -> None:
    if head["form"] != layout.form:
        raise FileProblem(
            "file_of_another_kind",
            _("This is a file of the kind %(found)s; %(wanted)s is expected here.")
            % {"found": head["form"][:4], "wanted": layout.form},
        )


def _lines(content: bytes, profile: Profile) -> Iterator[tuple[int, bytes]]:
    newline = NEWLINES[profile]
    if not content.endswith(newline):
        raise FileProblem(
            "file_is_cut", _("The file ends in the middle of a line: it was cut off on the way.")
        )
    lines = content[: -len(newline)].split(newline)
    if len(lines) > MOST_LINES + 2:
        raise FileProblem("file_too_long", _("The file is too large. Ask the bank for one file a day."))
    return enumerate(lines, 1)


def _record(line: bytes, number: int, layout: Layout, profile: Profile) -> Record:
    fields = layout.of(line[:1].decode("ascii", "replace"))
    if fields is None:
        raise FileProblem(
            "line_of_no_kind",
            _("Line %(line)s begins with neither H, D nor T. Is this the right profile?") % {"line": number},
        )
    cells = _cells(line, number, fields, profile)
    return {field.name: _value(cell, number, field) for field, cell in zip(fields, cells, strict=True)}


def _cells(line: bytes, number: int, fields: Sequence[Field], profile: Profile) -> list[str]:
    if profile == "csv":
        try:
            cells = next(csv.reader([_text(line, number, profile)], strict=True))
        except (csv.Error, StopIteration) as error:
            raise FileProblem(
                "line_cannot_be_read",
                _("Line %(line)s has an open quotation mark or a stray character.") % {"line": number},
            ) from error
        found, wanted = len(cells), len(fields)
    else:
        found, wanted = len(line), sum(field.width for field in fields)
        cells = [] if found != wanted else list(_columns(line, number, fields))
    if found != wanted:
        raise FileProblem(
            "line_has_another_shape",
            _("Line %(line)s has %(found)s fields or bytes; it has to have %(wanted)s.")
            % {"line": number, "found": found, "wanted": wanted},
        )
    return cells


def _columns(line: bytes, number: int, fields: Sequence[Field]) -> Iterator[str]:
    start = 0
    for field in fields:
        yield _text(line[start : start + field.width], number, "fixed").rstrip(" ")
        start += field.width


def _text(raw: bytes, number: int, profile: Profile) -> str:
    encoding = ENCODINGS[profile]
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileProblem(
            "line_in_another_encoding",
            _(
                "Line %(line)s is not written in %(encoding)s. Ask the bank for the other profile, or choose it here."
            )
            % {"line": number, "encoding": encoding.upper()},
        ) from error


def _value(cell: str, number: int, field: Field) -> str | int:
    if field.kind == "text":
        if len(cell.encode("gb18030")) > field.width or not cell.isprintable():
            raise FileProblem(
                "text_too_long",
                _("Line %(line)s: the field %(field)s is too long or holds an unseen sign.")
                % {"line": number, "field": field.name},
            )
        return cell
    digits = cell[1:] if field.kind == "signed" and cell[:1] in ("+", "-") else cell
    if not (digits.isascii() and digits.isdigit() and len(digits) <= field.width):
        raise FileProblem(
            "no_whole_number",
            _("Line %(line)s: the field %(field)s is no whole number of fen.")
            % {"line": number, "field": field.name},
        )
    return int(cell)


def _line(record: Mapping[str, Any], layout: Layout, profile: Profile, number: int) -> bytes:
    fields = layout.of(record["type"])
    assert fields is not None
    cells = [_cell(record[field.name], field, number) for field in fields]
    if profile == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow(cells)
        return out.getvalue().encode(ENCODINGS[profile])
    return b"".join(_column(cell, field) for cell, field in zip(cells, fields, strict=True))


def _cell(value: Any, field: Field, number: int) -> str:
    text = str(value)
    if len(text.encode("gb18030")) > field.width or not (text.isprintable() and text == text.strip()):
        raise FileProblem(
            "text_does_not_fit",
            _(
                "Payment %(line)s of the file: the field %(field)s is too long for the bank or holds an unseen sign."
            )
            % {"line": number - 1, "field": field.name},
        )
    return text


def _column(cell: str, field: Field) -> bytes:
    raw = cell.encode("gb18030")
    if field.kind == "number":
        return raw.rjust(field.width, b"0")
    if field.kind == "signed":
        sign = b"-" if raw.startswith(b"-") else b"+"
        return sign + raw.lstrip(b"+-").rjust(field.width - 1, b"0")
    return raw.ljust(field.width, b" ")
