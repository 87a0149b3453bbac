"""The certificate of a union as a legal person, issued by a federation for the committee's term (ORG-16)."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Body, Certificate, Union
from zhijia.registry.services.terms.above import open_term, require_above, trail


def record_certificate(
    *, actor: Actor, at: datetime, union_id: int, number: str, issued_on: date
) -> Certificate:
    """A certificate was issued: it holds to the end of the committee's term and replaces the one before. The same
    number again answers the record there is. Only for officers of the federation above, who issue it."""
    actor = require_above(actor, union_id)
    union = Union.objects.select_for_update().get(pk=union_id)
    number = number.strip()
    known = Certificate.objects.filter(union_id=union_id, number=number).first()
    if known is not None:
        return known
    term = open_term(union_id, Body.COMMITTEE)
    if term is None:
        raise Refusal(
            "no_term_for_certificate",
            _("The certificate holds for the committee's term. Record the committee's election first."),
        )
    if not number:
        raise Refusal("certificate_number", _("Give the number on the certificate."))
    if not term.starts_on <= issued_on <= days.business_day(at):
        raise Refusal(
            "certificate_day",
            _("A certificate for this term is issued after the election, and not later than today."),
        )
    Certificate.objects.filter(union_id=union_id, replaced_on__isnull=True).update(replaced_on=issued_on)
    issued = Certificate.objects.create(
        union_id=union_id,
        county_id=union.stands_in,
        number=number,
        name=union.name,
        term=term,
        issued_on=issued_on,
        valid_until=term.due_on,
        recorded_at=at,
        recorded_by=actor.user_id,
    )
    trail(actor, at, "certificate.issue", union, "certificate", issued.pk)
    return issued
