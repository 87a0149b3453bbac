"""Which version of a list's definition is in force, and what a version says."""

from datetime import date, datetime

from zhijia.catalogue import definitions
from zhijia.catalogue.reader import DefinitionError
from zhijia.catalogue.register_rules import Register
from zhijia.catalogue.versions import content, digest, latest
from zhijia.kernel import days
from zhijia.registers.models import RegisterVersion
from zhijia.registers.services import checking

_read: dict[tuple[int, str], Register] = {}


def in_force(code: str, *, at: datetime) -> RegisterVersion:
    """The version rows should stand under on the day: the latest published here, else the one that came with the
    program, which is kept when it is first used. Raises UnknownDefinition."""
    shipped = definitions.load().registers.get(code)
    published = latest(RegisterVersion, on=days.business_day(at), code=code).get(code)
    if published is not None and (shipped is None or published.number >= shipped.version):
        return published
    if shipped is None:
        raise definitions.UnknownDefinition(f"There is no list {code}.")
    return _kept(shipped, at)


def all_in_force(*, day: date) -> dict[str, Register]:
    """What every list says that is kept on the day, by its code."""
    shipped = definitions.load().registers
    newest = {
        code: definition(version)
        for code, version in latest(RegisterVersion, on=day).items()
        if code not in shipped or version.number >= shipped[code].version
    }
    return {**shipped, **newest}


def known(version_id: int, digest: str) -> Register | None:
    """What a version says, where this process has read it."""
    return _read.get((version_id, digest))


def definition(version: RegisterVersion) -> Register:
    """What the version says. A version never changes, so it is read once."""
    known = _read.get((version.pk, version.digest))
    if known is None:
        known = _read[version.pk, version.digest] = Register.model_validate(version.content)
    return known


def _kept(register: Register, at: datetime) -> RegisterVersion:
    """The row of a definition that came with the program, made once. Raises DefinitionError when its text changed and
    its number did not, and when it cannot be used."""
    version = RegisterVersion.objects.filter(code=register.code, number=register.version).first()
    if version is None:
        if wrong := checking.problems_of(register):
            raise DefinitionError([problem.under(f"registers/{register.code}.yaml") for problem in wrong])
        version, _made = RegisterVersion.objects.get_or_create(
            code=register.code,
            number=register.version,
            defaults={
                "content": content(register),
                "digest": digest(register),
                "state": RegisterVersion.State.PUBLISHED,
                "shipped": True,
                "since": date.min,
                "made_at": at,
            },
        )
    if version.digest != digest(register):
        raise DefinitionError(
            [
                f"registers/{register.code}.yaml: version: the text changed since version"
                f" {register.version}; count on."
            ]
        )
    return version
