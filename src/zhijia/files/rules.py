"""What kind of file bytes are, by what stands in them and never by what their name says (S-25). Pure."""

from collections.abc import Iterable

HEAD_BYTES = 4096
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
XLS = "application/vnd.ms-excel"
CSV = "text/csv"
PDF = "application/pdf"
PARQUET = "application/vnd.apache.parquet"
TRAIL = "application/x-ndjson"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
TRAIL_BEGINS = b'{"format":"zhijia-trail"'
PICTURES = ("image/jpeg", "image/png", "image/webp")
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    PDF: ".pdf",
    XLSX: ".xlsx",
    DOCX: ".docx",
    XLS: ".xls",
    CSV: ".csv",
    PARQUET: ".parquet",
    TRAIL: ".jsonl",
}


def kind_of(head: bytes) -> str | None:
    """The media type by the first bytes; ZIP and OLE are containers that need a second look; None for a
    kind that is not taken (programs, scripts, web pages, drawings that can hold script)."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"PAR1"):
        return PARQUET
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return ZIP
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return OLE
    if head.startswith(TRAIL_BEGINS):
        return TRAIL
    return CSV if _is_plain_table(head) else None


def kind_of_container(names: Iterable[str]) -> str | None:
    """What a ZIP is, by the names in its directory; None for anything but a workbook or a text without
    macros."""
    found = set(names)
    if any(name.lower().endswith("vbaproject.bin") for name in found):
        return None
    if "xl/workbook.xml" in found:
        return XLSX
    return DOCX if "word/document.xml" in found else None


def fitting_name(name: str, media_type: str) -> str:
    """The name without folders and control characters, with the ending its content deserves; at most 150
    long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*').strip(" .")
    ending = ENDINGS[media_type]
    stem = plain[: -len(ending)] if plain.lower().endswith(ending) else plain.rsplit(".", 1)[0]
    return (stem[: 150 - len(ending)] or "file") + ending


def _is_plain_table(head: bytes) -> bool:
    """Text (UTF-8, GB18030, or UTF-16 with its mark, as Excel's "Unicode text" is) without control characters that does
    not begin like a page or a script."""
    if head.startswith(_UTF16):
        head = head.decode("utf-16", "replace").encode()
        if "\ufffd".encode() in head[:-3] or not set(head) & set(b"\t\n"):
            return False
    if not head or any(byte < 32 and byte not in b"\t\r\n" for byte in head):
        return False
    begin = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if begin.startswith((b"<", b"#!", b"{", b"@echo")):
        return False
    return _reads_as(head, "utf-8") or _reads_as(head, "gb18030")


def _reads_as(head: bytes, encoding: str) -> bool:
    """Whether the bytes are text in this encoding, a character cut at the end forgiven."""
    for cut in range(4):
        try:
            head[: len(head) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
