"""A round shown before it is published: its way with days, its quotas in words, a made-up nomination."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from zhijia.appraisals.models.rounds import Nomination
from zhijia.appraisals.models.rounds import Round as Row
from zhijia.appraisals.services.rounds import answering, clearing, nominating
from zhijia.appraisals.services.rounds.holding import Held
from zhijia.catalogue import codes, parameters, working_days
from zhijia.catalogue.asking.answers import Wrong
from zhijia.catalogue.round_rules import Clearance, Question, Quota, Round
from zhijia.kernel.actors import Actor
from zhijia.kernel.ids import new_id
from zhijia.registers.services.writing import LEVELS
from zhijia.registry.models import Union
from zhijia.ui.lines import Stop
from zhijia.ui.templatetags.ui import day as day_words
from zhijia.ui.templatetags.ui import listed


@dataclass(frozen=True, slots=True)
class Tried:
    """A made-up nomination: what it answers in words, the offices asked about it, the quotas it counts for."""

    said: Sequence[tuple[Question, str]]
    clearances: Sequence[Clearance]
    quotas: Sequence[Quota]


@dataclass(frozen=True, slots=True)
class Place:
    """A grade: how many there are, and what each is paid in fen, where anything."""

    label: Any
    places: int
    amount: int | None


def attempt(
    *,
    actor: Actor,
    asked: Round,
    union: Union,
    on: date,
    typed: Mapping[str, Any],
    sent: Mapping[str, Sequence[Any]],
) -> tuple[Tried | None, list[Wrong], list[str]]:
    """(what would become of these answers, the mistakes, the questions that are needed and not answered). Files are not
    looked into."""
    values, wrong = answering.read(asked, typed, on=on)
    values = {name: value for name, value in values.items() if value is not None}
    values |= {name: [str(new_id())] for name, files in sent.items() if files}
    row = Nomination(answers=values)
    lacking = [question.name for question in nominating.lacking(row, asked)]
    if wrong or lacking:
        return None, wrong, lacking
    said = [(question, words) for question, words, _files in answering.shown(asked.questions, values)]
    quotas = [quota for quota in asked.quotas if _word(values.get(quota.field)) in quota.values]
    held = Held(Row(), asked, union, actor)
    return Tried(said, clearing.needed(held, row, on), quotas), [], []


def way(asked: Round, union: Union, *, on: date) -> list[Stop]:
    """The stops of a round whose call opens that day, each with the earliest day it can be over by where it has one."""
    clock = _Clock(on, union.division, asked)
    first, last = day_words(on), day_words(clock.call_ends)
    stops = [Stop(_("The call is open"), when=_("%(first)s to %(last)s") % {"first": first, "last": last})]
    if (notice := asked.showing("unit")) is not None:
        stops.append(Stop(notice.label, when=clock.in_the_call(notice.days)))
    stops += [Stop(_("Recommended"), who=_level(level)) for level in asked.steps]
    clock.close_call()
    offices = [(clearance.label, clock.beside(clearance.days)) for clearance in asked.clearances]
    stops += [Stop(label, who=_("outside office"), when=when) for label, when in offices]
    clock.join()
    for stage in asked.stages:
        weight = _("counts %(percent)s percent") % {"percent": clock.value(stage.weight)}
        who = _("public vote") if stage.questionnaire else _judges(clock.value(stage.judges))
        stops.append(Stop(stage.label, who=who, when=weight))
    stops.append(Stop(_("The batch is put together and a second person decides")))
    for at in ("batch", "decided"):
        if (shown := asked.showing(at)) is not None:
            stops.append(Stop(shown.label, when=clock.after(shown.days)))
    if asked.appeal:
        stops.append(Stop(_("Who was not chosen can appeal"), when=clock.after(asked.appeal)))
    return [*stops, Stop(_("The names are announced"))]


def out_of_order(asked: Round, union: Union, *, on: date) -> str:
    """Why the days of a round whose call opens that day do not go together, naming both; empty where they do. What
    hangs at a unit hangs before the nomination is in, so that the call has to be open as long."""
    clock = _Clock(on, union.division, asked)
    if (notice := asked.showing("unit")) is None:
        return ""
    hangs = working_days.add(on, int(clock.value(notice.days)), union.division)
    if hangs <= clock.call_ends:
        return ""
    return _(
        "The call closes on %(closes)s, but “%(notice)s” hangs until %(hangs)s at the earliest, so nobody could be in"
        " by then. Let the call be open longer, or the notice hang shorter."
    ) % {"closes": day_words(clock.call_ends), "notice": notice.label, "hangs": day_words(hangs)}


def quotas(asked: Round, union: Union, *, on: date) -> Iterator[tuple[Quota, Any, str]]:
    """Each quota with what it demands and the answers it counts, in words."""
    for quota in asked.quotas:
        much = parameters.value(quota.share or quota.number, division=union.division, day=on)
        question = asked.by_name[quota.field]
        counted = listed(answering.words(question, _value(question, one)) for one in quota.values)
        yield quota, _BOUNDS[quota.bound, bool(quota.share)] % {"much": much}, counted


def places(asked: Round, union: Union, *, on: date) -> list[Place]:
    """The grades with how many are chosen and what each of them is paid."""

    def value(key: str) -> int:
        return int(parameters.value(key, division=union.division, day=on))

    return [
        Place(grade.label, value(grade.places), value(grade.amount) if grade.amount else None)
        for grade in asked.grades
    ]


_BOUNDS = {
    ("least", True): _("at least %(much)s percent of those chosen"),
    ("most", True): _("at most %(much)s percent of those chosen"),
    ("least", False): _("at least %(much)s of those chosen"),
    ("most", False): _("at most %(much)s of those chosen"),
}


class _Clock:
    """Counts the days of a round on from its first."""

    def __init__(self, first: date, division: str, asked: Round) -> None:
        self._on, self._division = first, division
        self.call_ends = first + timedelta(days=int(self.value(asked.days)))
        self._day = self._latest = first

    def value(self, key: str) -> Any:
        """A parameter as it is on the first day."""
        return parameters.value(key, division=self._division, day=self._on)

    def close_call(self) -> None:
        """What follows begins once the call has closed."""
        self._day = max(self._day, self.call_ends)

    def join(self) -> None:
        """What follows waits for all that goes side by side."""
        self._day = max(self._day, self._latest)

    def after(self, key: str) -> Any:
        """So many working days on, in words; what follows begins then."""
        words = self.beside(key)
        self.join()
        return words

    def in_the_call(self, key: str) -> Any:
        """The same, of what begins while the call is open: without a day where it can be over by then."""
        words = self.after(key)
        return words if self._day > self.call_ends else _days(int(self.value(key)))

    def beside(self, key: str) -> Any:
        """The same, of what goes side by side with others."""
        many = int(self.value(key))
        last = working_days.add(self._day, many, self._division)
        self._latest = max(self._latest, last)
        return _("%(days)s, until %(day)s at the earliest") % {"days": _days(many), "day": day_words(last)}


def _days(many: int) -> str:
    return ngettext("%(many)s working day", "%(many)s working days", many) % {"many": many}


def _level(level: str) -> str:
    return codes.label("union_levels", str(int(LEVELS[level])))


def _judges(many: Any) -> str:
    return ngettext("at least %(many)s judge", "at least %(many)s judges", int(many)) % {"many": many}


def _word(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _value(question: Question, word: str) -> Any:
    return word == "yes" if question.type == "yes_no" else word
