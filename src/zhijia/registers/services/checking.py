"""Whether a definition of a list can be used: each thing wrong in a sentence with its place."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zhijia.catalogue import definitions, register_checks
from zhijia.catalogue.definitions import Library
from zhijia.catalogue.register_rules import Register
from zhijia.catalogue.sentences import Said, said
from zhijia.catalogue.versions import content
from zhijia.kernel import rows
from zhijia.registers import conditions

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Fit:
    """How many rows a list has, how many of them a definition would not fit, and the numbers of the first of those."""

    rows: int
    misfits: int
    numbers: Sequence[int]


def problems_of(register: Register, library: Library | None = None) -> list[Said]:
    """What is wrong with a list among these definitions (those of the program where none are given)."""
    return [
        *register_checks.problems_of(register, library or definitions.load()),
        *conditions.problems_of(register),
    ]


def fit(register: Register) -> Fit:
    """How the rows there are would stand under the definition."""
    ((misfits, numbers, there),) = rows.run(
        "SELECT * FROM registers_misfits(%s::jsonb, %s)", [json.dumps(content(register)), SHOWN]
    )
    return Fit(there, misfits, numbers or ())


def misfits(register: Register) -> Iterator[Said]:
    """What of the rows there are would not fit the definition: how many, and the first of them by number."""
    found = fit(register)
    if found.misfits:
        yield said("rows_misfit", "dropped", many=found.misfits, numbers=", ".join(map(str, found.numbers)))
