"""Which rows hold another value than the one said, without handing out what they hold."""

from collections.abc import Mapping
from uuid import UUID

from zhijia.kernel import ciphers
from zhijia.vault import kinds
from zhijia.vault.models import Secret
from zhijia.vault.services.looking import unseal


def differing(kind: str, said: Mapping[UUID, str], *, using: str = "bulk") -> set[UUID]:
    """The rows whose value is not the one said for them, or who hold none. One statement.

    By the blind index where the kind has one, else by opening. The caller names the scope.
    """
    chosen = kinds.get(kind)
    held = {
        secret.row_id: secret
        for secret in Secret.objects.using(using).filter(kind=chosen.number, row_id__in=list(said))
    }
    normals = {row_id: chosen.normal(value) for row_id, value in said.items() if row_id in held}
    return set(said) - (_alike_by_index if chosen.search is not kinds.Search.NONE else _alike_opened)(
        chosen, held, normals
    )


def _alike_by_index(kind: kinds.Kind, held: Mapping[UUID, Secret], normals: Mapping[UUID, str]) -> set[UUID]:
    alike: set[UUID] = set()
    for key in ciphers.keyring().all(kind.index_name):
        blinds = ciphers.index_many(key, list(normals.values()))
        alike |= {
            row_id for row_id, blind in zip(normals, blinds, strict=True) if held[row_id].blind == blind
        }
    return alike


def _alike_opened(kind: kinds.Kind, held: Mapping[UUID, Secret], normals: Mapping[UUID, str]) -> set[UUID]:
    return {row_id for row_id, normal in normals.items() if kind.normal(unseal(held[row_id])) == normal}
