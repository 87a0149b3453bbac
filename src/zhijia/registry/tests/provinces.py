"""Files of many unions for tests, and a load of them in this process."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from zhijia.registry.services.loads import runs
from zhijia.registry.services.loads.work import Worker
from zhijia.registry.tests.rosters import AT, person
from zhijia.registry.tests.rosters import HEADER as OF_A_ROSTER

HEADER = ("工会编码", *OF_A_ROSTER)
SMALL = (400, 5)
"""Pieces of so many bytes or rows: a few people each."""


class Here:
    """A team of nobody but this process; `until` pieces are done before it stops as a kill would stop it."""

    until = -1

    def __init__(self, setting):
        self.worker = Worker(setting)
        self.peaks: dict[int, int] = {}

    def __enter__(self):
        return self

    def __exit__(self, *_why):
        pass

    def do(self, tasks):
        for task in tasks:
            if type(self).until == 0:
                raise KeyboardInterrupt
            type(self).until -= 1
            yield self.worker.done(task)


def row(world, union: str, serial: int, **more: str) -> list[str]:
    """Somebody of one of the unions of the small world."""
    code = more.pop("code", None) or world.unions[union].code
    return [code, *person(serial, **more)]


def file_of(path: Path, rows: Iterable[Sequence[str]], *, encoding: str = "utf-8", header=HEADER) -> Path:
    """The rows as a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def loaded(world, path: Path, *more: Path, union="luyang", actor="luyang", at=AT, dry=False, sizes=SMALL):
    """The file loaded at the unions under one of the small world."""
    return runs.load(
        actor=world.actors[actor], at=at, files=[path, *more], federation=world.unions[union],
        say=lambda text: None, dry=dry, sizes=sizes,
    )  # fmt: skip


def errors_in(path: Path | None) -> list[list[str]]:
    """The rows of a file of errors, without its heading."""
    return [] if path is None else list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))[1:]
