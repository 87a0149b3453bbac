"""What a bench measures and what it is compared with; each room announces its benches in `apps.py`.

The frame (`zhijia bench NAME`) gives every bench a database of its own and prints the result.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Options:
    """What the frame hands to a bench: rows asked for (0: the bench's own number), how many the register holds
    beforehand (None: the bench's own number), the kind of the file, where words about progress go, and the environment
    in which another process of ours works on the bench's database."""

    rows: int = 0
    into: int | None = None
    file: str = "csv"
    say: Callable[[str], None] = print
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A rate (rows or requests a second) beside the rate of what it is compared with, measured in the same run.
    `violations` counts broken promises: doubles, losses, differences, wrong answers."""

    bench: str
    rows: int
    seconds: float
    rate: float
    limit: float
    against: str
    peak_mb: int
    violations: int = 0
    p95_ms: float | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple["Result", ...] = ()

    @property
    def ratio(self) -> float:
        """The rate as a share of the limit."""
        return round(self.rate / self.limit, 4) if self.limit else 0.0

    def as_json(self) -> dict[str, Any]:
        """The fields of the command's one JSON object."""
        told: dict[str, Any] = {
            "bench": self.bench,
            "rows": self.rows,
            "seconds": round(self.seconds, 3),
            "rate": round(self.rate, 1),
            "limit": round(self.limit, 1),
            "against": self.against,
            "ratio": self.ratio,
            "peak_mb": self.peak_mb,
            "violations": self.violations,
            "detail": dict(self.detail),
        }
        if self.p95_ms is not None:
            told["p95_ms"] = round(self.p95_ms, 2)
        if self.parts:
            told["parts"] = [part.as_json() for part in self.parts]
        return told


Bench = Callable[[Options], Result]
_benches: dict[str, Bench] = {}
ROUNDS = 3


def announce(name: str, bench: Bench) -> None:
    """Have `zhijia bench NAME` run this. Raises ValueError when another bench has the name."""
    if _benches.get(name, bench) is not bench:
        raise ValueError(f"There is a bench {name} already.")
    _benches[name] = bench


def announced() -> dict[str, Bench]:
    """Every bench by its name, in the order of the names."""
    return dict(sorted(_benches.items()))


def alternately(*parts: Callable[[], Any], rounds: int = ROUNDS) -> list[list[Any]]:
    """What each part answered in each round; the parts take turns, so that the machine treats them alike."""
    answers: list[list[Any]] = [[] for _part in parts]
    for _round in range(rounds):
        for place, part in enumerate(parts):
            answers[place].append(part())
    return answers


def seconds_of(work: Callable[[], Any]) -> float:
    """How long the work took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median(values: list[float]) -> float:
    """The middle of a few measurements."""
    return statistics.median(values)
