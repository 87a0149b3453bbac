"""Clues about the made-up province: raised by the rules that are kept, some answered at the officer's union."""

from datetime import datetime

from zhijia.accounts.models import User
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.registry import access
from zhijia.registry.models import Person
from zhijia.watches.models import Clue
from zhijia.watches.queries import clues
from zhijia.watches.services import answering, keeping, telling
from zhijia.web.demo.logins import OFFICER, workers, workplace
from zhijia.web.demo.words import words

AMONG = 90
STOPPED = ("04", "04", "04", "03", "04", "03")
"""Who stopped working at the officer's union lately and whose membership nobody has retained."""


def make_clues(*, at: datetime) -> None:
    """Keep the rules that watches name, and answer as many clues as there are words for, once."""
    if Clue.objects.using("bulk").exists():
        return
    stop_working(at)
    keeping.work(at=at)
    officer = Actor(User.objects.get(login=OFFICER).pk, "demo", "demo-clues", stepped_up=True)
    said = words("clues")
    with acting(officer):
        waiting = clues.page(access.rights_of(officer))
        for clue, told in zip(waiting, said["done"], strict=False):
            answering.done(actor=officer, at=at, clue_id=clue.pk, words=told)
        for clue, told in zip(waiting[len(said["done"]) :], said["not_so"], strict=False):
            answering.not_so(actor=officer, at=at, clue_id=clue.pk, reason=told)
    telling.tell(at=at)


def stop_working(at: datetime) -> None:
    """Some of the officer's members are told to have retired or lost their work."""
    chosen = workers(workplace(), AMONG)[-len(STOPPED) :]
    with whole():
        for person, status in zip(chosen, STOPPED, strict=False):
            Person.objects.using("bulk").filter(pk=person.pk).update(work_status=status, changed_at=at)
