"""The two tasks of a load: look at a piece, and write it."""

import resource
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import psycopg
from django.db import DatabaseError, connections, transaction

from zhijia.kernel import ciphers, days
from zhijia.kernel.copies import Bytes
from zhijia.kernel.disks import is_full
from zhijia.kernel.errors import TooMany
from zhijia.kernel.sheets import SheetError
from zhijia.registry.models import LoadPiece
from zhijia.registry.services.imports import employers, encoding, ground
from zhijia.registry.services.imports.batches import NAME, NUMBER
from zhijia.registry.services.imports.rules import Mistake
from zhijia.registry.services.imports.work import QUICKER, TRIES
from zhijia.registry.services.imports.writing import Overtaken
from zhijia.registry.services.loads import checking, errors, merging, sources, writing
from zhijia.registry.services.loads.checking import KIND, TYPE, Seen
from zhijia.registry.services.loads.sources import UNION
from zhijia.registry.services.loads.tasks import Answer, Look, Setting, Task, Write
from zhijia.registry.services.loads.texts import BrokenQuote
from zhijia.vault import services as vault


class Worker:
    """Does the tasks of one load; what they have in common is read once."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.columns = [UNION, *setting.fields] if setting.named else list(setting.fields)
        self.ground = ground.lay(
            federation_id=setting.federation_id,
            columns=setting.fields,
            named=setting.named,
            day=days.business_day(setting.at),
        )
        self.run = encoding.Run(self.ground.unions, self.ground.day, setting.at, f"load:{setting.load_id}")

    def done(self, task: Task) -> Answer:
        """Do a task. What is wrong with the file is answered as a code; everything else ends the process."""
        try:
            answer = self.look(task) if isinstance(task, Look) else self.write(task)
        except BrokenQuote as error:
            answer = Answer(task.number, failure=error.code, row=error.row)
        except SheetError as error:
            answer = Answer(task.number, failure=error.code)
        except (OSError, DatabaseError, psycopg.Error) as error:
            if not is_full(error):
                raise
            answer = Answer(task.number, failure="disk_full")
        return replace(answer, peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)

    def look(self, task: Look) -> Answer:
        """The keyed indexes of the numbers in a piece."""
        if vault.index_version(KIND) != self.setting.index_version:
            return Answer(task.number, failure="interrupted")
        wanted = [NAME, NUMBER, *([TYPE] if TYPE in self.setting.fields else [])]
        frame = self._frame(task, wanted)
        return Answer(task.number, blinds=checking.blinds(frame, self.ground).tobytes())

    def write(self, task: Write) -> Answer:
        """Check a piece and write it, unless that has been done: its rows and that it is done, in one transaction.
        Again when another import was quicker with somebody."""
        frame = self._frame(task, self.columns)
        seen = checking.check(frame, self.ground, task.doubles)
        if not self.setting.dry:
            seen = replace(seen, batches=employers.known(seen.batches, self.ground.unions))
        for _attempt in range(TRIES):
            try:
                counts, found = self._written(task, frame, seen)
                shown = errors.first(task.part, task.piece, frame, found)
                return Answer(task.number, counts=counts, first=shown)
            except (DatabaseError, psycopg.Error) as error:  # COPY raises the driver's own
                if getattr(error.__cause__ or error, "sqlstate", "") not in QUICKER:
                    raise
            except Overtaken:
                continue
            except TooMany as error:
                return Answer(task.number, failure=error.code)
        return Answer(task.number, failure="busy")

    def _written(
        self, task: Write, frame: pl.DataFrame, seen: Seen
    ) -> tuple[dict[str, int], Sequence[Mistake]]:
        pieces = LoadPiece.objects.using("bulk").filter(load_id=self.setting.load_id, number=task.number)
        with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
            cursor.execute("SET LOCAL row_security = off")
            cursor.execute("SET LOCAL synchronous_commit = off")
            cursor.execute("SET LOCAL lock_timeout = '5min'")
            state, raw = pieces.select_for_update().values_list("state", "blinds").get()
            if state == LoadPiece.State.WRITTEN:
                return {}, ()
            blinds = self._blinds(bytes(raw or b""))
            run = replace(self.run, import_id=task.import_id)
            if task.empty:
                counts = {"new": sum(len(batch.rows) for batch in seen.batches)}
                writing.write(cursor, run, seen.batches, blinds)
            else:
                into = merging.Merge(self.setting.actor, self.setting.at, self.setting.dry)
                seen, counts = merging.merge(cursor, run, into, seen, blinds)
            counts |= {"rows": seen.people, "wrong": len({mistake.row for mistake in seen.mistakes})}
            self._keep_errors(task, frame, seen)
            if self.setting.dry:
                transaction.set_rollback(True, using="bulk")
            else:
                pieces.update(state=LoadPiece.State.WRITTEN, counts=counts, digest=_digest(frame, seen))
        if self.setting.dry:
            pieces.update(counts=counts)
        return counts, seen.mistakes

    def _frame(self, task: Task, wanted: list[str]) -> pl.DataFrame:
        frame = sources.frame(task.part, task.piece, fields=wanted, limits=self.setting.limits)
        if len(frame) != task.piece.rows:
            raise SheetError("broken")
        return frame.select(
            [pl.col(name) if name in frame.columns else pl.lit("").alias(name) for name in wanted]
        )

    def _blinds(self, raw: bytes) -> Bytes | None:
        """What was found when the piece was looked at, while its key is the current one."""
        if vault.index_version(KIND) != self.setting.index_version:
            return None
        return np.frombuffer(raw, np.uint8).reshape(-1, 16)

    def _keep_errors(self, task: Write, frame: pl.DataFrame, seen: Seen) -> None:
        errors.keep(
            Path(self.setting.errors), task.number, file=Path(task.part.path).name, piece=task.piece,
            frame=frame, found=seen.mistakes,
        )  # fmt: skip


def _digest(frame: pl.DataFrame, seen: Seen) -> str:
    """The digest of the rows that stand, as they were sent."""
    rows = np.sort(np.concatenate([np.empty(0, np.int64), *(batch.rows for batch in seen.batches)]))
    return ciphers.sm3(frame[rows].write_csv(include_header=False).encode()).hex()
