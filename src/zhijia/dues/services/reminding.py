"""Reminding an employer in writing of what is overdue, and the evidence for an order for payment (支付令, DUE-04)."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, BinaryIO
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.dues import rules
from zhijia.dues.models import Bill, Contribution, Declaration, Reminder
from zhijia.dues.services import billing, keeping, letters
from zhijia.dues.services.declaring import DECLARE
from zhijia.files import services as files
from zhijia.files.models import StoredFile
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Employer, Union
from zhijia.ui.templatetags.ui import day as day_words
from zhijia.ui.templatetags.ui import money

OWNER, VIEW = "dues.reminder", "dues.view"


@dataclass(frozen=True, slots=True)
class Overdue:
    """A bill that is overdue: what is left of it, and the late fee on that where the place knows one (fen)."""

    bill: Bill
    left: int
    late_fee: int


def overdue(union: Union, employer: Employer, today: date) -> list[Overdue]:
    """The bills of an employer at the union that are overdue, the oldest first; what lapsed is left out."""
    lapsed = rules.month_after(
        days.month_of(today),
        -int(parameters.value("dues.limitation_months", division=union.division, day=today)),
    )
    daily, cap = (
        Decimal(str(parameters.value(f"dues.late_fee_{name}", division=union.division, day=today)))
        for name in ("daily", "cap")
    )
    found = Bill.objects.filter(
        union_id=union.pk, employer=employer, due_on__lt=today, month__gte=lapsed
    ).select_related("declaration", "employer")
    bills = list(found.order_by("month"))
    owed = billing.owed_each(bills)
    return [
        Overdue(bill, left, rules.late_fee(left, (today - bill.due_on).days, daily, cap))
        for bill in bills
        if (left := owed[bill.pk]) > 0
    ]


def remind(*, actor: Actor, at: datetime, union: Union, employer: Employer, once: UUID) -> Reminder:
    """Make the letter that reminds an employer of everything overdue, once for `once`. Raises Refusal where nothing
    is."""
    actor = access.require(actor, DECLARE, union.pk)
    today = days.business_day(at)
    found = overdue(union, employer, today)
    if not found:
        raise Refusal("nothing_overdue", _("Nothing of this employer is overdue at your union."))
    term = int(parameters.value("dues.remind_days", division=union.division, day=today))
    made = Reminder(
        union_id=union.pk,
        county_id=union.stands_in,
        once=once,
        employer=employer,
        since=found[0].bill.month,
        until=found[-1].bill.month,
        owed=sum(one.left for one in found),
        late_fee=sum(one.late_fee for one in found),
        answer_by=today + timedelta(days=term),
        made_by=actor.user_id,
        made_at=at,
    )
    made, new = keeping.once(made, "employer_id")
    if not new:
        return made
    made.file_id = files.store(
        actor=actor,
        at=at,
        content=letters.printed(_letter(union, made, found), at),
        name=f"reminder-{made.pk}.pdf",
        owner=OWNER,
        owner_id=union.pk,
        place=access.place_of(union),
        made_here=True,
    )
    made.save(update_fields=["file_id"])
    _trail(actor, at, "dues.remind", made)
    return made


def serve(
    *,
    actor: Actor,
    at: datetime,
    reminder_id: int,
    day: date,
    how: str,
    proof: BinaryIO | None,
    name: str = "",
) -> Reminder:
    """Write down how the letter reached the employer, with a photo or a scan that proves it. Raises Refusal once it was
    written down, and for a day before the letter or to come."""
    made = _held(reminder_id)
    actor = access.require(actor, DECLARE, made.union_id)
    if made.served_on is not None:
        raise Refusal("served_already", _("How this letter arrived has been written down already."))
    if not days.business_day(made.made_at) <= day <= days.business_day(at):
        raise Refusal("day_does_not_fit", _("It arrived on the day it was made or later, up to today."))
    if proof is not None:
        made.proof_id = files.store(
            actor=actor,
            at=at,
            content=proof,
            name=name,
            owner=OWNER,
            owner_id=made.union_id,
            place=audit.Place(made.union_id, made.county_id),
        )
    made.served_on, made.served_how = day, Reminder.How(how)
    made.save(update_fields=["served_on", "served_how", "proof_id"])
    _trail(actor, at, "dues.remind_served", made)
    return made


def evidence(*, actor: Actor, at: datetime, reminder_id: int) -> bytes:
    """Everything a court wants to see, in one zip: the list of what was declared, paid and is owed, the letter, and the
    proof that it arrived. Raises Refusal before the letter's day has passed, and where everything was paid."""
    made = _held(reminder_id)
    actor = access.require(actor, DECLARE, made.union_id)
    today = days.business_day(at)
    if made.served_on is None:
        raise Refusal(
            "not_served", _("Write down first how the letter arrived: without that it proves nothing.")
        )
    if today <= made.answer_by:
        raise Refusal("still_time", _("The employer can still pay. The day of the letter has not passed."))
    union = Union.objects.get(pk=made.union_id)
    found = [one for one in overdue(union, made.employer, today) if one.bill.month <= made.until]
    if not found:
        raise Refusal("nothing_overdue", _("Nothing of this employer is overdue at your union."))
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("1-evidence.pdf", letters.printed(_list(union, made, found), at))
        for place, file_id in enumerate((made.file_id, made.proof_id), start=2):
            if file_id is not None:
                opened = files.open_for(actor=actor, at=at, file_id=file_id)
                ending = opened.file.name.rpartition(".")[2]
                pack.writestr(
                    f"{place}-{'letter' if place == 2 else 'proof'}.{ending}", b"".join(opened.pieces)
                )
    _trail(actor, at, "dues.evidence.export", made)
    return kept.getvalue()


def may_open(actor: Actor, file: StoredFile) -> bool:
    """Whether somebody may open a letter or its proof: who reads contributions there."""
    return access.may(actor, VIEW, int(file.owner_id))


def _letter(union: Union, made: Reminder, found: Sequence[Overdue]) -> dict[str, Any]:
    with translation.override(letters.LANGUAGE):
        return {
            "union": union.name,
            "title": gettext("Reminder to pay the contribution to the union"),
            "to": made.employer.name,
            "before": [
                gettext(
                    "By the Trade Union Law an employer contributes two percent of the wages of all its workers each"
                    " month. What follows is overdue by your own declarations."
                )
            ],
            **_table(found),
            "after": [
                gettext("Please pay %(fen)s yuan by %(day)s.")
                % {"fen": money(made.owed + made.late_fee), "day": day_words(made.answer_by)},
                gettext(
                    "Otherwise the union can apply to the court for an order for payment. If something is wrong in"
                    " this, tell us before that day."
                ),
            ],
            "day": day_words(made.made_at),
        }


def _list(union: Union, made: Reminder, found: Sequence[Overdue]) -> dict[str, Any]:
    """What was declared, what came in, how the letter was served."""
    months = [one.bill.month for one in found]
    versions = Declaration.objects.filter(employer=made.employer, month__in=months).order_by(
        "month", "version"
    )
    came = Contribution.objects.filter(
        employer_id=made.employer_id, since__lte=max(months), until__gte=min(months)
    ).order_by("paid_on", "pk")
    with translation.override(letters.LANGUAGE):
        how = {
            Reminder.How.HAND: gettext("handed over"),
            Reminder.How.POST: gettext("by post"),
            Reminder.How.MAIL: gettext("by e-mail"),
        }
        said = [
            gettext(
                "Declared on %(day)s for %(month)s: %(staff)s people, %(wages)s yuan (version %(version)s)."
            )
            % {
                "day": day_words(one.declared_at),
                "month": f"{one.month // 100}-{one.month % 100:02d}",
                "staff": one.staff,
                "wages": money(one.wages),
                "version": one.version,
            }
            for one in versions
        ]
        said += [_paid(one) for one in came]
        said.append(
            gettext("The reminder of %(day)s arrived on %(served)s (%(how)s); it asked to pay by %(by)s.")
            % {
                "day": day_words(made.made_at),
                "served": day_words(made.served_on),
                "how": how[Reminder.How(made.served_how)],
                "by": day_words(made.answer_by),
            }
        )
        return {
            "union": union.name,
            "title": gettext("Evidence for an order for payment"),
            "to": "",
            "before": [
                gettext("Debtor: %(name)s, unified social credit code %(code)s.")
                % {"name": made.employer.name, "code": made.employer.credit_code or "—"}
            ],
            **_table(found),
            "after": said,
            "day": day_words(made.answer_by + timedelta(days=1)),
        }


def _paid(one: Contribution) -> str:
    said = {
        "day": day_words(one.paid_on),
        "fen": money(one.amount),
        "back": money(one.given_back),
    }
    if one.given_back:
        return gettext("Paid on %(day)s: %(fen)s yuan, of which %(back)s yuan were given back.") % said
    return gettext("Paid on %(day)s: %(fen)s yuan.") % said


def _table(found: Sequence[Overdue]) -> dict[str, Any]:
    head = [
        gettext("Month"),
        gettext("Wages"),
        gettext("Owed"),
        gettext("Due by"),
        gettext("Still to be paid (yuan)"),
    ]
    if any(one.late_fee for one in found):
        head.append(gettext("Late fee"))
    rows = [
        [
            f"{one.bill.month // 100}-{one.bill.month % 100:02d}",
            money(one.bill.declaration.wages),
            money(one.bill.amount),
            day_words(one.bill.due_on),
            money(one.left),
            money(one.late_fee),
        ][: len(head)]
        for one in found
    ]
    return {"head": head, "rows": rows}


def _held(reminder_id: int) -> Reminder:
    made = Reminder.objects.select_for_update(of=("self",)).filter(pk=reminder_id).first()
    if made is None:
        raise NotForYou("no_such_letter", _("There is no such letter at your union."))
    return made


def _trail(actor: Actor, at: datetime, action: str, made: Reminder) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="dues_reminder",
        subject_id=made.pk,
        place=audit.Place(made.union_id, made.county_id),
        detail={"employer": made.employer_id, "fen": made.owed},
    )
