"""The words of a text somebody sent: docx and PDF. Runs in the child alone, with its limits."""

import zipfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

import pypdf
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from pypdf.errors import PyPdfError

from zhijia.kernel.sheets.errors import SheetError

BODY = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_W}p": "\n", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": "\t", f"{_W}tc": "\t"}
_UNREADABLE = (
    *(PyPdfError, ParseError, DefusedXmlException, zipfile.BadZipFile),
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError, NotImplementedError),
)
"""What parsers say of a file that is not what it says it is."""


def words(file: BinaryIO, *, is_pdf: bool, most: int) -> str:
    """What the file says, `most` characters of it. Raises SheetError: `encrypted`, `broken`."""
    file.seek(0)
    try:
        return _first(_of_pdf(file) if is_pdf else _of_docx(file), most)
    except _UNREADABLE:
        raise SheetError("broken") from None


def _first(pieces: Iterable[str], most: int) -> str:
    found: list[str] = []
    for piece in pieces:
        found.append(piece.replace("\x00", "")[:most])
        most -= len(found[-1])
        if most <= 0:
            break
    return "".join(found).strip()


def _of_docx(file: BinaryIO) -> Iterator[str]:
    with zipfile.ZipFile(file) as archive, archive.open(BODY) as part:
        for _event, element in ElementTree.iterparse(part, events=("end",)):
            if element.tag == f"{_W}t":
                yield element.text or ""
            elif (between := _BREAKS.get(element.tag)) is not None:
                yield between
                element.clear()


def _of_pdf(file: BinaryIO) -> Iterator[str]:
    reader = pypdf.PdfReader(file, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise SheetError("encrypted")
    for page in reader.pages:
        yield page.extract_text() + "\n"
