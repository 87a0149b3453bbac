"""Where the number of a figure comes from: what is counted, and the records behind it, as far as whoever looks may see
them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.appraisals import figures
from zhijia.appraisals.models import Entry, Filled
from zhijia.appraisals.rules import scoring
from zhijia.appraisals.services import filling
from zhijia.catalogue import codes, definitions
from zhijia.catalogue.appraisal_rules import Criterion, Figure
from zhijia.catalogue.figures import Asked, Told
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registers.services import versions
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import money

COUNTED: Mapping[str, Promise] = {
    "registers.rows": _("%(what)s: entries there and below, in force on the last day"),
    "facts.count": _("%(what)s: how often, there and below"),
    "facts.sum": _("%(what)s: yuan, there and below"),
    "ledger.closed_months": _("Months whose books are closed"),
    "questionnaires.rating": _("What members marked on average, of a hundred"),
    "auditing.findings": _("Findings of audits reported in these days"),
    "auditing.open_findings": _("Findings of audits that are past their day and not put right"),
}
ADDED = _("%(what)s: entries added there and below in these days")
ELSEWHERE = _("A figure of the platform")


@dataclass(frozen=True, slots=True)
class Line:
    """A record that was counted: its day, what it is, how much it counts for, and its page where it has one."""

    day: date
    words: str
    quantity: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The number of an item: what is counted and how it is cut, what was kept of it and what it is now, the points that
    brings of how many, and the latest records."""

    words: str
    cut: Sequence[tuple[str, str]]
    kept: Filled | None
    now: Told | None
    points: str
    lines: Sequence[Line]


def of(actor: Actor, entry: Entry, item: Criterion, figure: Figure, *, rows: int) -> Source:
    """Where the number of an item comes from, asked now as whoever looks; entries of a register are named for those who
    read registers."""
    asked, day = filling.asked(entry, figure), days.business_day(days.now())
    kept = entry.filled.filter(item=item.code).first()
    now = filling.now(entry, [item]).get(item.code)
    said = kept.said if kept is not None else now[1] if now is not None else ""
    points = scoring.points_of(item, said) if said else None
    return Source(
        _words(figure, day),
        _cut(figure, day),
        kept,
        now[0] if now else None,
        "" if points is None else scoring.as_points(points),
        _records(actor, figure, asked, rows),
    )


def _words(figure: Figure, day: date) -> str:
    known, what = definitions.load(), ""
    if "list" in figure.given:
        found = versions.all_in_force(day=day).get(figure.given["list"])
        what = str(found.label) if found else figure.given["list"]
    elif "kind" in figure.given:
        what = str(known.facts[figure.given["kind"]].label)
    words = ADDED if figure.given.get("when") == "period" else COUNTED.get(figure.port, ELSEWHERE)
    return str(words % {"what": what})


def _cut(figure: Figure, day: date) -> list[tuple[str, str]]:
    """How it is cut besides, in words: dimensions of a fact, the state of rows, the questionnaire."""
    kind = definitions.load().facts.get(figure.given.get("kind", ""))
    dimensions = {one.code: one for one in kind.dimensions} if kind else {}
    found = []
    for name, value in figure.given.items():
        if name in dimensions:
            listed = dimensions[name].code_list
            known = bool(listed) and codes.holds(listed, value, day)
            found.append((str(dimensions[name].label), str(codes.label(listed, value)) if known else value))
        elif name in {"state", "questionnaire"}:
            found.append((str(_("State") if name == "state" else _("Questionnaire")), value))
    return found


def _records(actor: Actor, figure: Figure, asked: Asked, rows: int) -> list[Line]:
    """The latest records behind it, for figures that count records of ours."""
    if figure.port == "registers.rows":
        return _entries(asked, rows) if access.may(actor, "list.view") else []
    facts = figures.facts_of(asked) if figure.port in {"facts.count", "facts.sum"} else None
    if facts is None:
        return []
    latest = list(facts.order_by("-day", "-pk")[:rows])
    names = dict(Union.objects.filter(pk__in={fact.union_id for fact in latest}).values_list("pk", "name"))
    counts = figure.port == "facts.count"
    return [
        Line(
            fact.day,
            names.get(fact.union_id, ""),
            str(fact.quantity) if counts else money(fact.amount),
        )
        for fact in latest
    ]


def _entries(asked: Asked, rows: int) -> list[Line]:
    code = asked.given["list"]
    return [
        Line(days.business_day(row.made_at), row.title, "1", reverse("registers:row", args=[code, row.pk]))
        for row in figures.rows_counted(asked).order_by("-made_at", "pk")[:rows]
    ]
