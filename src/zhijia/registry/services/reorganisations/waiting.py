"""The work that waits at the unions of a reorganisation: what the registry says of it before, and how it follows to
the union that takes over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from zhijia.catalogue import ports
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.notices import services as notices
from zhijia.registry.models import TransferLeg, Union

_HOME = """
UPDATE registry_transfer_leg l SET state = 'cancelled', decided_at = %(at)s WHERE l.transfer_id IN (
  SELECT i.transfer_id FROM registry_transfer_leg i JOIN registry_transfer_leg o ON o.transfer_id = i.transfer_id
  WHERE i.union_id = %(source)s AND i.side = 'in' AND o.union_id = %(target)s AND o.side = 'out'
    AND i.state IN ('pending', 'approved') AND o.state IN ('pending', 'approved')
    AND 'pending' IN (i.state, o.state))"""
_COMING = """
UPDATE registry_transfer_leg l SET union_id = %(target)s, county_id = %(county)s
WHERE l.union_id = %(source)s AND l.side = 'in' AND l.state IN ('pending', 'approved')
  AND EXISTS (SELECT FROM registry_transfer_leg w WHERE w.transfer_id = l.transfer_id AND w.state = 'pending')"""

_BATCHES = """
UPDATE registry_transfer_batch b SET
  union_id = CASE b.union_id WHEN %(source)s THEN %(target)s ELSE b.union_id END,
  county_id = CASE b.union_id WHEN %(source)s THEN %(county)s ELSE b.county_id END,
  other_union_id = CASE b.other_union_id WHEN %(source)s THEN %(target)s ELSE b.other_union_id END,
  other_county_id = CASE b.other_union_id WHEN %(source)s THEN %(county)s ELSE b.other_county_id END,
  state = CASE WHEN %(target)s IN (b.union_id, b.other_union_id) OR EXISTS (
      SELECT FROM registry_transfer_batch o WHERE b.union_id = %(source)s AND o.union_id = %(target)s
        AND o.employer_id = b.employer_id AND o.state IN ('preparing', 'open', 'answered'))
    THEN 'withdrawn' ELSE b.state END
WHERE %(source)s IN (b.union_id, b.other_union_id) AND b.state IN ('preparing', 'open', 'answered')"""


@dataclass(frozen=True, slots=True)
class Asked:
    """An account whose request went to another union, and that union's name."""

    user_id: int
    union: str


def follow(cursor: Any, *, source: Union, target: Union, at: datetime) -> list[Asked]:
    """Transfers and other rooms' work that wait to come into `source` wait at `target` instead; whose requests went
    along. Somebody who was on the way out of `target` stays there: their transfer is called off."""
    values = {"source": source.pk, "target": target.pk, "county": target.stands_in, "at": at}
    cursor.execute(_HOME, values)
    cursor.execute(_COMING, values)
    cursor.execute(_BATCHES, values)
    went = ports.call_all("registry.into", cursor=cursor, source=source, target=target)
    return [Asked(user_id, target.name) for room in went for user_id in room]


def tell(actor: Actor, at: datetime, asked: Sequence[Asked]) -> None:
    """Tell each of them which union answers now."""
    with acting(actor):
        for one in asked:
            notices.send(
                actor=actor,
                at=at,
                to_user=one.user_id,
                kind="case_followed",
                values={"union": one.union},
                link="matters:mine",
                reason="reorganisation",
            )


def said(*, unions: Sequence[Union], day: date) -> list[str]:
    """One sentence for each union at which something waits: it goes where the members go."""
    sentences = []
    for union in unions:
        moving = TransferLeg.objects.filter(union_id=union.pk, state=TransferLeg.State.PENDING).count()
        if moving:
            sentences.append(
                _("%(union)s: %(moving)s transfers wait for an answer.")
                % {"union": union.name, "moving": moving}
            )
    return sentences
