"""Taking a split back: a split with every sign turned, and its entries; the contribution waits again."""

from datetime import datetime
from uuid import uuid4

import numpy as np
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue.split_kinds import BENEFICIARIES
from zhijia.dues.models import Contribution, Distribution, Route, Split, Waiting
from zhijia.dues.services import entries, outside
from zhijia.dues.services.distributing import SHARE
from zhijia.dues.services.routing import UNIONS
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Union

TAKEN_BACK = _("This share has been taken back already.")


def standing(contribution: Contribution) -> Split | None:
    """The split that stands for a contribution, if it is shared."""
    last = contribution.splits.order_by("-id").first()
    return None if last is None or last.reverses_id is not None else last


def take_back(*, actor: Actor, at: datetime, contribution_id: int, reason: str) -> Distribution:
    """Take the split of a contribution back in a run of its own, on today's books. Raises Refusal without a reason and
    where nothing stands."""
    contribution = Contribution.objects.filter(pk=contribution_id).first()
    if contribution is None:
        raise NotForYou("no_such_contribution", _("There is no such contribution at your union."))
    union = Union.objects.get(pk=contribution.union_id)
    actor = access.require(actor, SHARE, union.pk)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the auditor can understand."))
    split = standing(contribution)
    if split is None:
        raise Refusal("not_shared", _("This contribution is not shared, so there is nothing to take back."))
    try:
        with whole():
            run = _turned(actor, at, union, split)
            audit.record(
                actor=actor,
                at=at,
                action="dues.take_back",
                subject="dues_contribution",
                subject_id=contribution.pk,
                place=access.place_of(union),
                reason=reason.strip(),
                detail={"run": run.pk},
                using="bulk",
            )
    except IntegrityError as error:
        if "split_reversed_once" not in str(error):
            raise
        raise Refusal("taken_back", TAKEN_BACK) from None
    return run


def _turned(actor: Actor, at: datetime, union: Union, split: Split) -> Distribution:
    run = Distribution.objects.using("bulk").create(
        union_id=union.pk,
        county_id=union.stands_in,
        run_id=uuid4(),
        state=Distribution.State.DONE,
        day=days.business_day(at),
        many=1,
        amount=-split.amount,
        user_id=actor.user_id,
        asked_at=at,
        done_at=at,
    )
    turned = {name: -getattr(split, name) for name in BENEFICIARIES}
    Split.objects.using("bulk").create(
        union_id=union.pk,
        county_id=union.stands_in,
        contribution_id=split.contribution_id,
        rule_id=split.rule_id,
        route_id=split.route_id,
        distribution=run,
        reverses_id=split.pk,
        other_union_id=split.other_union_id,
        other_county_id=split.other_county_id,
        day=run.day,
        amount=-split.amount,
        **turned,
    )
    route = Route.objects.using("bulk").get(pk=split.route_id)
    ways = np.array([[route.payer_id, route.pk, *(getattr(route, f"{name}_id") or 0 for name in UNIONS)]])
    totals = np.array([[turned[name] for name in BENEFICIARIES]])
    owed = entries.post(run, totals, ways, at=at)
    outside.keep(run, totals, ways, owed)
    Waiting.objects.using("bulk").create(
        contribution_id=split.contribution_id, union_id=union.pk, county_id=union.stands_in
    )
    return run
