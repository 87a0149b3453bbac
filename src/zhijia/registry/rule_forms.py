"""How the register says its fields and relations to rules: what fields of one kind have in common, said once."""

from dataclasses import dataclass
from typing import Any

from zhijia.catalogue.text import Text
from zhijia.rules.schema import Field, Relation, Unit
from zhijia.rules.types import INT, STRING, Type


@dataclass(frozen=True, slots=True)
class Form:
    """Fields used for the same purposes. The source is an element of the data standard."""

    purposes: frozenset[str]
    sensitive: bool = False

    def field(
        self, name: str, of: Type, en: str, zh: str, element: str, *, sql: str = "", **more: Any
    ) -> Field:
        """A column of the same name, unless `sql` says more."""
        return Field(
            name=name,
            type=of,
            label=Text(en=en, zh=zh),
            sql=sql or f"{{row}}.{name}",
            source=f"element {element}",
            purposes=self.purposes,
            sensitive=self.sensitive,
            **more,
        )

    def code(
        self,
        name: str,
        en: str,
        zh: str,
        code_list: str,
        element: str,
        *,
        unknown: str = "",
        **more: Any,
    ) -> Field:
        """A code of a list; `unknown` is what the column holds when nobody has said."""
        sql = f"nullif({{row}}.{name}, '{unknown}')"
        return self.field(name, STRING, en, zh, element, sql=sql, code_list=code_list, **more)

    def place(self, name: str, en: str, zh: str, element: str, **more: Any) -> Field:
        """A code without words of ours (divisions, industries); the empty one is unknown."""
        return self.field(name, STRING, en, zh, element, sql=f"nullif({{row}}.{name}, '')", **more)

    def full_years(self, name: str, en: str, zh: str, element: str, *, since: str, unit: Unit) -> Field:
        """The full years from a date of the same entity to the day asked about."""
        return Field(
            name=name,
            type=INT,
            label=Text(en=en, zh=zh),
            sql="",
            source=f"element {element}",
            purposes=self.purposes,
            sensitive=self.sensitive,
            unit=unit,
            years_since=since,
        )

    def one(
        self, name: str, to: str, en: str, zh: str, key: tuple[str, str], element: str, **more: Any
    ) -> Relation:
        """At most one row of the other entity."""
        return self._relation(name, to, Text(en=en, zh=zh), key, element, many=False, **more)

    def many(
        self, name: str, to: str, en: str, zh: str, key: tuple[str, str], element: str, **more: Any
    ) -> Relation:
        """Any number of rows of the other entity."""
        return self._relation(name, to, Text(en=en, zh=zh), key, element, many=True, **more)

    def _relation(
        self, name: str, to: str, label: Text, key: tuple[str, str], element: str, **more: Any
    ) -> Relation:
        return Relation(
            name=name,
            to=to,
            label=label,
            keys=(key,),
            purposes=self.purposes,
            source=f"element {element}",
            sensitive=self.sensitive,
            **more,
        )
