"""Appraisals as they were published: a run keeps the version it was opened under."""

from collections.abc import Mapping
from datetime import date, datetime

from zhijia.appraisals.models import AppraisalVersion
from zhijia.appraisals.services import checking
from zhijia.catalogue import definitions
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.catalogue.reader import DefinitionError
from zhijia.catalogue.versions import content, digest, latest

_read: dict[tuple[int, str], Appraisal] = {}


def all_in_force(*, day: date) -> dict[str, Appraisal]:
    """Every appraisal that can be run on the day, by its code. One statement."""
    shipped: Mapping[str, Appraisal] = definitions.load().appraisals
    here = {
        code: definition(row)
        for code, row in latest(AppraisalVersion, on=day).items()
        if code not in shipped or row.number >= shipped[code].version
    }
    return {**shipped, **here}


def in_force(code: str, *, at: datetime, day: date) -> AppraisalVersion:
    """The version a run of the day is opened under: the latest published one, else the one that came with the program,
    which is kept when it is first used. Raises UnknownDefinition; DefinitionError where it cannot be used."""
    shipped = definitions.load().appraisals.get(code)
    published = latest(AppraisalVersion, on=day, code=code).get(code)
    if published is not None and (shipped is None or published.number >= shipped.version):
        return published
    if shipped is None:
        raise definitions.UnknownDefinition(f"There is no appraisal {code}.")
    if wrong := checking.problems_of(shipped, on=day):
        raise DefinitionError([problem.under(f"appraisals/{code}.yaml") for problem in wrong])
    kept, _made = AppraisalVersion.objects.get_or_create(
        code=code,
        number=shipped.version,
        defaults={
            "content": content(shipped),
            "digest": digest(shipped),
            "state": AppraisalVersion.State.PUBLISHED,
            "shipped": True,
            "since": date.min,
            "made_at": at,
        },
    )
    if kept.digest != digest(shipped):
        words = f"appraisals/{code}.yaml: version: the text changed since version {kept.number}; count on."
        raise DefinitionError([words])
    return kept


def definition(version: AppraisalVersion) -> Appraisal:
    """What the version says. A version never changes, so it is read once."""
    known = _read.get((version.pk, version.digest))
    if known is None:
        known = _read[version.pk, version.digest] = Appraisal.model_validate(version.content)
    return known
