"""Numbers that two people decided in the program, over those of the files.

Each process remembers them. How many are published is said with every entry into a transaction
(`kernel.context.watch`); where that differs from what is remembered, they are read again. A published one never
changes, so the number of them tells every state apart, and no process acts on an older one than its transaction sees.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from zhijia.catalogue.kinds import Parameter, ParameterValue
from zhijia.catalogue.places import padded

HOW_MANY = "(SELECT count(*) FROM catalogue_parameter_change WHERE state = 'published')"


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read, and the parameters it was laid over so far (by key: the file's, and the two together)."""

    many: int = 0
    decided: Mapping[str, Sequence[ParameterValue]] = field(default_factory=dict)
    laid: dict[str, tuple[Parameter, Parameter]] = field(default_factory=dict)


_known = _Known()


def take(many: int) -> None:
    """Read them again unless there are as many as are known."""
    global _known
    if many != _known.many:
        _known = _read(many) if many else _Known()


def over(parameter: Parameter) -> Parameter:
    """The parameter with what was decided over its file."""
    known = _known
    decided = known.decided.get(parameter.code)
    if not decided:
        return parameter
    held = known.laid.get(parameter.code)
    if held is None or held[0] is not parameter:
        held = known.laid[parameter.code] = (parameter, laid_over(parameter, decided))
    return held[1]


def laid_over(parameter: Parameter, decided: Sequence[ParameterValue]) -> Parameter:
    """The parameter with these values too: one of the same place and day goes before the file's, and each ends
    where the next of its place begins. Of two decided for the same place and day the later in the list holds."""
    values: dict[tuple[str, date], ParameterValue] = {}
    for value in (*parameter.values, *decided):
        values[padded(value.division), value.since] = value
    rows = [values[key] for key in sorted(values)]
    ended = [_until(earlier, later) for earlier, later in pairwise(rows)]
    return parameter.model_copy(update={"values": (*ended, rows[-1])})


def _until(value: ParameterValue, following: ParameterValue) -> ParameterValue:
    if padded(value.division) != padded(following.division):
        return value
    if value.until is not None and value.until <= following.since:
        return value
    return value.model_copy(update={"until": following.since})


def _read(many: int) -> _Known:
    from zhijia.catalogue.models import ParameterChange

    decided: dict[str, list[ParameterValue]] = {}
    rows = ParameterChange.objects.filter(state=ParameterChange.State.PUBLISHED)
    for row in rows.order_by("published_at", "pk"):
        decided.setdefault(row.key, []).append(as_value(row.division, row.since, row.value, row.source))
    return _Known(many, decided)


def as_value(division: str, since: date, value: object, source: str) -> ParameterValue:
    """A decided value as the catalogue holds values."""
    return ParameterValue.model_validate(
        {"division": division, "from": since, "value": value, "source": source, "confidence": "D"}
    )
