"""What is paid for a name: once, or month by month, each month once (HON-06). The decision was the right to it: a job
orders each month as whoever decided; where they hold no right any more, an officer orders what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Award, Round
from zhijia.appraisals.services.rounds import holding
from zhijia.audit import services as audit
from zhijia.audit.services import Place
from zhijia.catalogue.round_rules import Pay
from zhijia.kernel import days
from zhijia.kernel import rows as statements
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.services.posting import Source
from zhijia.payments.models import Payment
from zhijia.payments.services import batching, paying
from zhijia.payments.services.payees import Payee
from zhijia.registry import access
from zhijia.registry.models import Membership, Union

SOURCE, PURPOSE = "award", "allowance"
JOB = "rounds.allowances"
MONTHS = 12
OVER = (Payment.State.PAID, Payment.State.STOPPED)
WITHDRAWN = _("The name this was ordered for was withdrawn, or is not there. It is not paid anew.")
DIED = Membership.Status.DECEASED.value
_DUE = """
SELECT a.id, a.decided_by FROM appraisals_award a
WHERE a.monthly > 0 AND a.ended_on IS NULL AND a.gave_way_on IS NULL AND a.named_on <= %(day)s
  AND (a.to_union_id IS NOT NULL OR NOT EXISTS (
    SELECT FROM registry_membership m WHERE m.person_id = a.person_id AND m.status = %(died)s))
  AND (SELECT count(*) FROM payments_payment p WHERE p.source = %(source)s AND p.source_id = a.id::text
         AND p.purpose = %(purpose)s)
    < least(a.months, (extract(year FROM %(day)s::date) * 12 + extract(month FROM %(day)s::date)
        - extract(year FROM a.named_on) * 12 - extract(month FROM a.named_on))::int + 1)
ORDER BY a.id"""


@dataclass(frozen=True, slots=True)
class PaidTo:
    """Whom an award is paid to: the name, and the union where it goes to one. It is `over` with a death, or where no
    union stands any more but the one that pays (HON-06)."""

    name: str
    over: bool
    partner_id: int | None


NOBODY = PaidTo("", False, None)


def order_due(*, actor: Actor, at: datetime, award: Award) -> list[Payment]:
    """Order the months of this award that are due and were not ordered: the month it was named in is the first. Twice,
    or at once, is once. It goes on from the union that gave it, wherever whoever holds it is a member by now. Nothing
    where it ended or gave way to a higher one, or they have died. Raises Refusal where there is no money."""
    if not _is_paid(award):
        return []
    found = Round.objects.select_related("version").get(pk=award.round_id)
    pay = round_versions.definition(found.version).gives.pay
    to = _paid_to([award]).get(award.pk, NOBODY)
    if pay is None or to.over:
        return []
    if not to.name:
        raise Refusal("line_names_nobody", _("Whoever this is paid to is not in the register any more."))
    day = days.business_day(at)
    there = _ordered([award])
    return [
        _order(actor, at, award, pay, to, found, instalment)
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


def stop(*, actor: Actor, at: datetime, award: Award, reason: str) -> int:
    """What was ordered for an award that ends now and has not gone to the bank, or came back from it, is not paid; how
    many payments. What the bank has, or may pay late, is not paid anew either once it comes back (`unwanted`)."""
    open_still = Payment.objects.filter(source=SOURCE, source_id=str(award.pk), purpose=PURPOSE).exclude(
        state__in=OVER
    )
    held = [batching.held_payment(key) for key in open_still.order_by("pk").values_list("pk", flat=True)]
    some = [payment for payment in held if batching.can_be_stopped(payment)]
    for payment in some:
        batching.stopped(actor=actor, at=at, payment=payment, reason=reason)
    return len(some)


def unwanted(*, payments: Sequence[Payment], using: str) -> dict[int, Promise]:
    """The port `payments.unwanted.award`: those of awards that were withdrawn, or are not there."""
    numbers = [one.source_id for one in payments]
    rows = statements.run("SELECT appraisals_unwanted(%s::text[])", [numbers], using)
    keys = {key for (key,) in rows}
    return {one.pk: WITHDRAWN for one in payments if one.source_id in keys}


def lacking(awards: Sequence[Award], day: date) -> dict[int, int]:
    """How many months of each are due and not ordered. Two statements."""
    there, paid_to = _ordered(awards), _paid_to(awards)
    return {
        award.pk: sum((str(award.pk), one) not in there for one in range(1, _months_due(award, day) + 1))
        if _is_paid(award) and not paid_to.get(award.pk, NOBODY).over
        else 0
        for award in awards
    }


def paid(awards: Sequence[Award]) -> dict[int, int]:
    """What the bank has paid for each so far (fen). One statement."""
    found = Payment.objects.filter(
        source=SOURCE,
        source_id__in=[str(award.pk) for award in awards],
        purpose=PURPOSE,
        state=Payment.State.PAID,
    )
    sums = dict(found.order_by().values_list("source_id").annotate(fen=Sum("amount")))
    return {award.pk: sums.get(str(award.pk), 0) for award in awards}


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


def _paid_to(awards: Sequence[Award]) -> dict[int, PaidTo]:
    """Whom each is paid to, also of those who are members elsewhere by now; for a union that was merged away its
    successor."""
    rows = statements.run("SELECT * FROM appraisals_paid_to(%s::bigint[])", [[award.pk for award in awards]])
    return {award: PaidTo(name or "", over, partner) for award, name, over, partner in rows}


def _order(
    actor: Actor, at: datetime, award: Award, pay: Pay, to: PaidTo, found: Round, instalment: int
) -> Payment:
    to_union = award.to_union_id is not None
    payment = paying.ordered(
        actor=actor, at=at, union=Union.objects.get(pk=award.payer_id),
        source=Source(SOURCE, str(award.pk), PURPOSE), instalment=instalment, payee=Payee(to.name),
        amount=award.monthly, fund=pay.fund, spent_on=pay.spent_on,
        title=f"{found.title} {award.title if to_union else f'{instalment}/{award.months}'}",
        person_id=None if to_union else award.person_id, partner_id=to.partner_id,
    )  # fmt: skip
    audit.record(
        actor=actor, at=at, action="award.pay", subject="nomination", subject_id=award.nomination_id,
        place=Place(award.union_id, award.county_id, award.person_id),
        detail={"round": award.round_id, "instalment": instalment},
    )  # fmt: skip
    return payment
