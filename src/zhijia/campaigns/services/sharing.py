"""Targets are shared out to the unions straight below, typed or by the number of members, and add up to one's own."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.campaigns import rules, versions, who
from zhijia.campaigns.models import Drive, Share
from zhijia.campaigns.services import opening, promises
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry import access, tree
from zhijia.registry.models import Union

TELL = "campaigns.tell_targets"


def share(
    *,
    actor: Actor,
    at: datetime,
    drive_id: int,
    above: Union,
    measure: str,
    year: int,
    parts: Mapping[int, int],
) -> None:
    """What the unions straight below are to reach of one's own target; said again it replaces what was said. They are
    told. Raises Refusal where it does not add up, and where a union below that one shared its own already and the sum
    is now another."""
    drive = opening.locked(drive_id)
    actor = access.require(actor, opening.OPEN, above.pk)
    if drive.state not in {Drive.State.DRAFT, Drive.State.OPEN}:
        opening.running(drive)
    own = drive.shares.filter(union_id=above.pk, measure=measure, year=year).first()
    if own is None:
        raise Refusal("no_such_target", _("This drive has no such target."))
    below = set(tree.children(above.pk).filter(dissolved_on__isnull=True).values_list("pk", flat=True))
    if parts.keys() - below:
        raise Refusal("share_not_below", _("Targets go to the unions straight below yours."))
    in_fen = versions.of(drive).targets[measure].in_fen
    for amount in parts.values():
        opening.check(amount, in_fen=in_fen)
    over = rules.difference(own.amount, list(parts.values()))
    if over:
        words = _("What you share out adds up to %(sum)s, and your own target is %(own)s.") % {
            "sum": f"{own.amount + over:,}",
            "own": f"{own.amount:,}",
        }
        raise Refusal("shares_add_up", words)
    with promises.kept():
        drive.shares.filter(above_id=above.pk, measure=measure, year=year).exclude(
            union_id__in=parts
        ).delete()
        Share.objects.bulk_create(
            [
                Share(
                    drive=drive, union_id=union_id, above_id=above.pk, measure=measure, year=year, amount=amount,
                    given_by=actor.user_id, given_at=at,
                )
                for union_id, amount in parts.items()
            ],
            update_conflicts=True,
            unique_fields=["drive", "union_id", "measure", "year"],
            update_fields=["above_id", "amount", "given_by", "given_at"],
        )  # fmt: skip
    opening.told(actor, at, "campaign.share", drive, above=above.pk, measure=measure, unions=len(parts))
    app.configure_task(TELL, queue="default", allow_unknown=True).defer(drive_id=drive.pk, above_id=above.pk)


def by_members(drive: Drive, above: Union, measure: str, year: int) -> dict[int, int]:
    """One's own target shared by the members under each union straight below, to the last one. None where there is no
    target, or nobody."""
    own = drive.shares.filter(union_id=above.pk, measure=measure, year=year).first()
    below = list(tree.children(above.pk).filter(dissolved_on__isnull=True).values_list("pk", flat=True))
    if own is None or not below:
        return {}
    parts = rules.shared(own.amount, who.members(below))
    return parts if sum(parts.values()) == own.amount else {}


def of_pot(drive: Drive, unions: list[int], *, at: datetime) -> dict[int, int]:
    """The drive's pot shared among these unions by their weight."""
    weights = who.weights(versions.of(drive), unions, on=days.business_day(at))
    return rules.shared(drive.pot, weights) if weights else {}
