"""Clues about the made-up province: raised by the rules that are kept, and some of them answered at the officer's union."""

from datetime import datetime

from zhijia.accounts.models import User
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.registry import access
from zhijia.watches.models import Clue
from zhijia.watches.queries import clues
from zhijia.watches.services import answering, keeping, telling
from zhijia.web.demo.logins import OFFICER
from zhijia.web.demo.words import words


def make_clues(*, at: datetime) -> None:
    """Keep the rules that watches name, and answer as many clues as there are words for, once."""
    if Clue.objects.using("bulk").exists():
        return
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
