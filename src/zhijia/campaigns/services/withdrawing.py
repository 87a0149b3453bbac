"""Money that is not given after all. Whoever died, left the roster or was merged away between the order and the bank is
not paid: what was ordered is stopped with why, and waits on the roster, where officers see it. What colleagues stopped
under Payments waits there, too. `bulk` looks for them; each payment is stopped as whoever ordered it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from zhijia.campaigns import versions
from zhijia.campaigns.models import Drive
from zhijia.campaigns.services import giving, rostering
from zhijia.catalogue import codes
from zhijia.facts import services as facts
from zhijia.kernel import rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import Refusal
from zhijia.payments.models import Payment
from zhijia.payments.services import batching

JOB = "campaigns.withdraw"
ENDS = "roster_ends"
_UNWANTED = """
SELECT y.id, y.ordered_by, said.why FROM payments_payment y
CROSS JOIN LATERAL campaigns_why_unwanted(y.source_id, y.instalment, y.person_id, y.partner_id) AS said (why)
WHERE y.source = 'campaign' AND y.state IN ('waiting', 'ready', 'failed', 'returned') AND said.why IS NOT NULL
  AND (%(drive)s::int IS NULL OR y.source_id >= %(drive)s::text || '.' AND y.source_id < %(drive)s::text || '/')
ORDER BY y.id"""
_STOPPED = """
SELECT p.id, p.drive_id, p.amount, coalesce(why.said, 'stopped') FROM payments_payment y
JOIN campaigns_piece p ON p.id = campaigns_paid_piece(y.source_id, y.instalment)
  AND p.source = 'payment:' || y.source_id AND p.state = 'done'
JOIN campaigns_drive d ON d.id = p.drive_id AND d.state = 'open'
CROSS JOIN LATERAL campaigns_why_unwanted(y.source_id, y.instalment, y.person_id, y.partner_id) AS why (said)
WHERE y.source = 'campaign' AND y.state = 'stopped'
ORDER BY p.drive_id, p.id LIMIT %s FOR UPDATE OF d SKIP LOCKED"""
_WAITS = f"""
UPDATE campaigns_piece p SET source = 'waits:' || said.why, turn = p.turn + 1, amount = 0, late = false,
  done_at = NULL, done_by = NULL,
  state = CASE WHEN {rostering.OWED} THEN 'open' ELSE 'void' END
FROM unnest(%(pieces)s::bigint[], %(why)s::text[]) AS said (id, why), campaigns_entry e
WHERE p.id = said.id AND e.id = p.entry_id AND p.drive_id = %(drive)s"""  # noqa: S608 - a constant
UNWANTED = gettext_lazy("The drive does not pay this any more: %(why)s.")
_SPENT = """
UPDATE campaigns_drive d SET spent = d.spent - back.fen FROM unnest(%s::int[], %s::bigint[]) AS back (id, fen)
WHERE d.id = back.id"""


def stop(*, at: datetime, drive_id: int | None = None) -> int:
    """Stop what was ordered, in this drive or in all, for those who are not to have it any more and has not gone to the
    bank, or came back; how many. What the bank has is not sent again either once it comes back (`unwanted`)."""
    with whole() as cursor:
        cursor.execute(_UNWANTED, {"drive": drive_id})
        found = cursor.fetchall()
    many = 0
    for payment_id, ordered_by, why in found:
        try:
            with acting(Actor(ordered_by, "job", JOB)) as actor:
                payment = Payment.objects.select_for_update().filter(pk=payment_id).first()
                if payment is not None and payment.state != Payment.State.STOPPED:
                    batching.stopped(actor=actor, at=at, payment=payment, reason=reason(why))
                    many += 1
        except Refusal:  # the bank may pay it late: its file says so first
            continue
    return many


def follow(*, at: datetime) -> int:
    """What was stopped was not given: it waits on the roster with why, its fact is taken back, the drive's budget has
    its money again. How many. A second run finds nothing. A drive that is over stays as it was reported."""
    many = 0
    while True:
        with whole() as cursor:
            cursor.execute(_STOPPED, [giving.AT_ONCE])
            some = cursor.fetchall()
            if not some:
                return many
            pieces, drives, fen, why = (list(column) for column in zip(*some, strict=True))
            sums: dict[int, int] = {}
            for drive, much in zip(drives, fen, strict=True):
                sums[drive] = sums.get(drive, 0) + much
            for drive in Drive.objects.using("bulk").select_related("version").filter(pk__in=sums):
                owed = rostering.owed(versions.of(drive))
                cursor.execute(_WAITS, {"pieces": pieces, "why": why, "drive": drive.pk, "owed": owed})
            cursor.execute(_SPENT, [list(sums), list(sums.values())])
            facts.reverse(record="piece", record_ids=pieces, kinds=[giving.REACHED])
        many += len(some)


def reason(why: str) -> str:
    """What stands at a payment that was stopped, as colleagues here read it."""
    with override("zh-hans"):
        return _("Stopped by the platform: %(why)s") % {"why": codes.label(ENDS, why)}


def unwanted(*, payments: Sequence[Payment], using: str) -> dict[int, Promise | str]:
    """The port `payments.unwanted.campaign`: those whose piece of the roster does not want them any more, with why."""
    found = rows.run("SELECT * FROM campaigns_unwanted(%s::bigint[])", [[one.pk for one in payments]], using)
    return {payment: UNWANTED % {"why": codes.label(ENDS, why)} for payment, why in found}
