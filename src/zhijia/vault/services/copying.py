"""Values sealed anew for other rows, many at once: what an import overwrites is kept until it cannot be
undone."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from zhijia.audit.services import Place
from zhijia.vault import kinds
from zhijia.vault.models import Secret
from zhijia.vault.services.looking import unseal
from zhijia.vault.services.sealing import NewSecret, seal_many


def copy_many(
    kind: str, to_kind: str, rows: Mapping[UUID, UUID], *, at: datetime, person: bool = False
) -> int:
    """Seal the value of each row for the row named beside it, in place of what that held; how many there
    were.

    Rows without a value are left out. With `person`, the new row is a person's own; else the value stays with
    the person it belongs to. Runs as `bulk`, in the caller's transaction, with the same number of statements
    for many."""
    held = Secret.objects.using("bulk").filter(kind=kinds.get(kind).number, row_id__in=list(rows))
    return seal_many(
        to_kind,
        [
            NewSecret(
                rows[secret.row_id],
                unseal(secret),
                Place(secret.union_id, secret.county_id, rows[secret.row_id] if person else secret.person_id),
            )
            for secret in held
        ],
        at=at,
    )
