"""What is paid for a name: once, or month by month, each month once (HON-06). The decision was the right to it: a job
orders each month as whoever decided; where they hold no right any more, an officer orders what is due."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Award, Nomination, Round
from zhijia.appraisals.services.rounds import holding
from zhijia.catalogue.round_rules import Pay
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.services.posting import Source
from zhijia.payments.models import Payment
from zhijia.payments.services import paying
from zhijia.payments.services.payees import Payee
from zhijia.registry import access
from zhijia.registry.models import Membership, Person, Union

SOURCE, PURPOSE = "award", "allowance"
JOB = "rounds.allowances"
MONTHS = 12
DIED = Membership.Status.DECEASED.value
_DUE = """
SELECT a.id, a.decided_by FROM appraisals_award a
WHERE a.monthly > 0 AND a.ended_on IS NULL AND a.gave_way_on IS NULL AND a.named_on <= %(day)s
  AND NOT EXISTS (SELECT FROM registry_membership m WHERE m.person_id = a.person_id AND m.status = %(died)s)
  AND (SELECT count(*) FROM payments_payment p WHERE p.source = %(source)s AND p.source_id = a.id::text
         AND p.purpose = %(purpose)s)
    < least(a.months, (extract(year FROM %(day)s::date) * 12 + extract(month FROM %(day)s::date)
        - extract(year FROM a.named_on) * 12 - extract(month FROM a.named_on))::int + 1)
ORDER BY a.id"""


def order_due(*, actor: Actor, at: datetime, award: Award) -> list[Payment]:
    """Order the months of this award that are due and were not ordered: the month it was named in is the first. Twice,
    or at once, is once. Nothing where it ended or gave way to a higher one, or whoever held it has died. Raises Refusal
    where there is no money."""
    if award.person_id is None or not _is_paid(award) or _dead([award]):
        return []
    found = Round.objects.select_related("version").get(pk=award.round_id)
    pay = round_versions.definition(found.version).gives.pay
    if pay is None:
        return []
    day = days.business_day(at)
    person = Person.objects.filter(pk=award.person_id).first()
    if person is None:
        raise Refusal("line_names_nobody", _("Whoever this is paid to is not in the register any more."))
    there = _ordered([award])
    return [
        _order(actor, at, award, pay, person, found, instalment)
        for instalment in range(1, _months_due(award, day) + 1)
        if (str(award.pk), instalment) not in there
    ]


def order_by_hand(*, actor: Actor, at: datetime, award_id: int) -> list[Payment]:
    """An officer of the union that gives it orders what is due."""
    award = Award.objects.select_for_update(of=("self",)).select_related("round").filter(pk=award_id).first()
    if award is None:
        raise NotForYou("no_such_award", _("There is no such award."))
    actor = access.require(actor, holding.HOLD, award.round.union_id)
    return order_due(actor=actor, at=at, award=award)


def work(*, at: datetime) -> int:
    """Order every month that is due, each award in a transaction of its own, as whoever decided it; how many payments
    were ordered. What is refused (no money, no right) is left, and shown to the officers."""
    with whole() as cursor:
        cursor.execute(
            _DUE, {"day": days.business_day(at), "source": SOURCE, "purpose": PURPOSE, "died": DIED}
        )
        due = cursor.fetchall()
    many = 0
    for award_id, decided_by in due:
        try:
            with acting(Actor(decided_by, "job", JOB)) as actor:
                award = Award.objects.select_for_update(of=("self",)).filter(pk=award_id).first()
                if award is not None and access.may(actor, holding.HOLD, award.payer_id):
                    many += len(order_due(actor=actor, at=at, award=award))
        except Refusal:
            continue
    return many


def lacking(awards: Sequence[Award], day: date) -> dict[int, int]:
    """How many months of each are due and not ordered. Two statements."""
    there, dead = _ordered(awards), _dead(awards)
    return {
        award.pk: sum((str(award.pk), one) not in there for one in range(1, _months_due(award, day) + 1))
        if _is_paid(award) and award.person_id not in dead
        else 0
        for award in awards
    }


def _months_due(award: Award, day: date) -> int:
    since = (day.year - award.named_on.year) * MONTHS + day.month - award.named_on.month
    return max(0, min(award.months, since + 1))


def _is_paid(award: Award) -> bool:
    stands = award.ended_on is None and award.gave_way_on is None
    return bool(award.monthly) and stands


def _ordered(awards: Sequence[Award]) -> set[tuple[str, int]]:
    """The months that were ordered: the award, as its payments name it, and which one."""
    paid = Payment.objects.filter(
        source=SOURCE, source_id__in=[str(award.pk) for award in awards], purpose=PURPOSE
    )
    return set(paid.values_list("source_id", "instalment"))


def _dead(awards: Sequence[Award]) -> set[UUID]:
    """Who of them has died, as the register says: that stops what is paid (HON-06)."""
    people = [award.person_id for award in awards if award.person_id]
    return set(
        Membership.objects.filter(person_id__in=people, status=DIED).values_list("person_id", flat=True)
    )


def _order(
    actor: Actor, at: datetime, award: Award, pay: Pay, person: Person, found: Round, instalment: int
) -> Payment:
    payment = paying.ordered(
        actor=actor, at=at, union=Union.objects.get(pk=award.payer_id),
        source=Source(SOURCE, str(award.pk), PURPOSE), instalment=instalment, payee=Payee(person.name),
        amount=award.monthly, fund=pay.fund, spent_on=pay.spent_on, title=f"{found.title} {instalment}/{award.months}",
        person_id=person.pk,
    )  # fmt: skip
    row = Nomination.objects.get(pk=award.nomination_id)
    holding.told_of(actor, at, "award.pay", row, instalment=instalment)
    return payment
