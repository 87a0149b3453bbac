"""Proof that every sealed value opens in its place and stands under its index."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db import connections, transaction

from zhijia.kernel import ciphers
from zhijia.vault import kinds
from zhijia.vault.models import Secret
from zhijia.vault.places import SEALING
from zhijia.vault.services.looking import unseal

BATCH = 5000
SHOWN = 20
_FIRST = (0, UUID(int=0))


@dataclass(slots=True)
class Checked:
    """What was looked at: values read, how many are broken, and the first of them in words without a
    value."""

    rows: int = 0
    violations: int = 0
    examples: list[str] = field(default_factory=list)

    def broken(self, secret: Secret, why: str) -> None:
        """Count one more."""
        self.violations += 1
        if len(self.examples) < SHOWN:
            self.examples.append(f"vault_secret kind {secret.kind} row {secret.row_id}: {why}")


def check() -> Checked:
    """Open every value and compute its index again, as `bulk`: policies hide nothing from it."""
    checked, after = Checked(), _FIRST
    while secrets := _page(after):
        for secret in secrets:
            checked.rows += 1
            if why := _wrong(secret):
                checked.broken(secret, why)
        after = (secrets[-1].kind, secrets[-1].row_id)
    return checked


def _page(after: tuple[int, UUID]) -> list[Secret]:
    with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        return list(Secret.objects.using("bulk").filter(pk__gt=after).order_by("pk")[:BATCH])


def _wrong(secret: Secret) -> str:
    try:
        kind = kinds.by_number(secret.kind)
        clear = unseal(secret)
        if ciphers.key_id(bytes(secret.sealed)) != secret.key_id:
            return "the key's number beside it is another"
        if kind.search is kinds.Search.NONE:
            return "it has an index it should not have" if secret.blind else ""
        key = ciphers.keyring().key(kind.index_name, secret.blind_version or 0)
    except ciphers.CannotOpen:
        return "it does not open in its place"
    except ciphers.NoKey:
        return f"its key is not in the ring of {SEALING}"
    except kinds.UnknownKind:
        return "its kind is unknown"
    return "" if ciphers.index(key, kind.normal(clear)) == secret.blind else "its index is another value's"
