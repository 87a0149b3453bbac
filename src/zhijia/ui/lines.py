"""The line: whatever moves is drawn as the same row of stops."""

from dataclasses import dataclass
from typing import Any, Literal

State = Literal["done", "now", "late", "stopped", "next"]


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop: what happens, where it stands, who has it, and when or by when, each already in words."""

    title: Any
    state: State = "next"
    who: Any = ""
    when: Any = ""
    href: str = ""
