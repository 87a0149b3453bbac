"""How far a load is."""

from collections.abc import Callable
from time import monotonic

Say = Callable[[str], None]
TOLD_EVERY = 3.0


class Clock:
    """Says now and then how much is done, how fast, and how long it will still take."""

    def __init__(self, total: int, what: str, say: Say) -> None:
        self.total, self.what, self.say = total, what, say
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
        reached = self.count + self.skipped
        self.say(f"{reached:,} of {self.total:,} {self.what}, {rate:,.0f} a second, {left:,.0f} s to go")
