"""Whether a definition of a list can be used: each thing wrong in a sentence with its place."""

import json
from collections.abc import Iterator

from zhijia.catalogue import definitions, register_checks
from zhijia.catalogue.definitions import Library
from zhijia.catalogue.register_rules import Register
from zhijia.catalogue.sentences import Said, said
from zhijia.catalogue.versions import content
from zhijia.kernel import rows
from zhijia.registers import conditions

SHOWN = 5


def problems_of(register: Register, library: Library | None = None) -> list[Said]:
    """What is wrong with a list among these definitions (those of the program where none are given)."""
    return [
        *register_checks.problems_of(register, library or definitions.load()),
        *conditions.problems_of(register),
    ]


def misfits(register: Register) -> Iterator[Said]:
    """What of the rows there are would not fit the definition: how many, and the first of them by number."""
    ((many, numbers),) = rows.run(
        "SELECT * FROM registers_misfits(%s::jsonb, %s)", [json.dumps(content(register)), SHOWN]
    )
    if many:
        yield said("rows_misfit", "fields", many=many, numbers=", ".join(map(str, numbers)))
