"""At the door of a poll: what is read for each vote, in two statements that a connection plans once. Neither takes
a lock: that would mark a row of the roll (ADR 0023)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.kernel import rows
from zhijia.questionnaires import envelopes, versions
from zhijia.questionnaires.envelopes import Opener
from zhijia.questionnaires.models import Poll

_POLL = f"""
SELECT v.digest, questionnaires_secret_of(p.id), u.division,
  ARRAY(SELECT c.number FROM questionnaires_candidate c WHERE c.poll_id = p.id ORDER BY c.number),
  {rows.columns(Poll, "p")}
FROM questionnaires_poll p JOIN questionnaires_version v ON v.id = p.version_id
JOIN registry_union u ON u.id = p.union_id
WHERE p.id = %s AND p.state <> 'draft'"""  # noqa: S608 - columns of ours
_VOTER = """
SELECT (SELECT m.status FROM registry_membership m WHERE m.person_id = %(person)s AND m.valid_to IS NULL LIMIT 1),
  (SELECT v.way FROM questionnaires_voter v WHERE v.poll_id = %(poll)s AND v.person_id = %(person)s),
  (SELECT n.real_name_level FROM registry_person n WHERE n.id = %(person)s),
  coalesce(questionnaires_is_in(%(poll)s::int, %(slot)s::uuid), false)"""


@dataclass(frozen=True, slots=True)
class Held:
    """A poll that is or was open: what it asks, its secret while nobody counted it, where it is held, who stands."""

    poll: Poll
    asked: Questionnaire
    opener: Opener | None
    division: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comer:
    """Somebody who comes to vote: their membership's status (none: no member), their way by the roll (none: not on it),
    how far their name was checked, and whether their ballot is in."""

    status: str | None
    way: str | None
    level: int | None
    is_in: bool


def held(poll_id: int) -> Held | None:
    """The poll of this number, unless it is a draft still."""
    found = rows.run(_POLL, [poll_id])
    if not found:
        return None
    digest, secret, division, numbers, *values = found[0]
    poll = rows.made(Poll, values)
    asked = versions.known(poll.version_id, digest) or versions.definition(poll.version)
    opener = envelopes.opener(poll.pk, bytes(secret)) if secret is not None else None
    return Held(poll, asked, opener, division, tuple(str(number) for number in numbers))


def comer(poll_id: int, person_id: UUID | None, slot: UUID | None) -> Comer:
    """How this person stands to the poll; `slot` is where their ballot would lie."""
    asked: dict[str, Any] = {"poll": poll_id, "person": person_id, "slot": slot}
    return Comer(*rows.run(_VOTER, asked)[0])
