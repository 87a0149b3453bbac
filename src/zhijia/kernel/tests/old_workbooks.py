"""The smallest old workbook (BIFF8 in a compound file) that holds a table, made for tests."""

import struct

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def old_workbook(rows: list[list[str | float]]) -> bytes:
    """The bytes of an xls file with one sheet."""
    return _compound(_book(rows))


def _record(number: int, content: bytes) -> bytes:
    return struct.pack("<HH", number, len(content)) + content


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _words(text: str, length: str = "<HB") -> bytes:
    return struct.pack(length, len(text), 1) + text.encode("utf-16-le")


def _book(rows: list[list[str | float]]) -> bytes:
    end = _record(0x000A, b"")
    sheet = _begin(0x0010)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            place = struct.pack("<HHH", number, column, 0)
            if isinstance(value, str):
                sheet += _record(0x0204, place + _words(value))
            else:
                sheet += _record(0x0203, place + struct.pack("<d", value))
    sheet += end
    head = _begin(0x0005) + _record(0x0042, struct.pack("<H", 1200))
    name = _words("名册", "<BB")
    start = len(head) + 4 + 6 + len(name) + len(end)
    return head + _record(0x0085, struct.pack("<IBB", start, 0, 0) + name) + end + sheet


def _compound(stream: bytes) -> bytes:
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    sectors = len(stream) // _SECTOR
    chain = [_FAT, _END, *range(3, sectors + 2), _END]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(_SECTOR, b"\xff")
    root = _entry("Root Entry", 5, 1, _END, 0)
    directory = root + _entry("Workbook", 2, _FREE, 2, len(stream)) + _entry("", 0, _FREE, 0, 0) * 2
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(10) + struct.pack("<IIIIIIIII", 1, 1, 0, 4096, _END, 0, _END, 0, 0)
    return header.ljust(_SECTOR, b"\xff") + table + directory + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    words = (name.encode("utf-16-le") + b"\0\0").ljust(64, b"\0") if name else bytes(64)
    length = len(name) * 2 + 2 if name else 0
    links = struct.pack("<HBBIII", length, kind, 1, _FREE, _FREE, child)
    return words + links + bytes(36) + struct.pack("<IQ", start, size)
