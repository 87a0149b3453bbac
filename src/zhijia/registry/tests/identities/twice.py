"""One person registered twice, and what a merge and an undo leave behind."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from zhijia.facts import queries as facts
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.registry.models import (
    Merge,
    Pair,
)
from zhijia.registry.queries.counts import MEMBERS
from zhijia.registry.services.identities import deciding, finding
from zhijia.registry.tests.world import AT, World

LATER = AT + timedelta(hours=1)
NUMBER = "registry_person.id_number"
COPIED = (
    "registry_person", "registry_membership", "registry_card", "registry_consent", "registry_post",
    "registry_transfer_leg", "matters_case", "vault_secret", "notices_message",
)  # fmt: skip
"""What an undo has to leave as it was, but for the moment of the last change."""


def find() -> finding.Found:
    return finding.run(actor=Actor(None, "job", "test"), at=AT)


def only_pair() -> Pair:
    with context.whole():
        return Pair.objects.using("bulk").get()


def merge(world: World, stays: str = "ding", by: str = "city") -> Merge:
    pair, actor = only_pair(), world.actors[by]
    with context.acting(actor):
        return deciding.merge(
            actor=actor, at=LATER, pair_id=pair.pk, stays=person_of(world, stays), reason="one card, one man"
        )


def person_of(world: World, name: str) -> UUID:
    person_id = world.actors[name].person_id
    assert person_id is not None
    return person_id


def rows(table: str) -> list[tuple[Any, ...]]:
    """Every row of a table as text but for what tells when it was last touched, in a stable order."""
    with context.whole() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(t) - 'changed_at' - 'sealed_at' FROM {table} t"
            " ORDER BY (to_jsonb(t) - 'changed_at')::text"
        )
        return list(cursor.fetchall())


def everything() -> dict[str, list[tuple[Any, ...]]]:
    found = {table: rows(table) for table in COPIED}
    found["notices_message"] = [
        (text,) for (text,) in found["notices_message"] if '"registrations_' not in text
    ]
    return found


def members(world: World, key: str) -> int:
    return facts.total(MEMBERS, unions=[world.unions[key].pk])
