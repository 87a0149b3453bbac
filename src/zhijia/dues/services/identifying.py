"""Finding out whose a contribution is that nobody knew: from then on it can be shared."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.dues.models import Contribution, Waiting
from zhijia.dues.services import taking
from zhijia.dues.services.distributing import SHARE
from zhijia.dues.services.taking import Taken
from zhijia.facts import services as facts
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Coverage, Employer, Union


def identify(*, actor: Actor, at: datetime, contribution_id: int, employer: Employer) -> Contribution:
    """Say whose it is, once. Raises Refusal where somebody said so, and for an employer that no union under this one
    covered on the day it paid."""
    held = Contribution.objects.select_for_update().filter(pk=contribution_id).first()
    if held is None:
        raise NotForYou("no_such_contribution", _("There is no such contribution at your union."))
    waits = Waiting.objects.filter(contribution=held).first()
    union = Union.objects.get(pk=waits.union_id if waits else held.union_id)
    actor = access.require(actor, SHARE, union.pk)
    if held.other_union_id is not None:
        raise Refusal("payer_known", _("Whose contribution this is has been found out already."))
    payer = _payer(union, employer, held)
    held.employer_id, held.other_union_id, held.other_county_id = employer.pk, payer.pk, payer.stands_in
    held.save(update_fields=["employer_id", "other_union_id", "other_county_id"])
    told = Taken(held.pk, held.amount, held.paid_on, payer.pk, payer.stands_in)
    facts.record([taking.told(told, held.source)])
    audit.record(
        actor=actor,
        at=at,
        action="dues.identify",
        subject="dues_contribution",
        subject_id=held.pk,
        place=access.place_of(union),
        detail={"employer": employer.pk},
    )
    return held


def _payer(union: Union, employer: Employer, held: Contribution) -> Union:
    covers = (
        Coverage.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=held.paid_on),
            employer=employer,
            valid_from__lte=held.paid_on,
            union__tree_left__gte=union.tree_left,
            union__tree_left__lt=union.tree_right,
        )
        .select_related("union")
        .order_by("valid_from", "pk")
        .first()
    )
    if covers is None:
        raise Refusal(
            "not_covered",
            _("No union under yours covered this employer on the day it paid. Check the employer."),
        )
    return covers.union
