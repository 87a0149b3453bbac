"""Whether a definition can be used: each thing wrong in a sentence with its place. Keeping one, publishing one and the
command ask the same."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from zhijia.catalogue import definitions, matter_checks, ports, reader
from zhijia.catalogue.definitions import Library
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.sentences import Said, said
from zhijia.matters.services import grounds
from zhijia.rules import versions as rules

OUTCOME, FITS = "matters.outcome", "matters.fits"
"""What does an outcome, and what says whether a definition hands it what it needs."""


def problems_of(matter: Matter, library: Library | None = None, *, on: date | None = None) -> list[Said]:
    """What is wrong with a matter among these definitions (those of the program where none are given), one sentence
    each. With a day, the rules are those in force on it, also the published ones."""
    known = library or definitions.load()
    held = rules.all_in_force(on=on) if on else known.rules
    return [
        *matter_checks.problems_of(matter, known, held),
        *grounds.problems_of(matter),
        *_outcomes(matter),
    ]


def problems_in(path: Path) -> list[Said]:
    """What is wrong with the matter in a file, one sentence each."""
    matter, problems = reader.read_file(Matter, path)
    if matter is None:
        return problems
    return [*problems, *(problem.under(str(path)) for problem in problems_of(matter))]


def problems_of_all() -> list[Said]:
    """What is wrong with the matters in force, one sentence each. Raises DefinitionError where they cannot be read."""
    library = definitions.load()
    return [
        problem.under(f"matters/{matter.code}.yaml")
        for matter in sorted(library.matters.values(), key=lambda matter: matter.code)
        for problem in problems_of(matter, library)
    ]


def _outcomes(matter: Matter) -> Iterator[Said]:
    for outcome in matter.outcomes:
        if not ports.answered(f"{OUTCOME}.{outcome.port}"):
            yield said("no_outcome", "outcomes", name=outcome.port)
        elif ports.answered(f"{FITS}.{outcome.port}"):
            yield from ports.call(f"{FITS}.{outcome.port}", matter, outcome)
