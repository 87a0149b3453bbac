"""Whether a definition can be used: each thing wrong in a sentence with its place."""

from collections.abc import Iterator
from datetime import date

from zhijia.appraisals.figures import ASKS
from zhijia.catalogue import appraisal_checks, definitions, ports
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.catalogue.figures import PORT
from zhijia.catalogue.filling.words import of_name, taken
from zhijia.catalogue.sentences import Said, said
from zhijia.catalogue.sentences.of_rules import SPLIT_BY, listed
from zhijia.catalogue.text import Text
from zhijia.matters.services import versions as matters
from zhijia.registers.services import versions as lists
from zhijia.rules import versions as rules


def problems_of(appraisal: Appraisal, *, on: date) -> list[Said]:
    """What is wrong with an appraisal, given the rules, lists and matters in force on the day, one sentence each."""
    found = appraisal_checks.problems_of(
        appraisal,
        definitions.load(),
        rules=rules.all_in_force(on=on),
        registers=lists.all_in_force(day=on),
        matters=matters.all_in_force(day=on),
    )
    return [*found, *_figures(appraisal)]


def _figures(appraisal: Appraisal) -> Iterator[Said]:
    """Figures nobody tells, and those of this house that are asked with something else than they need."""
    for item in appraisal.items.values():
        if item.figure is None:
            continue
        name, place = item.figure.port, f"scheme.{item.code}.from"
        if not ports.answered(f"{PORT}.{name}"):
            yield said("no_figure", place, name=name)
        elif name in ASKS and not ASKS[name].fits(item.figure.given):
            yield said("figure_asks", place, name=of_name(f"{PORT}.{name}") or name, asks=_asked_with(name))


def _asked_with(name: str) -> Text:
    """What a figure is asked with, in words: what it needs, what it may be given, what facts are cut by."""
    asks, takes = ASKS[name], taken().get(f"{PORT}.{name}")
    labels = [
        takes.names[one].label if takes and one in takes.names else Text(en=one, zh=one)
        for one in (*sorted(asks.needs), *sorted(asks.may))
    ]
    if asks.dimensions:
        labels.append(SPLIT_BY)
    return listed(labels)
