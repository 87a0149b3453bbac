"""Questionnaires as they were published: a poll keeps the version it was made from."""

from collections.abc import Mapping
from datetime import date, datetime

from zhijia.catalogue import definitions
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.catalogue.reader import DefinitionError
from zhijia.catalogue.versions import content, digest, latest
from zhijia.questionnaires import checking
from zhijia.questionnaires.models import QuestionnaireVersion

_read: dict[tuple[int, str], Questionnaire] = {}


def all_in_force(*, day: date) -> dict[str, Questionnaire]:
    """Every questionnaire that can be asked on the day, by its code. One statement."""
    shipped: Mapping[str, Questionnaire] = definitions.load().questionnaires
    here = {
        code: definition(row)
        for code, row in latest(QuestionnaireVersion, on=day).items()
        if code not in shipped or row.number >= shipped[code].version
    }
    return {**shipped, **here}


def in_force(code: str, *, at: datetime, day: date) -> QuestionnaireVersion:
    """The version a poll of the day is made from: the latest published one, else the one that came with the program,
    which is kept when it is first used. Raises UnknownDefinition; DefinitionError where it cannot be used."""
    shipped = definitions.load().questionnaires.get(code)
    published = latest(QuestionnaireVersion, on=day, code=code).get(code)
    if published is not None and (shipped is None or published.number >= shipped.version):
        return published
    if shipped is None:
        raise definitions.UnknownDefinition(f"There is no questionnaire {code}.")
    if wrong := checking.problems_of(shipped, on=day):
        raise DefinitionError([problem.under(f"questionnaires/{code}.yaml") for problem in wrong])
    kept, _made = QuestionnaireVersion.objects.get_or_create(
        code=code,
        number=shipped.version,
        defaults={
            "content": content(shipped),
            "digest": digest(shipped),
            "state": QuestionnaireVersion.State.PUBLISHED,
            "shipped": True,
            "since": date.min,
            "made_at": at,
        },
    )
    if kept.digest != digest(shipped):
        words = (
            f"questionnaires/{code}.yaml: version: the text changed since version {kept.number}; count on."
        )
        raise DefinitionError([words])
    return kept


def known(version_id: int, digest: str) -> Questionnaire | None:
    """What a version says, where this process has read it already."""
    return _read.get((version_id, digest))


def definition(version: QuestionnaireVersion) -> Questionnaire:
    """What the version says. A version never changes, so it is read once."""
    known = _read.get((version.pk, version.digest))
    if known is None:
        known = _read[version.pk, version.digest] = Questionnaire.model_validate(version.content)
    return known
