"""Letters of dues on paper: always Chinese, whoever prints them."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from zhijia.kernel import documents

TEMPLATE = Path(__file__).with_name("letter.typ")
LANGUAGE = "zh-hans"
"""What goes to an employer, a donor or a court is Chinese, whoever prints it."""


def printed(values: Mapping[str, Any], at: datetime) -> bytes:
    """The letter as a PDF; what the font lacks is left to be written by hand."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "letter.pdf"
        documents.write_pdf(path, template=TEMPLATE, values=documents.by_hand(values), at=at)
        return path.read_bytes()
