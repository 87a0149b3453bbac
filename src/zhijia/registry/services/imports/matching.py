"""Who of the rows is known to the register, and where they stand towards the importing union."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from zhijia.vault import services as vault

NUMBER = "registry_person.id_number"

_STANDING = """
SELECT p.id, p.name,
       CASE WHEN m.id IS NULL THEN 'free' WHEN m.union_id = %s THEN 'here' ELSE 'elsewhere' END
FROM registry_person p
LEFT JOIN registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL
WHERE p.id = ANY (%s)
"""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the register: their standing is "here", "free" or "elsewhere" (never which other union)."""

    person_id: UUID
    name: str
    standing: str


def known(cursor: Any, numbers: Sequence[str], union_id: int) -> Mapping[str, Known]:
    """The people of the register among these identity numbers; nobody is held. A statement for every so many."""
    holders = vault.find_many(NUMBER, numbers, using="bulk")
    people = list(holders.values())
    cursor.execute(_STANDING, [union_id, people])
    standing = {person_id: Known(person_id, name, where) for person_id, name, where in cursor.fetchall()}
    return {number: standing[person_id] for number, person_id in holders.items() if person_id in standing}
