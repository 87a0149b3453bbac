"""The people of a demo made by other processes while this one sends: in their order, a few chunks ahead."""

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor

from zhijia.kernel.processes import die_with_parent
from zhijia.web.demo.cells import Rows
from zhijia.web.demo.people import CHUNK
from zhijia.web.demo.people_tables import PeopleTables

AHEAD = 2
"""Chunks made or in the making for each process."""

Made = tuple[int, list[Rows]]


def people(tables: PeopleTables) -> Iterator[Made]:
    """How many people, and their rows, chunk by chunk; the keys are held by the caller.

    A small register is made in this process. The others are forks of it: they know what it knows, use neither its
    connections nor polars, and end with it.
    """
    register = tables.register
    if register.total <= CHUNK:
        yield from map(_Maker(tables), range(register.chunk_count))
        return
    workers = max(1, (os.cpu_count() or 1) - 1)
    waiting: deque[Future[Made]] = deque()
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("fork"), _Maker.begin, (tables,))
    try:
        for number in range(register.chunk_count):
            waiting.append(pool.submit(_Maker.of, number))
            if len(waiting) >= workers * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


class _Maker:
    """Makes the rows of a chunk; a process has one."""

    here: "_Maker"

    def __init__(self, tables: PeopleTables) -> None:
        self.tables = tables

    def __call__(self, number: int) -> Made:
        chunk = self.tables.register.chunk(number)
        return len(chunk), list(self.tables.of(chunk))

    @classmethod
    def begin(cls, tables: PeopleTables) -> None:
        """What a process of its own does first."""
        die_with_parent()
        cls.here = cls(tables)

    @classmethod
    def of(cls, number: int) -> Made:
        """The rows of a chunk, from the process's own."""
        return cls.here(number)
