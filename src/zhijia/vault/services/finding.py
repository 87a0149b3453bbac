"""Finding rows by a value, without opening anything. Exact matches only; the caller limits how often."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import connections

from zhijia.kernel import ciphers
from zhijia.vault import kinds
from zhijia.vault.places import row
from zhijia.vault.services.looking import NotHere, read_inside

CHUNK = 10_000


def find(kind: str, value: str, *, using: str = "default") -> UUID | None:
    """The row that holds this value, whatever union it is in; None when there is none, or more than one."""
    found = find_all(kind, value, using=using)
    return found[0] if len(found) == 1 else None


def find_all(kind: str, value: str, *, using: str = "default") -> list[UUID]:
    """All rows that hold this value, whatever union they are in, in a stable order."""
    chosen = _searched(kind)
    normal = chosen.normal(value)
    if not normal:
        return []
    return sorted({place for _, place in _ask(chosen, _indexes(chosen, normal), using)})


def find_many(kind: str, values: Sequence[str], *, using: str = "bulk") -> dict[str, UUID]:
    """The row of each value that one holds, by the value as it was handed in; for a kind that is unique."""
    chosen = _searched(kind)
    found: dict[str, UUID] = {}
    for start in range(0, len(values), CHUNK):
        chunk = values[start : start + CHUNK]
        normals = [chosen.normal(value) for value in chunk]
        for key in ciphers.keyring().all(chosen.index_name):
            told = ciphers.index_bytes(key, normals).hex()
            blinds = [told[place : place + 32] for place in range(0, len(told), 32)]
            holders = {blind.hex: row_id for blind, row_id in _ask(chosen, blinds, using)}
            if holders:
                found |= {
                    value: holders[blind]
                    for value, normal, blind in zip(chunk, normals, blinds, strict=True)
                    if normal and blind in holders
                }
    return found


def same_value(kind: str, row_id: UUID | int, other: str, other_id: UUID | int) -> bool:
    """Whether two rows hold the same value; the actor needs to be in scope of one of them. False when one of
    them holds none, or when the actor is in scope of neither."""
    for one, place, against, there in ((kind, row_id, other, other_id), (other, other_id, kind, row_id)):
        try:
            value = read_inside(one, place)
        except NotHere:
            continue
        return _holds(_searched(against), row(there), value)
    return False


def sought(kind: str, value: str) -> tuple[int, list[UUID]]:
    """The kind's number and the value's blind indexes: with them a definer function can ask `vault_holds` itself
    and need not believe its caller."""
    chosen = _searched(kind)
    return chosen.number, _indexes(chosen, chosen.normal(value))


def digest(purpose: str, text: str) -> str:
    """A keyed digest of a text, 32 hexadecimal digits: stable for good, and nobody without the key can try
    values."""
    return ciphers.index(ciphers.keyring().all(f"digest:{purpose}")[0], text).hex


def _holds(kind: kinds.Kind, place: UUID, value: str) -> bool:
    with connections["default"].cursor() as cursor:
        blinds = _indexes(kind, kind.normal(value))
        cursor.execute("SELECT vault_holds(%s, %s, %s)", [kind.number, place, blinds])
        return bool(cursor.fetchone()[0])


def _searched(name: str) -> kinds.Kind:
    kind = kinds.get(name)
    if kind.search is kinds.Search.NONE:
        raise kinds.UnknownKind(f"{name} is not searched")
    return kind


def _indexes(kind: kinds.Kind, normal: str) -> list[UUID]:
    return [ciphers.index(key, normal) for key in ciphers.keyring().all(kind.index_name)]


def _ask(kind: kinds.Kind, blinds: Sequence[UUID | str], using: str) -> Iterator[tuple[UUID, UUID]]:
    """The rows behind these indexes, by index; an array is handed over as one text, an object a value costs more."""
    told = "{" + ",".join(map(str, blinds)) + "}"
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT blind, row_id FROM vault_find(%s, %s::uuid[])", [kind.number, told])
        yield from cursor.fetchall()
