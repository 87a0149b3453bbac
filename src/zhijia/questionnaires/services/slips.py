"""Slips for people without an account: each has a code that answers an open survey once. Who got which slip nobody
writes down. Whoever keeps a copy of a code can see that it was used, and never what was answered with it."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.questionnaires import envelopes, versions
from zhijia.questionnaires.models import Poll, Slip
from zhijia.questionnaires.queries import box, door
from zhijia.questionnaires.reading import Ballot
from zhijia.questionnaires.services import preparing, promises
from zhijia.questionnaires.services.casting import Entry
from zhijia.registry import access

AT_ONCE = 200
"""So many slips are printed in one go."""


def takes(asked: Questionnaire) -> bool:
    """Whether it is answered by slips too: a survey that is open to everybody. Nobody is on a roll who could answer
    twice, and nothing is decided."""
    return asked.sort == "survey" and asked.asks == "accounts"


def make(*, actor: Actor, at: datetime, poll_id: int, many: int, once: UUID) -> list[str]:
    """New codes of an open survey, to print and hand out: they are shown this once and kept nowhere, so that asked for
    again under the same key they are refused, and not shown twice."""
    poll = preparing.locked(poll_id)
    actor = access.require(actor, preparing.HOLD, poll.union_id)
    opener = box.opener(poll.pk) if poll.state == Poll.State.OPEN else None
    if opener is None or at >= poll.closes_at:
        raise Refusal("voting_ended", promises.CLOSED)
    if not takes(versions.definition(poll.version)):
        raise Refusal("no_slips", _("Slips are for surveys that are open to everybody."))
    if not 1 <= many <= AT_ONCE:
        raise Refusal("slips_at_once", _("Print 1 to %(most)s slips at a time.") % {"most": AT_ONCE})
    codes = opener.codes(once, many)
    if Slip.objects.filter(poll=poll, mark=opener.mark(codes[0])).exists():
        raise Refusal(
            "slips_made",
            _(
                "These slips were made already, and their codes are not shown a second time. "
                "If you did not print them, make new ones; the others stay unused."
            ),
        )
    Slip.objects.bulk_create(Slip(poll=poll, mark=opener.mark(code)) for code in codes)
    preparing.told(actor, at, "poll.slips", poll, many=many)
    return codes


def enter(*, at: datetime, poll_id: int, code: str) -> Entry:
    """Whoever holds a slip, at the door of the survey it is of. Raises Refusal for a code that is none of its, and
    while it is not open; NotForYou where no slips are taken."""
    held = door.held(poll_id)
    if held is None or not takes(held.asked):
        raise NotForYou("no_such_poll", _("There is no such poll."))
    if at < held.poll.opens_at:
        raise Refusal("not_open_yet", _("Voting has not begun yet. Come back when it is open."))
    if held.opener is None or held.poll.state != Poll.State.OPEN or at >= held.poll.closes_at:
        raise Refusal("voting_ended", promises.CLOSED)
    said = envelopes.as_printed(code)
    if not Slip.objects.filter(poll_id=poll_id, mark=held.opener.mark(said)).exists():
        raise Refusal(
            "no_such_slip",
            _(
                "This code is on no slip of this survey. Compare each letter; there is no 0, 1, I and O in it."
            ),
        )
    slot = held.opener.slot(f"slip:{said}")
    is_in = box.is_in(poll_id, slot)
    return Entry(held.poll, held.asked, held.opener, slot, is_in, Ballot(held.numbers, 0), by_slip=True)
