"""How far a load is."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from time import monotonic
from typing import Any

TOLD_EVERY = 3.0
LOOKING, WRITING, INDEXING = "looking", "writing", "indexing"
UNITS = {LOOKING: "bytes looked at", WRITING: "rows", INDEXING: "indexes made"}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a step is: so many bytes, rows or indexes of all, so many a second, so many seconds to go."""

    step: str
    done: int
    total: int
    rate: float = 0.0
    left: float = 0.0

    def __str__(self) -> str:
        done = f"{self.done:,} of {self.total:,} {UNITS[self.step]}"
        return f"{done}, {self.rate:,.0f} a second, {self.left:,.0f} s to go"

    def as_json(self) -> dict[str, Any]:
        """As it is kept for a page."""
        return asdict(self)


Say = Callable[[Progress], None]


class Clock:
    """Says now and then how much is done, how fast, and how long it will still take."""

    def __init__(self, total: int, step: str, say: Say) -> None:
        self.total, self.step, self.say = total, step, say
        self.count = self.skipped = 0
        self.began = self.told = monotonic()

    def skip(self, many: int) -> None:
        """So much had been done before."""
        self.skipped += many

    def done(self, many: int) -> None:
        """So much more is done."""
        self.count += many
        now = monotonic()
        if now - self.told < TOLD_EVERY:
            return
        self.told = now
        rate = self.count / max(now - self.began, 0.001)
        left = (self.total - self.skipped - self.count) / max(rate, 0.001)
        self.say(Progress(self.step, self.count + self.skipped, self.total, round(rate, 1), round(left, 1)))
