"""Names of people: common surnames and characters by age and sex, some minority, rare and four-character
ones."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhijia.web.demo.words import words

Texts = NDArray[np.str_]
YOUNG_FROM = 1988
"""Born from this year on, people are called as the young are."""
TWO_CHARACTERS = 0.81
DOUBLE_SURNAME = 0.003
MINORITY = 0.004
RARE = 0.003


@dataclass(frozen=True, slots=True)
class People:
    """The lists names are drawn from."""

    surnames: Texts
    steps: NDArray[np.float64]
    double: Texts
    given: tuple[Texts, Texts, Texts, Texts]
    rare: Texts
    minority: tuple[Texts, Texts]

    @classmethod
    def read(cls) -> "People":
        """The lists of `data/names.yaml`."""
        kept: dict[str, Any] = words("names")
        shares = np.array(list(kept["surnames"].values()), np.float64)
        pools = ("older_men", "older_women", "younger_men", "younger_women")
        given = [np.array(list(kept["given"][pool])) for pool in pools]
        return cls(
            surnames=np.array(list(kept["surnames"])),
            steps=np.cumsum(shares / shares.sum()),
            double=np.array(kept["double_surnames"]),
            given=(given[0], given[1], given[2], given[3]),
            rare=np.array(kept["rare"]),
            minority=(np.array(kept["minority"]["given"]), np.array(kept["minority"]["family"])),
        )

    def draw(self, rng: np.random.Generator, women: NDArray[np.bool_], years: NDArray[np.int64]) -> Texts:
        """A name for each person, by sex and year of birth."""
        many = len(women)
        surnames = self.surnames[np.searchsorted(self.steps[:-1], rng.random(many))]
        pool = (years >= YOUNG_FROM) * 2 + women
        first, second = np.empty(many, "U2"), np.empty(many, "U2")
        for number, characters in enumerate(self.given):
            here = np.flatnonzero(pool == number)
            first[here] = _by_rank(rng, characters, len(here))
            second[here] = _by_rank(rng, characters, len(here))
        second[rng.random(many) > TWO_CHARACTERS] = ""
        rare = np.flatnonzero(rng.random(many) < RARE)
        second[rare] = rng.choice(self.rare, len(rare))
        names = np.strings.add(np.strings.add(surnames, first), second).astype("U20")
        double = np.flatnonzero(rng.random(many) < DOUBLE_SURNAME)
        names[double] = np.strings.add(
            rng.choice(self.double, len(double)), np.strings.add(first[double], second[double])
        )
        dotted = np.flatnonzero(rng.random(many) < MINORITY)
        fathers = np.strings.add("\u00b7", rng.choice(self.minority[1], len(dotted)))
        names[dotted] = np.strings.add(rng.choice(self.minority[0], len(dotted)), fathers)
        return names


def _by_rank(rng: np.random.Generator, characters: Texts, many: int) -> Texts:
    """Characters drawn so that the first of the list are the commonest."""
    return characters[(rng.random(many) ** 1.6 * len(characters)).astype(np.int64)]
