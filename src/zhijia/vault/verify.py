"""Proof that every sealed value opens in its place and stands under its index."""

from uuid import UUID

from zhijia.kernel import ciphers
from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole
from zhijia.vault import kinds
from zhijia.vault.models import Secret
from zhijia.vault.services.looking import unseal

BATCH = 5000
SHOWN = 20
_FIRST = (0, UUID(int=0))


def check() -> Checked:
    """Open every value and compute its index again, in batches of one transaction each. The sentences name
    the row and never the value; beyond the first few they are counted."""
    read, wrong, sentences, after = 0, 0, list[str](), _FIRST
    while secrets := _page(after):
        for secret in secrets:
            if why := _wrong(secret):
                wrong += 1
                sentences += [f"vault_secret kind {secret.kind} row {secret.row_id}: {why}"][
                    : SHOWN - len(sentences)
                ]
        read, after = read + len(secrets), (secrets[-1].kind, secrets[-1].row_id)
    if wrong > SHOWN:
        sentences.append(f"vault_secret: {wrong - SHOWN} more rows are wrong")
    return Checked(read, tuple(sentences))


def _page(after: tuple[int, UUID]) -> list[Secret]:
    with whole():
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
        return "its key is not in the ring"
    except kinds.UnknownKind:
        return "its kind is unknown"
    return "" if ciphers.index(key, kind.normal(clear)) == secret.blind else "its index is another value's"
