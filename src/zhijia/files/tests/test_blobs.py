import io
import os
import stat
import threading
import tracemalloc
from pathlib import Path

import pytest

from zhijia.files import blobs
from zhijia.kernel.ciphers import CannotOpen

A_MEGABYTE = 1024 * 1024


class Cut(io.RawIOBase):
    """An upload whose line breaks after some bytes."""

    def __init__(self, after: int) -> None:
        self.left = after

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self.left <= 0:
            raise OSError("the line was cut")
        given = min(size, self.left)
        self.left -= given
        return b"x" * given


class Endless(io.RawIOBase):
    """Bytes without end."""

    def read(self, size: int = -1) -> bytes:
        return b"x" * size


def _files(data: Path) -> list[Path]:
    return [path for path in (data / "files").rglob("*") if path.is_file() and path.name != "lock"]


@pytest.mark.parametrize("size", [1, 65535, 65536, 65537, 131072, 200_000])
def test_what_goes_in_comes_out(data: Path, size: int) -> None:
    content = os.urandom(size)
    kept = blobs.keep(io.BytesIO(content), most=A_MEGABYTE)

    assert kept.size == size
    assert b"".join(blobs.pieces(kept.name)) == content


def test_the_disk_holds_no_clear_byte_and_no_telling_name(data: Path) -> None:
    content = "困难职工张三的病历".encode() * 1000
    kept = blobs.keep(io.BytesIO(content), most=A_MEGABYTE)

    (path,) = _files(data)
    assert "困难职工".encode() not in path.read_bytes()
    assert kept.sha256 not in str(path)
    assert path.stat().st_mode & 0o077 == 0


def test_the_same_bytes_lie_there_once(data: Path) -> None:
    names = {blobs.keep(io.BytesIO(b"same bytes"), most=100).name for _n in range(3)}

    assert len(names) == len(_files(data)) == 1


def test_the_same_bytes_at_once_lie_there_once(data: Path) -> None:
    names: set[str] = set()

    def keep() -> None:
        names.add(blobs.keep(io.BytesIO(b"same" * 50_000), most=A_MEGABYTE).name)

    threads = [threading.Thread(target=keep) for _n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(names) == len(_files(data)) == 1


def test_an_upload_cut_half_way_leaves_nothing(data: Path) -> None:
    with pytest.raises(OSError, match="cut"):
        blobs.keep(Cut(after=300_000), most=A_MEGABYTE)

    assert _files(data) == []


def test_bytes_without_end_are_refused_at_the_limit_in_bounded_memory(data: Path) -> None:
    tracemalloc.start()
    with pytest.raises(blobs.TooLong):
        blobs.keep(Endless(), most=20 * A_MEGABYTE)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 2 * A_MEGABYTE
    assert _files(data) == []


@pytest.mark.parametrize("harm", ["flip", "cut", "swap", "longer"])
def test_changed_bytes_do_not_open(data: Path, harm: str) -> None:
    kept = blobs.keep(io.BytesIO(os.urandom(200_000)), most=A_MEGABYTE)
    (path,) = _files(data)
    sealed = bytearray(path.read_bytes())
    head, piece = 22, 65536 + 31
    if harm == "flip":
        sealed[100] ^= 1
    elif harm == "cut":
        sealed = sealed[: head + 2 * piece]
    elif harm == "swap":
        first, second = sealed[head : head + piece], sealed[head + piece : head + 2 * piece]
        sealed[head : head + 2 * piece] = second + first
    else:
        sealed += sealed[head : head + piece]
    path.write_bytes(sealed)

    with pytest.raises(CannotOpen):
        b"".join(blobs.pieces(kept.name))


def test_the_sweep_takes_old_bytes_that_no_row_knows(data: Path) -> None:
    known, unknown, young = (
        blobs.keep(io.BytesIO(text), most=100).name for text in (b"known", b"unknown", b"young")
    )
    leftover = data / "files" / "incoming" / "tmpabc"
    leftover.write_bytes(b"x")
    for path in [*_files(data)]:
        if path.name != young:
            os.utime(path, (1, 1))

    gone = blobs.sweep(lambda names: {known} & set(names))

    assert gone == 2
    assert {path.name for path in _files(data)} == {known, young}
    assert unknown not in {path.name for path in _files(data)}


def test_bytes_that_come_again_are_not_swept(data: Path) -> None:
    name = blobs.keep(io.BytesIO(b"again"), most=100).name
    (path,) = _files(data)
    os.utime(path, (1, 1))
    blobs.keep(io.BytesIO(b"again"), most=100)

    assert blobs.sweep(lambda names: set()) == 0
    assert b"".join(blobs.pieces(name)) == b"again"


def test_what_a_killed_process_left_in_the_clear_goes_and_what_is_read_stays(data: Path) -> None:
    clear = data / "clear"
    with blobs.in_the_clear(iter([b"name,", b"phone\n"]), ".csv") as path:
        left, wrong_rows = clear / "left.csv", clear / ".left.csv.load-1"
        left.write_bytes(b"name,phone\n")
        wrong_rows.mkdir()
        (clear / f".{path.name}.load-2").mkdir()
        for one in clear.iterdir():
            os.utime(one, (0, 0))

        gone = [blobs.sweep(lambda names: set()) for _turn in range(2)]

        assert path.read_bytes() == b"name,phone\n"
        assert path.parent == clear
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert (sum(gone), left.exists(), wrong_rows.exists()) == (2, False, False)
        assert (clear / f".{path.name}.load-2").exists()
    assert not path.exists()
