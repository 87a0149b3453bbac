"""What is held already of what a return would ask: numbers made of facts, what ports answer, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.functional import lazy
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from zhijia.campaigns.asking import PORT, About, port
from zhijia.campaigns.models import Drive
from zhijia.campaigns.queries import measuring
from zhijia.catalogue import definitions, ports
from zhijia.catalogue.campaign_rules import Ask
from zhijia.catalogue.text import Text
from zhijia.registers.models import Row
from zhijia.registry import tree
from zhijia.registry.models import Membership
from zhijia.ui.templatetags.ui import day as day_words


@dataclass(frozen=True, slots=True)
class Held:
    """What a port answers: a number or a text (none: we do not hold it), and where it comes from in words."""

    value: int | str | None
    source: Any


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown in the place of a question."""

    question: Ask
    value: int | str | None
    source: Any

    def as_data(self) -> dict[str, Any]:
        """As it is kept with the return, its source in both languages."""
        return {
            "value": self.value,
            "source": {"en": _in("en", self.source), "zh": _in("zh-hans", self.source)},
        }


def source_of(kept: Any) -> str:
    """Where a value that was shown came from, in the reader's language; of an old return as it was kept."""
    return str(Text(**kept)) if isinstance(kept, dict) else str(kept)


def _in(language: str, words: Any) -> str:
    with override(language):
        return str(words)


def shown(question: Ask, drive: Drive, about: About) -> Shown:
    """What is held for this question."""
    held = question.held
    if held is None:
        raise ValueError(f"{question.name} is asked.")
    if held.told is not None:
        since = about.time.begins if held.over == "period" else None
        value = measuring.at_union(held.told, drive, about.union_id, since=since, until=about.time.ends)
        return Shown(question, value, _facts_of(held.told.kind, since, about.time.ends))
    found: Held = ports.call(port(held), about, held.given)
    return Shown(question, found.value, found.source)


def _of_facts(kind: str, since: date | None, until: date) -> str:
    words = {"kind": definitions.load().facts[kind].label, "until": day_words(until)}
    if since is None:
        return gettext("Facts of the platform: %(kind)s, until %(until)s") % words
    return gettext("Facts of the platform: %(kind)s, %(since)s – %(until)s") % {
        **words,
        "since": day_words(since),
    }


def _of_members(on: date) -> str:
    return gettext("Register of members, as it was on %(day)s") % {"day": day_words(on)}


def _of_unions(on: date) -> str:
    return gettext("Register of unions, as it was on %(day)s") % {"day": day_words(on)}


_facts_of, _members_on, _unions_on = lazy(_of_facts, str), lazy(_of_members, str), lazy(_of_unions, str)
"""The same, said in the language of whoever reads it."""


def members(about: About, given: Mapping[str, str]) -> Held:
    """Members at and under the union on the last day of the time."""
    day, under = about.time.ends, tree.under(about.union_id).values("pk")
    stands = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    many = Membership.objects.filter(stands, union_id__in=under, valid_from__lte=day).count()
    return Held(many, _members_on(day))


def unions(about: About, given: Mapping[str, str]) -> Held:
    """Unions under it on the last day of the time, without itself."""
    day, under = about.time.ends, tree.under(about.union_id).exclude(pk=about.union_id)
    stands = Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=day)
    return Held(under.filter(stands, founded_on__lte=day).count(), _unions_on(day))


def field(about: About, given: Mapping[str, str]) -> Held:
    """A field of the row of the list the return is about."""
    row = Row.objects.filter(pk=about.row_id).first() if about.row_id else None
    value = row.values.get(given.get("field", "")) if row else None
    fits = value is not None and not isinstance(value, bool | list | dict)
    return Held(value if fits else None, _("The list it is a row of"))


def register() -> None:
    """Announce what a return can be filled in with."""
    for name, function in (("members", members), ("unions", unions), ("field", field)):
        ports.register(f"{PORT}.{name}", function)
