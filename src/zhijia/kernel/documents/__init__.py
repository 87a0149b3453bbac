"""Documents as PDF, set by typst with a font of our own: what the machine has installed changes nothing."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

FONTS = Path(__file__).resolve().parent / "data"
"""Noto Sans SC, as its license and SOURCES beside it say. typst's own wheel has no Chinese glyphs and prints nothing
for them without a word."""


def write_pdf(path: Path | str, *, template: Path, values: Mapping[str, Any], at: datetime) -> None:
    """Set the template with these values into a PDF at the path; `at` is the moment the document names as its own,
    so that the same values make the same bytes. In the template: `json(bytes(sys.inputs.values))`.

    Values are data, never markup: what somebody is called runs nothing."""
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
