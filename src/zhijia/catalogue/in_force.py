"""Which version of a definition is in force on a day, and what a version says: the same for every kind that is written
in the program's pages as well as shipped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, TypeVar

from zhijia.catalogue import definitions
from zhijia.catalogue.kinds import Definition
from zhijia.catalogue.reader import DefinitionError
from zhijia.catalogue.sentences import Said
from zhijia.catalogue.versions import Version, content, digest, latest

Row = TypeVar("Row", bound=Version)
Says = TypeVar("Says", bound=Definition)


@dataclass(frozen=True, slots=True)
class Versions(Generic[Row, Says]):
    """The versions of one kind of definitions: the folder they are shipped in, what one is called, the table of those
    that were used or published, what a version says, and what is wrong with one that is to be used on a day."""

    folder: str
    called: str
    table: type[Row]
    says: type[Says]
    problems: Callable[[Says, date], Sequence[Said]]
    read: dict[tuple[int, str], Says] = field(default_factory=dict)

    @property
    def shipped(self) -> Mapping[str, Says]:
        """Those that come with the program, by their code."""
        found: Mapping[str, Says] = getattr(definitions.load(), self.folder)
        return found

    def all(self, *, day: date) -> dict[str, Says]:
        """Every one that can be used on the day, by its code. One statement."""
        shipped = self.shipped
        here = {
            code: self.definition(row)
            for code, row in latest(self.table, on=day).items()
            if code not in shipped or row.number >= shipped[code].version
        }
        return {**shipped, **here}

    def of(self, code: str, *, at: datetime, day: date) -> Row:
        """The version in force on the day: the latest published one, else the one that came with the program, which is
        kept when it is first used. Raises UnknownDefinition; DefinitionError where it cannot be used."""
        shipped = self.shipped.get(code)
        published = latest(self.table, on=day, code=code).get(code)
        if published is not None and (shipped is None or published.number >= shipped.version):
            return published
        if shipped is None:
            raise definitions.UnknownDefinition(f"There is no {self.called} {code}.")
        name = f"{self.folder}/{code}.yaml"
        if wrong := self.problems(shipped, day):
            raise DefinitionError([problem.under(name) for problem in wrong])
        kept, _made = self.table._default_manager.get_or_create(
            code=code,
            number=shipped.version,
            defaults={
                "content": content(shipped),
                "digest": digest(shipped),
                "state": Version.State.PUBLISHED,
                "shipped": True,
                "since": date.min,
                "made_at": at,
            },
        )
        if kept.digest != digest(shipped):
            words = f"{name}: version: the text changed since version {kept.number}; count on."
            raise DefinitionError([words])
        return kept

    def known(self, version_id: int, digest: str) -> Says | None:
        """What a version says, where this process has read it already."""
        return self.read.get((version_id, digest))

    def definition(self, version: Row) -> Says:
        """What the version says. A version never changes, so it is read once."""
        known = self.known(version.pk, version.digest)
        if known is None:
            known = self.read[version.pk, version.digest] = self.says.model_validate(version.content)
        return known
