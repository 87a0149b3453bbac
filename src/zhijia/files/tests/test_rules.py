import pytest

from zhijia.files import rules


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7\n", rules.PDF),
        (b"PAR1\x15\x04", rules.PARQUET),
        (b"PK\x03\x04\x14\x00", rules.ZIP),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", rules.OLE),
        ("姓名,手机\n".encode(), rules.CSV),
        ("姓名,手机\n".encode("gb18030"), rules.CSV),
        ("姓名,手".encode()[:-1], rules.CSV),
        ("姓名\t手机\r\n".encode("utf-16"), rules.CSV),
        (b"\xfe\xff" + "姓名\t手机\r\n".encode("utf-16-be"), rules.CSV),
        ("<html>\n".encode("utf-16"), None),
        ("a\x00\tb\n".encode("utf-16"), None),
        (b"\x7fELF\x02\x01\x01\x00", None),
        (b"MZ\x90\x00", None),
        (b"<html><script>alert(1)</script>", None),
        (b"  <svg xmlns='http://www.w3.org/2000/svg'>", None),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", None),
        (b"#!/bin/sh\n", None),
        (b"GIF89a\x01\x00", None),
        (b"\x00\x01\x02", None),
        (b"\xff\xfe\xfd\xfc\xfb", None),
    ],
)
def test_the_kind_is_told_by_the_bytes(head: bytes, kind: str | None) -> None:
    assert rules.kind_of(head) == kind


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["[Content_Types].xml", "xl/workbook.xml"], rules.XLSX),
        (["[Content_Types].xml", "word/document.xml"], rules.DOCX),
        (["xl/workbook.xml", "xl/vbaProject.bin"], None),
        (["readme.txt"], None),
        ([], None),
    ],
)
def test_a_zip_is_taken_as_a_workbook_or_a_text_without_macros(names: list[str], kind: str | None) -> None:
    assert rules.kind_of_container(names) == kind


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("名册.xlsx", rules.XLSX, "名册.xlsx"),
        ("../../etc/passwd", rules.CSV, "passwd.csv"),
        ("C:\\Users\\me\\photo.exe", "image/png", "photo.png"),
        ('a"b<c>.PDF', rules.PDF, "abc.pdf"),
        ("x\r\nSet-Cookie: a.csv", rules.CSV, "xSet-Cookie a.csv"),
        ("", rules.PDF, "file.pdf"),
        ("长" * 300, rules.PDF, "长" * 146 + ".pdf"),
    ],
)
def test_a_name_is_kept_without_what_could_do_harm(name: str, kind: str, kept: str) -> None:
    assert rules.fitting_name(name, kind) == kept
