"""Who was decided on is named: a certificate, a title in a list, money. A name is withdrawn with a reason (HON-04)."""

import secrets
from datetime import date, datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Award, Nomination, Round, RoundNotice
from zhijia.appraisals.services.rounds import (
    allowances,
    appealing,
    fitness,
    holding,
    promises,
    showing,
    sums,
    telling,
)
from zhijia.appraisals.services.rounds.holding import Held
from zhijia.catalogue import ports
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days, names
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registers.services.writing import Source
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import day as day_words

SOURCE = "award"
"""What titles are written for."""
TOKEN = 12


def name(*, actor: Actor, at: datetime, round_id: int) -> list[Award]:
    """Everybody of the decided batch is named, once. Raises Refusal before the last notice and the days of appeal are
    over, and while somebody waits for an answer."""
    held = holding.held(actor, round_id, Round.State.DECIDED)
    found, day = held.round, days.business_day(at)
    refuse_before_names(held, at)
    sums.let_go(found, at)
    rows = list(showing.chosen(found).select_related("standing"))
    with promises.kept():
        awards = [_award(held, at, row, place) for place, row in enumerate(rows, 1)]
        found.state, found.named_by, found.named_at = Round.State.NAMED, held.actor.user_id, at
        found.save(update_fields=["state", "named_by", "named_at"])
        Nomination.objects.filter(pk__in=[row.pk for row in rows]).update(state=Nomination.State.NAMED)
    _not_named(held, at)
    for award in awards:
        allowances.order_due(actor=held.actor, at=at, award=award)
    facts.record([_fact(award, found, day) for award in awards])
    holding.told(held.actor, at, "round.name", found, entries=len(awards))
    return awards


def refuse_before_names(held: Held, at: datetime) -> None:
    """Raises Refusal before the last notice and the days of appeal are over, and while somebody waits for an answer."""
    found = held.round
    showing.refuse_before_its_end(found, held.asked, RoundNotice.Where.DECIDED, at)
    if held.asked.appeal and days.business_day(at) <= (last := appealing.last_day(found)):
        words = _("Until the end of %(day)s one may appeal. Names follow after that.")
        raise Refusal("appeal_runs", words % {"day": day_words(last)})
    fitness.refuse_open_objections(found)


def withdraw(*, actor: Actor, at: datetime, award_id: int, reason: str) -> Award:
    """A name ends, with its title and what is paid for it (HON-04, HON-06): what has not gone to the bank does not go.
    Twice is once."""
    award = (
        Award.objects.select_for_update(of=("self",))
        .select_related("round__version")
        .filter(pk=award_id)
        .first()
    )
    if award is None:
        raise NotForYou("no_such_award", _("There is no such award."))
    actor = access.require(actor, holding.HOLD, award.round.union_id)
    if award.ended_on is not None:
        return award
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why it is withdrawn."))
    day = days.business_day(at)
    award.ended_on, award.ended_why = day, names.seen(reason)[:300]
    award.save(update_fields=["ended_on", "ended_why"])
    allowances.stop(actor=actor, at=at, award=award, reason=award.ended_why)
    asked = round_versions.definition(award.round.version)
    row = Nomination.objects.get(pk=award.nomination_id)
    if asked.gives.list and award.row_id:
        ports.call(
            "registers.titles.withdraw", actor=actor, at=at, code=asked.gives.list,
            source=Source(SOURCE, str(award.pk)), reason=award.ended_why,
        )  # fmt: skip
    facts.record([_fact(award, award.round, day, kind="round.withdrawn")])
    holding.told_of(actor, at, "award.withdraw", row, reason=award.ended_why)
    telling.person(actor, at, row, award.round, "round_award_withdrawn")
    return award


def _award(held: Held, at: datetime, row: Nomination, place: int) -> Award:
    """One is named, with the money that was decided: whatever they held of the family below gives way, the title is
    written, they are told."""
    found, day, union = held.round, days.business_day(at), held.union
    family = held.asked.family if row.person_id else ""
    if family:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT appraisals_give_way(%s, %s, %s, %s, %s)",
                [row.person_id, family, union.level, row.union_id, day],
            )
    pay = held.asked.gives.pay
    to_union_id = row.union_id if pay and pay.to == "union" else None
    fen = (
        0 if to_union_id == union.pk else row.standing.monthly
    )  # what stays with the union that gives is not paid
    award = Award.objects.create(
        nomination=row, round=found, union_id=row.union_id, county_id=row.county_id, person_id=row.person_id,
        title=row.title, grade=row.standing.grade, family=family, level=union.level,
        number=f"{union.code}-{found.year}-{found.pk}-{place:03d}", token=secrets.token_urlsafe(TOKEN), named_on=day,
        payer_id=union.pk, to_union_id=to_union_id, monthly=fen, months=row.standing.months if fen else 0,
        decided_by=found.decided_by or 0,
    )  # fmt: skip
    if held.asked.gives.list:
        written = ports.call(
            "registers.titles.name", actor=held.actor, at=at, code=held.asked.gives.list, union_id=union.pk,
            typed=_typed(held, row, award, day), source=Source(SOURCE, str(award.pk)),
        )  # fmt: skip
        award.row_id = written.pk
        award.save(update_fields=["row_id"])
    holding.told_of(held.actor, at, "award.name", row, number=award.number)
    telling.person(held.actor, at, row, found, "round_named")
    return award


def _typed(held: Held, row: Nomination, award: Award, day: date) -> dict[str, str | bool]:
    """What the row of the title says, as somebody would type it."""
    what, _sep, key = row.subject.partition(":")
    fixed = {
        "title": row.title,
        "person": str(row.person_id or ""),
        "employer": key if what == "employer" else "",
        "union": key if what == "union" else str(row.union_id),
        "grade": award.grade,
        "certificate": award.number,
        "round": held.round.title,
        "level": holding.HONOUR_LEVELS[Union.Level(held.union.level)],
        "year": str(held.round.year),
        "day": day.isoformat(),
    }
    return {field: _said(held, row, given, fixed) for field, given in held.asked.gives.given.items()}


def _said(held: Held, row: Nomination, given: str, fixed: dict[str, str]) -> str | bool:
    if given.startswith("="):
        return fixed.get(given[1:], given[1:])
    value = row.answers.get(given, "")
    if held.asked.by_name[given].type == "money" and isinstance(value, int):
        return f"{value // 100}.{value % 100:02d}"
    return value if isinstance(value, bool | str) else str(value)


def _not_named(held: Held, at: datetime) -> None:
    """Whoever was not chosen is told, in a few statements however many they are; their scores are not published."""
    states = [Nomination.State.IN, Nomination.State.UP, Nomination.State.SHOWN]
    rows = Nomination.objects.filter(round=held.round, state__in=states)
    told = list(rows.only("person_id", "union_id", "title"))
    rows.update(state=Nomination.State.NOT_NAMED, at_union_id=None)
    telling.each(at, told, held.round, "round_not_named")


def _fact(award: Award, found: Round, day: date, kind: str = "round.named") -> NewFact:
    cut = holding.dimensions(found)
    return NewFact(
        kind=kind, union_id=award.union_id, county_id=award.county_id, day=day, record="nomination",
        record_id=award.nomination_id, person_id=award.person_id,
        dimensions={**cut, "grade": award.grade} if kind == "round.named" else cut,
    )  # fmt: skip
