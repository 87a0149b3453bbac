"""The gate before every bank: nothing is sent while it is closed.

It closes by hand, and by itself when the database has been set back: an open gate counts for the timeline it was opened
on. It opens again once what the bank has agrees with what stands here (reconciliation calls `open_again`)."""

from datetime import datetime

from django.db import connections, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.payments.models import Gate

_TIMELINE = "SELECT timeline_id FROM pg_control_checkpoint()"
_IS_OPEN = f"""
SELECT is_open AND timeline IN (0, ({_TIMELINE})) FROM payments_gate WHERE id = 1"""  # noqa: S608


def is_open(using: str = "default") -> bool:
    """Whether payments may be sent now."""
    with connections[using].cursor() as cursor:
        cursor.execute(_IS_OPEN)
        row = cursor.fetchone()
    return bool(row and row[0])


def timeline() -> int:
    """The timeline of the database: another one after it was set back."""
    with connections["bulk"].cursor() as cursor:
        cursor.execute(_TIMELINE)
        return int(cursor.fetchone()[0])


def close(*, actor: Actor, at: datetime, reason: str) -> None:
    """Send nothing from now on. On `bulk`: whoever calls it has asked for the right."""
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the auditor can understand."))
    _set(actor, at, False, reason.strip(), "payments.gate_close")


def open_again(*, actor: Actor, at: datetime, reason: str) -> None:
    """What the bank has agrees with what stands here: payments are sent again, on this timeline of the database."""
    _set(actor, at, True, reason.strip(), "payments.gate_open")


def _set(actor: Actor, at: datetime, is_open: bool, reason: str, action: str) -> None:
    with transaction.atomic(using="bulk"):
        Gate.objects.using("bulk").filter(pk=1).update(
            is_open=is_open, timeline=timeline(), reason=reason, changed_at=at, changed_by=actor.user_id
        )
        audit.record(
            actor=actor,
            at=at,
            action=action,
            subject="payments_gate",
            subject_id=1,
            reason=reason,
            using="bulk",
        )
