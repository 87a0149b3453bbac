"""What is this file, and is it safe to hand to a parser? Asked of its bytes, never of its name.

A workbook is a zip: its directory is checked first, then every entry is unpacked into nothing and counted, so
that neither a directory that lies nor entries that share their bytes can hide gigabytes.
"""

import zipfile
import zlib
from typing import BinaryIO, Literal

from zhijia.kernel.sheets.errors import Limits, SheetError

Kind = Literal["xlsx", "xls", "csv"]

STEP = 1 << 18
SMALL = 32 * 1024**2
"""Bytes below which an entry may be packed as tightly as it likes."""

_LOCAL_HEADER = 30
_DIRECTORY = b"PK\x05\x06"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"{\\rtf",
    b"MZ",
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta")
_TEXT_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 26} | {127})
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def sniff(file: BinaryIO) -> Kind:
    """What the bytes are. Raises SheetError: `sheet_empty`, `encrypted`, `not_a_sheet`."""
    head = _at(file, 0, 4096)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise SheetError("sheet_empty" if size(file) <= len(head) else "not_a_sheet")
    if head.startswith(_ZIP):
        return "xlsx"
    if head.startswith(_DIRECTORY):
        raise SheetError("not_a_sheet")
    if head.startswith(_OLE):
        return _old_workbook(file)
    if head.startswith(_FOREIGN) or head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise SheetError("not_a_sheet")
    if not head.startswith(_UTF16) and head.translate(None, _TEXT_CONTROLS) != head:
        raise SheetError("not_a_sheet")
    return "csv"


def is_pdf(file: BinaryIO) -> bool:
    """Whether the bytes are a PDF."""
    return _at(file, 0, 5) == b"%PDF-"


def size(file: BinaryIO) -> int:
    """The file's length in bytes."""
    return file.seek(0, 2)


def check_workbook(file: BinaryIO, limits: Limits, part: str = "xl/workbook.xml") -> int:
    """The bytes a workbook, or another zip that holds this part, really unpacks to. Raises SheetError:
    `too_much_inside`, `broken`, `not_a_sheet`."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise SheetError("broken") from None
    if (
        len(entries) > limits.max_entries
        or sum(entry.file_size for entry in entries) > limits.max_unpacked_bytes
    ):
        raise SheetError("too_much_inside")
    for entry in entries:
        _check_ratio(entry.file_size, entry.compress_size, limits)
    if part not in {entry.filename.lower().lstrip("/") for entry in entries}:
        raise SheetError("encrypted" if any(entry.flag_bits & 1 for entry in entries) else "not_a_sheet")
    _check_apart(entries)
    unpacked = 0
    for entry in entries:
        unpacked += _count(file, entry, limits, unpacked)
    return unpacked


def _old_workbook(file: BinaryIO) -> Kind:
    """A compound file: an old workbook, or a new one behind a password."""
    previous, place = b"", 0
    while step := _at(file, place, STEP):
        if _ENCRYPTED in previous + step:
            raise SheetError("encrypted")
        previous, place = step[-len(_ENCRYPTED) :], place + len(step)
    return "xls"


def _check_apart(entries: list[zipfile.ZipInfo]) -> None:
    """Entries that overlap unpack the same bytes again and again."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise SheetError("too_much_inside")
        end = entry.header_offset + _LOCAL_HEADER + entry.compress_size


def _count(file: BinaryIO, entry: zipfile.ZipInfo, limits: Limits, before: int) -> int:
    """The bytes this entry really unpacks to; markup that declares entities is refused on the way."""
    header = _at(file, entry.header_offset, _LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(_ZIP) or entry.flag_bits & 1:
        raise SheetError("encrypted" if entry.flag_bits & 1 else "broken")
    place = entry.header_offset + _LOCAL_HEADER + _word(header, 26) + _word(header, 28)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SheetError("broken")
    worker = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    left, count, tail = entry.compress_size, 0, b""
    while left > 0 and (packed := _at(file, place, min(STEP, left))):
        place, left = place + len(packed), left - len(packed)
        while packed:
            try:
                clear = worker.decompress(packed, STEP) if worker else packed
            except zlib.error:
                raise SheetError("broken") from None
            packed = worker.unconsumed_tail if worker else b""
            count += len(clear)
            if before + count > limits.max_unpacked_bytes or count > entry.file_size:
                raise SheetError("too_much_inside")
            _check_ratio(count, entry.compress_size, limits)
            if b"<!ENTITY" in tail + clear or b"<!DOCTYPE" in tail + clear:
                raise SheetError("broken")
            tail = clear[-9:]
    if count != entry.file_size:
        raise SheetError("broken")
    return count


def _check_ratio(unpacked: int, packed: int, limits: Limits) -> None:
    if unpacked > SMALL and unpacked > packed * limits.max_ratio:
        raise SheetError("too_much_inside")


def _word(header: bytes, place: int) -> int:
    return int.from_bytes(header[place : place + 2], "little")


def _at(file: BinaryIO, place: int, length: int) -> bytes:
    file.seek(place)
    return file.read(length)
