"""Flags on vouchers: what rules find stands as long as it is so, what people set until it is settled (DUE-18)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.services import told
from zhijia.ledger.spending_models import Flag, Voucher
from zhijia.ledger.spending_rules import Found
from zhijia.registry import access
from zhijia.registry.models import Union

CHECK = "spending.check"
UNFINISHED = frozenset({"no_attachment", "not_decided", "nobody_named"})
"""What only says that a draft is not finished: it stops it, and is nothing for an auditor."""


def renew(*, at: datetime, voucher: Voucher, found: Sequence[Found]) -> None:
    """The rules' flags on a voucher are what they find now: new ones are raised, those that are over settled."""
    wanted = {(one.code, one.prohibition): one for one in found if one.code not in UNFINISHED}
    standing = {
        (flag.code, flag.prohibition): flag
        for flag in voucher.flags.filter(user_id__isnull=True, settled_at__isnull=True)
    }
    over = [
        flag.pk
        for key, flag in standing.items()
        if key not in wanted or (wanted[key].by, wanted[key].people) != (flag.by_fen, flag.people)
    ]
    Flag.objects.filter(pk__in=over).update(settled_at=at)
    Flag.objects.bulk_create(
        Flag(
            voucher=voucher,
            code=one.code,
            prohibition=one.prohibition,
            by_fen=one.by,
            people=one.people,
            raised_at=at,
            union_id=voucher.union_id,
            county_id=voucher.county_id,
        )
        for key, one in wanted.items()
        if key not in standing or standing[key].pk in over
    )


def put(*, actor: Actor, at: datetime, voucher_id: int, prohibition: str, note: str) -> Flag:
    """Somebody says that a voucher touches a prohibition, and why. The same by the same person again is once."""
    voucher = Voucher.objects.select_for_update().filter(pk=voucher_id).first()
    if voucher is None:
        raise NotForYou("no_such_voucher", _("There is no such voucher at your union."))
    actor = access.require(actor, CHECK, voucher.union_id)
    if not codes.holds("prohibitions", prohibition, days.business_day(at)):
        raise Refusal("no_such_prohibition", _("Choose one of the eight prohibitions."))
    if not note.strip():
        raise Refusal("reason_missing", _("Say why, so that the auditor can understand."))
    stands = voucher.flags.filter(
        user_id=actor.user_id, prohibition=prohibition, settled_at__isnull=True, note=note.strip()
    ).first()
    if stands is not None:
        return stands
    flag = Flag.objects.create(
        voucher=voucher, prohibition=prohibition, note=note.strip(), user_id=actor.user_id, raised_at=at,
        union_id=voucher.union_id, county_id=voucher.county_id,
    )  # fmt: skip
    told.of_voucher(actor, at, "voucher.flag", voucher, note.strip())
    return flag


def settle(*, actor: Actor, at: datetime, flag_id: int, note: str) -> Flag:
    """Somebody who did not prepare the voucher looked at a flag and says what came of it. Twice is once."""
    flag = Flag.objects.select_for_update(of=("self",)).select_related("voucher").filter(pk=flag_id).first()
    if flag is None:
        raise NotForYou("no_such_flag", _("There is no such flag at your union."))
    actor = access.require(actor, CHECK, flag.union_id)
    if flag.settled_at is not None:
        return flag
    if actor.user_id in {flag.voucher.prepared_by, flag.user_id}:
        raise Refusal(
            "own_flag", _("Somebody else settles it: not who prepared the voucher, nor who raised the flag.")
        )
    if not note.strip():
        raise Refusal("reason_missing", _("Say why, so that the auditor can understand."))
    flag.settled_at, flag.settled_by, flag.settled_note = at, actor.user_id, note.strip()
    flag.save(update_fields=["settled_at", "settled_by", "settled_note"])
    told.of_voucher(actor, at, "voucher.settle_flag", flag.voucher, note.strip())
    return flag


def union_of(voucher: Voucher) -> Union:
    """The union whose voucher it is."""
    return Union.objects.get(pk=voucher.union_id)
