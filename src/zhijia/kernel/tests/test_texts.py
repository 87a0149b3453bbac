"""Texts people send: what a docx and a PDF say, and the files that mean no good."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest

from zhijia.kernel import documents, sheets

LIMITS = sheets.Limits(
    max_bytes=5 * 1024**2, max_unpacked_bytes=64 * 1024**2, max_rows=10, max_columns=10, seconds=20
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MOST = 10_000


def docx(path: Path, body: str, head: str = "") -> Path:
    said = f'<?xml version="1.0"?>{head}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", said)
    return path


def pdf(path: Path, words: str) -> Path:
    template = path.with_suffix(".typ")
    page = '#set text(font: "Noto Sans SC")\n#json(bytes(sys.inputs.values)).words\n'
    template.write_text(page, encoding="utf-8")
    documents.write_pdf(
        path, template=template, values={"words": words}, at=datetime(2026, 11, 21, tzinfo=UTC)
    )
    return path


def refused(path: Path, limits: sheets.Limits = LIMITS) -> str:
    with pytest.raises(sheets.SheetError) as error:
        sheets.read_text(path, limits=limits, most=MOST)
    return error.value.code


def test_a_docx_says_its_paragraphs(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>关于做好</w:t></w:r><w:r><w:t>送温暖工作的通知</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>一、总体要求</w:t></w:r></w:p>"
    )

    said = sheets.read_text(docx(tmp_path / "a", body), limits=LIMITS, most=MOST)

    assert said == "关于做好送温暖工作的通知\n一、总体要求"


def test_a_pdf_says_its_words(tmp_path: Path) -> None:
    said = sheets.read_text(pdf(tmp_path / "a.pdf", "职工书屋管理办法"), limits=LIMITS, most=MOST)

    assert said == "职工书屋管理办法"


def test_of_a_long_text_the_beginning_is_read(tmp_path: Path) -> None:
    body = "<w:p><w:r><w:t>工会</w:t></w:r></w:p>" * 5_000

    assert len(sheets.read_text(docx(tmp_path / "a", body), limits=LIMITS, most=100)) <= 100


def test_a_file_that_means_no_good_is_refused_with_a_code(tmp_path: Path) -> None:
    entity = docx(tmp_path / "entity", "&x;", '<!DOCTYPE d [<!ENTITY x "xxxxxxxx">]>')
    bomb = docx(tmp_path / "bomb", "<w:p/>" * 12_000_000)
    cut = tmp_path / "cut"
    cut.write_bytes(docx(tmp_path / "whole", "<w:p/>").read_bytes()[:120])
    empty = tmp_path / "empty.pdf"
    empty.write_bytes(b"%PDF-1.7\nnothing of the kind")
    locked, writer = tmp_path / "locked.pdf", pypdf.PdfWriter()
    writer.append(pdf(tmp_path / "open.pdf", "职工"))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(locked)

    assert refused(entity) == "broken"
    assert refused(bomb) == "too_much_inside"
    assert refused(cut) == "broken"
    assert refused(empty) == "broken"
    assert refused(locked) == "encrypted"
    assert refused(locked, sheets.Limits(100, 100, 10, 10, 20)) == "too_big"
