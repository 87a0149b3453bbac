"""What a rule would do once it is published: for how many it holds, what it costs, who is newly in or out."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import definitions, parameters
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.kernel import days, masking
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry import access, tree
from zhijia.registry.models import Person
from zhijia.rules import comparing, finding, ir, versions
from zhijia.rules.comparing import Change, Way
from zhijia.rules.finding import Place, Scope
from zhijia.rules.schema import declared
from zhijia.rules.types import Kind
from zhijia.rules.understanding import of_definition
from zhijia.ui.templatetags.ui import grouped

BULK = Place(using="bulk")
SHOWN = 5
SMALL = "questionnaires.small_cell"
"""The number under which so few people are not told."""
_MANY = 100
"""Of so many people one hardly shows in two figures of a sum."""
_COUNTS = ("yes", "newly_in", "newly_out", "unknown")
WARNINGS = {
    "nobody": _("It holds for nobody, or for very few."),
    "everybody": _("It holds for everybody, or for all but very few."),
    "unknown": _("Of many it cannot be said, since facts are missing."),
    "budget": _("The amounts add up to more than the budget."),
    "amount": _("Of some who qualify the amount cannot be computed."),
    "not_finished": _("The count took too long and was given up. How many it concerns is not known."),
    "count_failed": _(
        "The count failed, so nobody can publish this. Take it back and propose it again; if it fails again, tell"
        " whoever runs the platform."
    ),
    "not_counted": _("It is no condition on rows below a union, so nothing was counted."),
}


def preview(definition: RuleDefinition, *, budget: int | None, at: datetime, since: date) -> dict[str, Any]:
    """Counts over everybody as plain data, with what to beware of (codes of WARNINGS). Amounts are text in yuan; the
    rule is asked as of its first day. Raises Refusal where it is about something else than the rule in force."""
    seen = of_definition(definition, on=since)
    rule, amount = seen.main.rule, seen.amount.rule if seen.amount else None
    taken_over = before(definition, at)
    countable = rule.root.type.kind is Kind.BOOL and bool(declared.entity(rule.subject).within)
    if not countable:
        return {"on": since.isoformat(), "warnings": ["not_counted"]}
    found = [
        comparing.compare(rule, taken_over, scope=Scope(union=root), on=since, place=BULK)
        for root in tree.roots()
    ]
    change = Change(
        *(sum(column) for column in zip(*(tuple(asdict(one).values()) for one in found), strict=True))
    )
    told: dict[str, Any] = {"on": since.isoformat(), **asdict(change), "compared": taken_over is not None}
    if amount is not None:
        totals = [
            finding.total(rule, amount, scope=Scope(union=root), on=since, place=BULK)
            for root in tree.roots()
        ]
        told["amount"] = str(sum((one.amount for one in totals), Decimal(0)))
        told["amount_unknown"] = sum(one.unknown for one in totals)
    return {**told, "warnings": _warnings(change, told, budget, since)}


def told(preview: Mapping[str, Any], day: date) -> dict[str, str]:
    """The counts as a page shows them: rounded, and of few people that they are few, so that two rules which differ by
    one person mostly read the same. What they are due is told, to two figures, where one of them hardly shows in it."""
    small = few(day)
    said = {name: about(preview[name], small) for name in _COUNTS if name in preview}
    if "amount" in preview and preview["yes"] >= _MANY:
        said["amount"] = grouped(masking.count(int(Decimal(preview["amount"])), 1))
    return said


def about(many: int, small: int) -> str:
    """About how many people, in words."""
    shown = masking.count(many, small)
    return grouped(shown) if shown else _("fewer than %(few)s") % {"few": small}


def few(day: date) -> int:
    """How many people at least are told."""
    return int(parameters.value(SMALL, day=day))


def samples(
    *, actor: Actor, at: datetime, definition: RuleDefinition, way: Way, since: date
) -> Sequence[Person]:
    """Some of those who would newly qualify, or no longer, as far as the actor may see people; the look goes on the
    trail. None for a rule that is not about persons."""
    if definition.subject != "person" or not access.may(actor, "person.view"):
        return []
    home = access.unions_granted(actor, "person.view")[0]
    actor = access.require(actor, "person.view", home.pk)
    on = max(since, days.business_day(at))
    rule = of_definition(definition, on=on).main.rule
    keys = comparing.moved(
        rule, before(definition, at), way=way, scope=Scope(union=home.pk), on=on, rows=SHOWN
    )
    people = list(Person.objects.filter(pk__in=keys).order_by("pk"))
    audit.record(
        actor=actor,
        at=at,
        action="rule.look",
        subject="rule",
        subject_id=home.pk,
        place=access.place_of(home),
        detail={"fields": sorted(f"{entity}.{name}" for entity, name in ir.uses(rule)), "count": len(people)},
    )
    return people


def before(definition: RuleDefinition, at: datetime) -> ir.Rule | None:
    """The rule in force that this one would take over from, if there is one. Raises Refusal where it is about something
    else."""
    today = days.business_day(at)
    try:
        held = versions.in_force(definition.code, on=today)
    except definitions.UnknownDefinition:
        return None
    if (held.subject, held.purpose) != (definition.subject, definition.purpose):
        raise Refusal(
            "another_rule",
            _("A rule keeps whom it is about and what for. Copy it under another code to change that."),
        )
    return of_definition(held, on=today).main.rule


def _warnings(change: Change, told: dict[str, Any], budget: int | None, since: date) -> list[str]:
    asked = change.yes + change.no + change.unknown
    many, small = parameters.value("rule.unknown_percent", day=since), few(since)
    said = {
        "nobody": change.yes < small,
        "everybody": bool(asked) and asked - change.yes < small,
        "unknown": change.unknown * 100 > asked * many,
        "budget": budget is not None
        and change.yes >= small
        and Decimal(told.get("amount", "0")) * 100 > budget,
        "amount": told.get("amount_unknown", 0) >= small,
    }
    return [code for code, true in said.items() if true]
