"""Rounds as they were published: one that is held keeps the version it was made from."""

from collections.abc import Mapping
from datetime import date, datetime

from zhijia.appraisals import round_conditions
from zhijia.appraisals.models.rounds import RoundVersion
from zhijia.catalogue import definitions
from zhijia.catalogue.reader import DefinitionError
from zhijia.catalogue.round_rules import Round
from zhijia.catalogue.versions import content, digest, latest

_read: dict[tuple[int, str], Round] = {}


def all_in_force(*, day: date) -> dict[str, Round]:
    """Every round that can be held on the day, by its code. One statement."""
    shipped: Mapping[str, Round] = definitions.load().rounds
    here = {
        code: definition(row)
        for code, row in latest(RoundVersion, on=day).items()
        if code not in shipped or row.number >= shipped[code].version
    }
    return {**shipped, **here}


def in_force(code: str, *, at: datetime, day: date) -> RoundVersion:
    """The version a round of the day is made from: the latest published one, else the one that came with the program,
    which is kept when it is first used. Raises UnknownDefinition; DefinitionError where it cannot be used."""
    shipped = definitions.load().rounds.get(code)
    published = latest(RoundVersion, on=day, code=code).get(code)
    if published is not None and (shipped is None or published.number >= shipped.version):
        return published
    if shipped is None:
        raise definitions.UnknownDefinition(f"There is no round {code}.")
    if wrong := round_conditions.problems_of(shipped, on=day):
        raise DefinitionError([problem.under(f"rounds/{code}.yaml") for problem in wrong])
    kept, _made = RoundVersion.objects.get_or_create(
        code=code,
        number=shipped.version,
        defaults={
            "content": content(shipped),
            "digest": digest(shipped),
            "state": RoundVersion.State.PUBLISHED,
            "shipped": True,
            "since": date.min,
            "made_at": at,
        },
    )
    if kept.digest != digest(shipped):
        raise DefinitionError(
            [f"rounds/{code}.yaml: version: the text changed since version {kept.number}; count on."]
        )
    return kept


def definition(version: RoundVersion) -> Round:
    """What the version says. A version never changes, so it is read once."""
    known = _read.get((version.pk, version.digest))
    if known is None:
        known = _read[version.pk, version.digest] = Round.model_validate(version.content)
    return known
