"""Quotas over a batch: how many of it have one of certain answers, at least or at most (HON-03, HON-05)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Quota:
    """So many percent (`share`) or so many (`number`) have one of these values in the field: at `least` or `most`."""

    code: str
    field: str
    values: frozenset[str]
    bound: Literal["least", "most"]
    share: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What a batch has of a quota: how many of them, how many that may or must be, which of the batch they are."""

    quota: Quota
    have: int
    limit: int
    entries: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Whether the quota is kept."""
        return self.have >= self.limit if self.quota.bound == "least" else self.have <= self.limit


@dataclass(frozen=True, slots=True)
class Unmet:
    """A quota that a full batch of these entries cannot keep: so many are needed (of those it counts, or, where there
    may be few of them, of the others), so many are there."""

    quota: Quota
    needed: int
    there: int


def limit(quota: Quota, total: int) -> int:
    """How many of a batch of so many there have to be (rounded up) or may be (rounded down)."""
    if quota.number is not None:
        return quota.number
    share = (quota.share or 0) * total
    return -(-share // HUNDRED) if quota.bound == "least" else share // HUNDRED


def counted(quotas: Iterable[Quota], batch: Mapping[str, Mapping[str, Any]]) -> list[Counted]:
    """Each quota over the batch, by the answers of its entries. An empty batch has to have nothing."""
    return [
        Counted(quota, len(found), limit(quota, len(batch)) if batch else 0, tuple(sorted(found)))
        for quota in quotas
        for found in [_having(quota, batch)]
    ]


def unmet(quotas: Iterable[Quota], there: Mapping[str, Mapping[str, Any]], places: int) -> list[Unmet]:
    """The quotas that no full batch of these entries keeps, each looked at by itself. With fewer entries than places a
    full batch is all of them."""
    size = min(places, len(there))
    found: list[Unmet] = []
    for quota in quotas:
        having = len(_having(quota, there))
        bound = limit(quota, size)
        if quota.bound == "least":
            needed, able = bound, having
        else:
            needed, able = max(size - bound, 0), len(there) - having
        if size and needed > able:
            found.append(Unmet(quota, needed, able))
    return found


def _having(quota: Quota, batch: Mapping[str, Mapping[str, Any]]) -> set[str]:
    return {key for key, answers in batch.items() if _text(answers.get(quota.field)) in quota.values}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value is not None else ""
