"""Definitions as they were published: a case keeps the version it was opened under."""

from datetime import date, datetime

from zhijia.catalogue import definitions
from zhijia.catalogue.matter_items import together
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.reader import DefinitionError
from zhijia.catalogue.versions import content, digest, latest
from zhijia.kernel import days, rows
from zhijia.matters.models import Case, MatterVersion
from zhijia.matters.services import checking

TEXTS = ("content", "text")
"""What a version says, which is read once a process."""
_IN_FORCE = f"""
SELECT {rows.columns(MatterVersion, "v", TEXTS)} FROM matters_version v
WHERE v.code = %(code)s
  AND (v.state = 'published' AND NOT v.shipped AND v.since <= %(day)s OR v.number = %(number)s::int)
ORDER BY v.number"""  # noqa: S608 - columns of ours
_read: dict[tuple[int, str], Matter] = {}


def in_force(code: str, *, at: datetime, day: date) -> MatterVersion:
    """The version a case opened on the day is opened under: the latest published one, else the one that came with the
    program, which is kept when it is first used. Raises UnknownDefinition."""
    shipped = definitions.load().matters.get(code)
    asked = {"code": code, "day": day, "number": shipped.version if shipped else None}
    found = [rows.made(MatterVersion, values, TEXTS) for values in rows.run(_IN_FORCE, asked)]
    published = next((row for row in reversed(found) if not row.shipped and _is_out(row, day)), None)
    if shipped is None or (published is not None and published.number >= shipped.version):
        if published is None:
            raise definitions.UnknownDefinition(f"There is no matter {code}.")
        return published
    return _kept(shipped, next((row for row in found if row.number == shipped.version), None), at)


def all_in_force(*, day: date) -> dict[str, Matter]:
    """What every matter says that can be asked for on the day, by its code. One statement."""
    shipped = definitions.load().matters
    newest = {
        code: definition(version)
        for code, version in latest(MatterVersion, on=day).items()
        if code not in shipped or version.number >= shipped[code].version
    }
    return {**shipped, **newest}


def of(case: Case, *, at: datetime, version: MatterVersion | None = None) -> Matter:
    """What is asked and done in a case: its version; for several items in one go what those that are asked for ask, by
    the versions of then. A draft goes by those in force (`version`, where it was read already)."""
    draft, day = case.state == Case.State.DRAFT, days.business_day(at)
    matter = definition(version or (in_force(case.code, at=at, day=day) if draft else case.version))
    if not matter.items:
        return matter
    if draft:
        return together(matter, all_in_force(day=day))
    return together(matter, {part.code: definition(part.version) for part in parts_of(case)})


def parts_of(case: Case) -> list[Case]:
    """The parts of a case of several items, in the order in which they were opened."""
    return list(Case.objects.filter(part_of=case.pk).select_related("version").order_by("number"))


def definition(version: MatterVersion) -> Matter:
    """What the version says. A version never changes, so it is read once."""
    known = _read.get((version.pk, version.digest))
    if known is None:
        known = _read[version.pk, version.digest] = Matter.model_validate(version.content)
    return known


def _is_out(version: MatterVersion, day: date) -> bool:
    return (
        version.state == MatterVersion.State.PUBLISHED and version.since is not None and version.since <= day
    )


def _kept(matter: Matter, version: MatterVersion | None, at: datetime) -> MatterVersion:
    """The row of a definition that came with the program, made once (`version`, where it is there). Raises
    DefinitionError when its text changed and its number did not, since running cases would change with it, and when it
    cannot be used."""
    if version is None:
        if wrong := checking.problems_of(matter, on=days.business_day(at)):
            raise DefinitionError([problem.under(f"matters/{matter.code}.yaml") for problem in wrong])
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
