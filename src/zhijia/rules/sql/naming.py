"""Aliases that mean something: an entity's or relation's own name, numbered where it is taken."""

from dataclasses import dataclass, field

_WORDS = """
all analyse analyze and any array as asc asymmetric authorization between binary both case cast check collate
collation column concurrently constraint create cross current_catalog current_date current_role current_schema
current_time current_timestamp current_user default deferrable desc distinct do else end except exists false
fetch for foreign freeze from full grant group having ilike in initially inner intersect into is isnull join
key lateral leading left like limit localtime localtimestamp natural not notnull null offset on only or order
outer overlaps placing primary references returning right select session_user similar some symmetric
system_user table tablesample then to trailing true union unique user using variadic verbose when where window
with
"""
RESERVED = frozenset(_WORDS.split())
"""The words of SQL that cannot be an alias as they stand."""


@dataclass(slots=True)
class Names:
    """The aliases of one statement."""

    _taken: dict[str, int] = field(default_factory=dict)

    def take(self, name: str) -> str:
        """An alias nobody else in the statement has, in quotes where the word means something in SQL."""
        name = name.lower()
        self._taken[name] = self._taken.get(name, 0) + 1
        alias = name if self._taken[name] == 1 else self.take(f"{name}_{self._taken[name]}")
        return f'"{alias}"' if alias in RESERVED else alias
