"""Definitions as they were published: a case keeps the version it was opened under."""

from datetime import date, datetime

from zhijia.catalogue import definitions
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.reader import DefinitionError
from zhijia.catalogue.versions import content, digest, latest
from zhijia.matters.models import MatterVersion
from zhijia.matters.services import checking

_read: dict[tuple[int, str], Matter] = {}


def in_force(code: str, *, at: datetime, day: date) -> MatterVersion:
    """The version a case opened on the day is opened under: the latest published one, else the one that came with the
    program, which is kept when it is first used. Raises UnknownDefinition."""
    published = latest(MatterVersion, on=day, code=code).get(code)
    shipped = definitions.load().matters.get(code)
    if shipped is None or (published is not None and published.number >= shipped.version):
        if published is None:
            raise definitions.UnknownDefinition(f"There is no matter {code}.")
        return published
    return _kept(shipped, at)


def all_in_force(*, day: date) -> dict[str, Matter]:
    """What every matter says that can be asked for on the day, by its code. One statement."""
    shipped = definitions.load().matters
    newest = {
        code: definition(version)
        for code, version in latest(MatterVersion, on=day).items()
        if code not in shipped or version.number >= shipped[code].version
    }
    return {**shipped, **newest}


def definition(version: MatterVersion) -> Matter:
    """What the version says. A version never changes, so it is read once."""
    known = _read.get((version.pk, version.digest))
    if known is None:
        known = _read[version.pk, version.digest] = Matter.model_validate(version.content)
    return known


def _kept(matter: Matter, at: datetime) -> MatterVersion:
    """The row of a definition that came with the program, made once. Raises DefinitionError when its text changed and
    its number did not, since running cases would change with it, and when it cannot be used."""
    version = MatterVersion.objects.filter(code=matter.code, number=matter.version).first()
    if version is None:
        if wrong := checking.problems_of(matter):
            raise DefinitionError([f"matters/{matter.code}.yaml: {problem}" for problem in wrong])
        version, _made = MatterVersion.objects.get_or_create(
            code=matter.code,
            number=matter.version,
            defaults={
                "content": content(matter),
                "digest": digest(matter),
                "state": MatterVersion.State.PUBLISHED,
                "shipped": True,
                "since": date.min,
                "made_at": at,
            },
        )
    if version.digest != digest(matter):
        raise DefinitionError(
            [
                f"matters/{matter.code}.yaml: version: the text changed since version {matter.version}; count on."
            ]
        )
    return version
