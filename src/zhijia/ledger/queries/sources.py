"""What entries were posted for, in the words of the room that posted them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from zhijia.catalogue import ports
from zhijia.kernel.actors import Actor
from zhijia.ledger.models import Entry

PORT = "ledger.source"


class Told(NamedTuple):
    """What an entry was posted for, as the actor may read it, and the address of its page ('' where they have none)."""

    words: str
    address: str = ""


def told(actor: Actor, entries: Iterable[Entry]) -> dict[int, Told]:
    """By entry what the rooms say that answer the port `ledger.source.<source>` (actor, source ids) -> {id: Told}: no
    more of a person than the actor may read."""
    asked: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        asked[entry.source][entry.source_id].append(entry.pk)
    found: dict[int, Told] = {}
    for source, ids in asked.items():
        if ports.answered(f"{PORT}.{source}"):
            for source_id, said in ports.call(f"{PORT}.{source}", actor, list(ids)).items():
                found |= dict.fromkeys(ids[source_id], said)
    return found
