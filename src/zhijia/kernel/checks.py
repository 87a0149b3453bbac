"""What `zhijia verify` runs: each room announces its checks in `apps.py`, as `<room>.<what is proved>`."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Checked:
    """How many rows a check read, and a sentence for each difference it found (none: the promise is kept)."""

    rows_read: int
    differences: tuple[str, ...] = ()


Check = Callable[[], Checked]
_checks: dict[str, Check] = {}


def announce(name: str, check: Check) -> None:
    """Have `zhijia verify` run this check. Raises ValueError when another has the name."""
    if _checks.get(name, check) is not check:
        raise ValueError(f"There is a check {name} already.")
    _checks[name] = check


def announced() -> dict[str, Check]:
    """Every check by its name, in the order of the names."""
    return dict(sorted(_checks.items()))
