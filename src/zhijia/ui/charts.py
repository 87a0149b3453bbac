"""The bar chart: numbers in, positions out, drawn as inline SVG beside real text, without script or style."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `text` is the value as the reader sees it; `unfinished` marks a period still running."""

    label: Any
    value: float
    text: str
    href: str = ""
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bar with where it starts and how long it is, in hundredths of the drawing, as text."""

    bar: Bar
    start: str
    length: str
    top: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of one unit under one title, with a target when there is one."""

    title: Any
    unit: Any
    bars: Sequence[Bar]
    target: float | None = None
    target_text: Any = ""

    @property
    def _range(self) -> tuple[float, float]:
        values = [bar.value for bar in self.bars] + [0.0]
        if self.target is not None:
            values.append(self.target)
        low, high = min(values), max(values)
        return low, (high if high > low else low + 1)

    def _share(self, value: float) -> float:
        low, high = self._range
        return (value - low) / (high - low) * 100

    @property
    def drawn(self) -> list[Drawn]:
        """Each bar from the zero line; a negative one hangs below it."""
        zero = self._share(0)
        result = []
        for bar in self.bars:
            end = self._share(bar.value)
            start, length = min(zero, end), abs(end - zero)
            result.append(Drawn(bar, f"{start:.2f}", f"{length:.2f}", f"{100 - start - length:.2f}"))
        return result

    @property
    def target_at(self) -> str:
        """Where the target stands from the zero side, in hundredths; empty without one."""
        return "" if self.target is None else f"{self._share(self.target):.2f}"

    @property
    def target_top(self) -> str:
        """The same measured from the top."""
        return "" if self.target is None else f"{100 - self._share(self.target):.2f}"
