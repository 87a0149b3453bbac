"""Documents as PDF, set by typst with a font of our own: what the machine has installed changes nothing."""

import json
import struct
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).resolve().parent / "data"
"""Noto Sans SC, as its license and SOURCES beside it say. typst's own wheel has no Chinese glyphs."""
FONT = FONTS / "NotoSansSC-Regular.ttf"
HAND, BOX = "〔　〕", "□"
"""Room for a letter that is written in by hand, and what stands for a sign that is no letter."""
FULL_UNICODE = 12
"""The format of a font's table of characters that reaches beyond the first 65,536."""


def write_pdf(path: Path | str, *, template: Path, values: Mapping[str, Any], at: datetime) -> None:
    """Set the template with these values into a PDF at the path; `at` is the moment the document names as its own,
    so that the same values make the same bytes. In the template: `json(bytes(sys.inputs.values))`.

    Values are data, never markup: what somebody is called runs nothing. A character the font lacks is printed as an
    empty box without a word: ask `lacking` first."""
    import typst  # loaded only by those who write

    typst.compile(
        str(template),
        output=str(path),
        root=str(template.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
        timestamp=int(at.timestamp()),
    )


def lacking(text: str) -> set[str]:
    """The characters of the text that our font cannot print."""
    return {
        letter
        for letter in set(text)
        if letter.isprintable() and not any(first <= ord(letter) <= last for first, last in _covered())
    }


def by_hand(given: Any) -> Any:
    """The same texts with room for each character our font cannot print, to be written in by hand; what is no letter
    leaves a box."""
    if isinstance(given, str):
        unknown = lacking(given)
        return "".join(
            (HAND if letter.isalpha() else BOX) if letter in unknown else letter for letter in given
        )
    if isinstance(given, Mapping):
        return {name: by_hand(part) for name, part in given.items()}
    return [by_hand(part) for part in given] if isinstance(given, list | tuple) else given


@cache
def _covered() -> tuple[tuple[int, int], ...]:
    """The runs of characters the font has, from its own table `cmap` (OpenType, format 12)."""
    content = FONT.read_bytes()
    (tables,) = struct.unpack(">H", content[4:6])
    places = {
        content[at : at + 4]: struct.unpack(">I", content[at + 8 : at + 12])[0]
        for at in range(12, 12 + 16 * tables, 16)
    }
    start = places[b"cmap"]
    (parts,) = struct.unpack(">H", content[start + 2 : start + 4])
    for part in range(parts):
        (offset,) = struct.unpack(">I", content[start + 8 + 8 * part : start + 12 + 8 * part])
        here = start + offset
        if struct.unpack(">H", content[here : here + 2])[0] == FULL_UNICODE:
            (groups,) = struct.unpack(">I", content[here + 12 : here + 16])
            runs = struct.iter_unpack(">III", content[here + 16 : here + 16 + 12 * groups])
            return tuple((first, last) for first, last, _glyph in runs)
    raise ValueError("the font has no table of the whole of Unicode")
