"""Whether a definition can be used: each thing wrong in a sentence with its place. Keeping one, publishing one and the
command ask the same."""

from collections.abc import Iterator
from pathlib import Path

from zhijia.catalogue import definitions, matter_checks, ports, reader
from zhijia.catalogue.definitions import Library
from zhijia.catalogue.matter_rules import Matter
from zhijia.matters.services import grounds

OUTCOME = "matters.outcome"


def problems_of(matter: Matter, library: Library | None = None) -> list[str]:
    """What is wrong with a matter among these definitions (those in force where none are given), one sentence each."""
    known = library or definitions.load()
    return [
        *matter_checks.problems_of(matter, known),
        *grounds.problems_of(matter),
        *_outcomes(matter),
    ]


def problems_in(path: Path) -> list[str]:
    """What is wrong with the matter in a file, one sentence each."""
    matter, problems = reader.read_file(Matter, path)
    if matter is None:
        return problems
    return [*problems, *(f"{path}: {problem}" for problem in problems_of(matter))]


def problems_of_all() -> list[str]:
    """What is wrong with the matters in force, one sentence each. Raises DefinitionError where they cannot be read."""
    library = definitions.load()
    return [
        f"matters/{matter.code}.yaml: {problem}"
        for matter in sorted(library.matters.values(), key=lambda matter: matter.code)
        for problem in problems_of(matter, library)
    ]


def _outcomes(matter: Matter) -> Iterator[str]:
    for outcome in matter.outcomes:
        if not ports.answered(f"{OUTCOME}.{outcome.port}"):
            yield f"outcomes: no room does {outcome.port}."
