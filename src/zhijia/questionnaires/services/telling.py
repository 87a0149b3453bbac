"""Those on the roll are told that a poll is open: once, in one statement."""

from datetime import datetime

from django.db import connections

from zhijia.kernel.context import whole
from zhijia.notices import many
from zhijia.notices.models import Message
from zhijia.questionnaires.models import Poll, Voter
from zhijia.registry.models import Union

JOB, KIND = "questionnaires.tell_opened", "poll_opened"


def opened(*, at: datetime, poll_id: int) -> int:
    """Tell them, unless they were told; how many."""
    poll = Poll.objects.filter(pk=poll_id, state=Poll.State.OPEN).first()
    if poll is None:
        return 0
    link = f"/polls/{poll.pk}/"
    with whole():
        with connections["bulk"].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{JOB} {poll.pk}"])
        if Message.objects.using("bulk").filter(kind=KIND, link=link).exists():
            return 0
        people = list(Voter.objects.using("bulk").filter(poll_id=poll.pk).values_list("person_id", flat=True))
        union = Union.objects.get(pk=poll.union_id)
        values = {"union": union.name, "title": poll.title, "until": poll.closes_at}
        return many.tell(at=at, kind=KIND, values=values, person_ids=people, link=link, reason="poll")
