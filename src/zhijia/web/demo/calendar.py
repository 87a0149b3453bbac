"""When things happened: days drawn from a calendar in which spring and autumn are busier than the New
Year."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from zhijia.web.demo.seeds import Integers

YEARS = 5
"""The years whose moves are told; who joined before came in over the `EARLIER` years before that."""
EARLIER = 6
_MONTHS = np.array([0.7, 0.4, 1.2, 1.3, 1.25, 1.0, 0.8, 0.8, 1.3, 1.2, 1.1, 0.9])
_GROWTH = 1.06


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days up to yesterday as integers since 1970. `begins` is the first day of the history told."""

    today: int
    begins: int
    first: int
    steps: np.ndarray[tuple[int], np.dtype[np.float64]]

    @classmethod
    def up_to(cls, today: date) -> "Calendar":
        """The calendar of the years before this day, which itself stays free for those who use the demo."""
        last = np.datetime64(today, "D").astype(np.int64)
        begins = last - YEARS * 365 - 1
        first = begins - EARLIER * 365
        days = np.arange(first, last)
        months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
        weekend = (days + 3) % 7 >= 5
        weights = _MONTHS[months] * np.where(weekend, 0.05, 1.0) * _GROWTH ** ((days - first) / 365)
        return cls(int(last), int(begins), int(first), np.cumsum(weights))

    def draw(self, rng: np.random.Generator, lowest: Integers, highest: Integers) -> Integers:
        """A day between these two (both included) for each row; `highest` where there is none between."""
        low = np.clip(lowest, self.first, self.today - 1)
        high = np.clip(highest, self.first, self.today - 1)
        below = np.where(low > self.first, self.steps[low - self.first - 1], 0.0)
        span = np.maximum(self.steps[high - self.first] - below, 0.0)
        found = np.searchsorted(self.steps, below + rng.random(len(low)) * span, side="right") + self.first
        result: Integers = np.minimum(np.maximum(found, low), high)
        return result
