"""Declaring the total wages of an employer's staff for a month, and the bill that follows (DUE-01, DUE-02)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.dues import rules
from zhijia.dues.models import Bill, Declaration
from zhijia.dues.services import billing, terms
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Coverage, Employer, Union
from zhijia.registry.services import representatives

DECLARE = "dues.declare"
ELSEWHERE = _("Another union has declared this month for this employer. Ask it first.")


@dataclass(frozen=True, slots=True)
class Wages:
    """What an employer paid its staff in a month: how many there were, and their wages in all (fen)."""

    month: int
    staff: int
    total: int


def covered(union: Union, month: int) -> list[Employer]:
    """The employers the union covers at the end of a month, by name."""
    last = rules.last_day(month)
    held = Coverage.objects.filter(union=union, valid_from__lte=last).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=last)
    )
    return list(Employer.objects.filter(pk__in=held.values("employer_id")).order_by("name", "pk"))


def declare(
    *, actor: Actor, at: datetime, union: Union, employer: Employer, wages: Wages, reason: str = ""
) -> Bill:
    """Declare a month that is over; the bill that stands. The same again changes nothing; other sums are a new version,
    with a reason, as long as the month can be corrected. Raises Refusal otherwise, and for an employer the union does
    not cover."""
    actor = access.require(actor, DECLARE, union.pk)
    return _declare(actor, at, union, employer, wages, reason, by_employer=False)


def declare_own(*, actor: Actor, at: datetime, employer: Employer, wages: Wages, reason: str = "") -> Bill:
    """The same by somebody who acts for the employer, at the union that covered it. Raises NotForYou for anybody
    else."""
    if not representatives.acts_for(actor, employer.pk):
        raise NotForYou("not_your_employer", _("You do not act for this employer."))
    union = turned_to(employer, wages.month)
    if union is None:
        raise Refusal(
            "no_union_then", _("No union covered your enterprise at the end of that month. Call 12351.")
        )
    for division in {employer.division, union.division}:
        terms.write_down(division, wages.month)
    return _declare(actor, at, union, employer, wages, reason, by_employer=True)


def turned_to(employer: Employer, month: int) -> Union | None:
    """The union an employer declares a month at: where it was declared before, as long as that covered it, else the
    lowest that covered it at the month's end; none where none did."""
    last = rules.last_day(month)
    covering = Coverage.objects.filter(employer=employer, valid_from__lte=last).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=last)
    )
    unions = [one.union for one in covering.select_related("union").order_by("-union__level", "union_id")]
    declared = Bill.objects.filter(employer=employer, month=month).values_list("union_id", flat=True).first()
    return next((one for one in unions if one.pk == declared), unions[0] if unions else None)


def _declare(
    actor: Actor,
    at: datetime,
    union: Union,
    employer: Employer,
    wages: Wages,
    reason: str,
    *,
    by_employer: bool,
) -> Bill:
    _check(union, employer, wages, at)
    _hold(employer, wages.month)
    last = Declaration.objects.filter(employer=employer, month=wages.month).order_by("-version").first()
    if last is not None and last.union_id != union.pk:
        raise Refusal("declared_elsewhere", ELSEWHERE)
    if last is not None and (last.wages, last.staff) == (wages.total, wages.staff):
        return Bill.objects.get(employer=employer, month=wages.month)
    if last is not None:
        _check_correction(union, wages.month, reason, at)
    made = _declared(actor, at, union, employer, wages, last, reason.strip(), by_employer=by_employer)
    bill = billing.bill(actor=actor, at=at, union=union, declaration=made)
    _told(made, last, union)
    audit.record(
        actor=actor,
        at=at,
        action="dues.declare",
        subject="dues_declaration",
        subject_id=made.pk,
        place=access.place_of(union),
        reason=made.reason,
        detail={"month": made.month, "version": made.version, "fen": made.amount},
    )
    return bill


def _check(union: Union, employer: Employer, wages: Wages, at: datetime) -> None:
    this_month = days.month_of(days.business_day(at))
    if not rules.is_month(wages.month) or wages.month >= this_month:
        raise Refusal("month_not_over", _("Wages are declared once the month is over."))
    if wages.staff < 0 or not 0 <= wages.total <= rules.MOST_WAGES:
        raise Refusal("wages_do_not_fit", _("These wages cannot be. Check the number of zeros."))
    if (wages.staff == 0) != (wages.total == 0):
        raise Refusal(
            "staff_without_wages", _("Wages without staff, or staff without wages: check both numbers.")
        )
    if employer not in covered(union, wages.month):
        raise Refusal(
            "not_covered",
            _(
                "Your union did not cover this employer at the end of that month. Check the month, or the employer."
            ),
        )


def _check_correction(union: Union, month: int, reason: str, at: datetime) -> None:
    today = days.business_day(at)
    many = int(parameters.value("dues.correct_months", division=union.division, day=today))
    if rules.month_after(month, many) < days.month_of(today):
        raise Refusal(
            "month_closed",
            _("A declaration can be corrected for %(many)s months. Ask the union above about an older one.")
            % {"many": many},
        )
    if not reason.strip():
        raise Refusal("reason_missing", _("This month has been declared already. Say why it changes."))


def _hold(employer: Employer, month: int) -> None:
    """Two who declare the same month do so one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [employer.pk, month])


def _declared(
    actor: Actor,
    at: datetime,
    union: Union,
    employer: Employer,
    wages: Wages,
    last: Declaration | None,
    reason: str,
    *,
    by_employer: bool,
) -> Declaration:
    rate = terms.of(employer.division, wages.month).rate
    made = Declaration(
        union_id=union.pk,
        county_id=union.stands_in,
        employer=employer,
        month=wages.month,
        version=last.version + 1 if last else 1,
        staff=wages.staff,
        wages=wages.total,
        rate=rate,
        amount=rules.contribution(wages.total, rate),
        reason=reason,
        user_id=actor.user_id,
        by_employer=by_employer,
        declared_at=at,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # that of a union whose declarations this one does not see
        raise Refusal("declared_elsewhere", ELSEWHERE) from None
    return made


def _told(made: Declaration, last: Declaration | None, union: Union) -> None:
    """A fact of what is more or less by this version: together they are what is declared for the month."""
    facts.record(
        [
            NewFact(
                kind="contribution.declared",
                union_id=union.pk,
                county_id=union.stands_in,
                day=rules.last_day(made.month),
                quantity=0 if last else 1,
                amount=made.amount - (last.amount if last else 0),
                dimensions={"nature": made.employer.unit_nature},
                record="dues_declaration",
                record_id=made.pk,
            )
        ]
    )
