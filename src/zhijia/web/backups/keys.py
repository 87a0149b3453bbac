"""Which keys the sealed values of a database need, told without a key: a fixed word's index under each."""

from django.db import connections

from zhijia.kernel import ciphers
from zhijia.kernel.ciphers import NoKey
from zhijia.vault import kinds
from zhijia.vault.places import SEALING

WORD = "backup"
_NEEDED = """
SELECT NULL::smallint, key_id FROM vault_secret GROUP BY key_id
UNION ALL
SELECT kind, blind_version FROM vault_secret WHERE blind IS NOT NULL GROUP BY kind, blind_version
"""


def needed() -> dict[str, str]:
    """For each key that sealed or indexed a value, "name number", the index of WORD under it. Raises NoKey."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(_NEEDED)
        rows = cursor.fetchall()
    names = {(kinds.by_number(kind).index_name if kind else SEALING, number) for kind, number in rows}
    return {f"{name} {number}": _told(name, number) for name, number in sorted(names)}


def strange(wanted: dict[str, str]) -> list[str]:
    """The keys of a backup that are missing here, or are others here."""
    return [key for key, told in wanted.items() if _here(key) != told]


def _here(key: str) -> str:
    name, _, number = key.rpartition(" ")
    try:
        return _told(name, int(number))
    except NoKey:
        return ""


def _told(name: str, number: int) -> str:
    return ciphers.index(ciphers.keyring().key(name, number), WORD).hex
