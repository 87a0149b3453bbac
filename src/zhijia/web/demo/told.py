"""What the people of a demo do, and where what is known of them came from."""

from typing import Any

import numpy as np

from zhijia.kernel import copies
from zhijia.kernel.copies import Field
from zhijia.web.demo import cells
from zhijia.web.demo.people import Flags, Register
from zhijia.web.demo.seeds import Integers
from zhijia.web.demo.unions import NONE

GROUPS = ("00", "01", "02", "03", "04")
"""The groups of MEM-06: none, and the four of flexible work."""
ORIGINS = ("roster", "application")
KNOWN_FIELDS = ("name", "id_number", "phone", "occupation")


class Jobs:
    """What people do: by the trade of their union, by their group where it is one of flexible work."""

    def __init__(self, register: Register, kept: dict[str, Any]) -> None:
        lists: dict[str, list[str]] = kept["occupations"]
        trades = [lists.get(trade, ["other"]) for trade in register.unions.trade]
        jobs = sorted({job for works in trades for job in works} | set(kept["gig_occupations"].values()))
        place = {job: number for number, job in enumerate(jobs)}
        self.cells = cells.words_of(jobs)
        self.many = np.array([len(works) for works in trades])
        self.first = np.cumsum(self.many) - self.many
        self.flat = np.array([place[job] for works in trades for job in works])
        self.of_group = np.array(
            [place.get(kept["gig_occupations"].get(group, ""), NONE) for group in GROUPS]
        )

    def draw(self, rng: np.random.Generator, union: Integers, group: Integers) -> Field:
        """What each of these people does."""
        lot = (rng.random(len(union)) * self.many[union]).astype(np.int64)
        flexible = self.of_group[group]
        return copies.chosen(
            self.cells, np.where(flexible == NONE, self.flat[self.first[union] + lot], flexible)
        )


class Sources:
    """Where the fields of people came from and when: a cell for each origin and day, made once."""

    def __init__(self, register: Register) -> None:
        self.first = register.calendar.first
        self.days = register.calendar.today - self.first
        when = np.arange(self.first, register.calendar.today).astype("datetime64[D]").astype(str).tolist()
        self.cells = [
            copies.of_json({field: [origin, day] for field in KNOWN_FIELDS})
            for origin in ORIGINS
            for day in when
        ]

    def of(self, by_page: Flags, begins: Integers) -> Field:
        """For people who came by this origin on these days."""
        return copies.chosen(self.cells, by_page * self.days + begins - self.first)
