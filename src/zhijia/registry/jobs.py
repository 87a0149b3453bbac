"""The registry's work in the background. Jobs carry ids only; who asked is read from the record."""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import override
from procrastinate.contrib.django import app

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registry.models import RosterImport
from zhijia.registry.services import terms
from zhijia.registry.services.imports import runs, work


@app.task(name=runs.CHECK, queue="slow")
def check_roster(import_id: int) -> None:
    """Check a roster that was sent. Done once, however often it is delivered."""
    _in_the_name_of_who_asked(import_id, work.check)


@app.task(name=runs.APPLY, queue="slow")
def apply_roster(import_id: int) -> None:
    """Write a roster that was confirmed. Done once, however often it is delivered."""
    _in_the_name_of_who_asked(import_id, work.apply)


@app.task(name=runs.UNDO, queue="slow")
def undo_roster(import_id: int) -> None:
    """Take an import back. Done once, however often it is delivered."""
    _in_the_name_of_who_asked(import_id, work.undo)


@app.periodic(cron="7 1 * * *")
@app.task(name="registry.watch_terms", queue="slow", pass_context=False)
def watch_terms(timestamp: int) -> None:
    """Tell officers whose term comes to its end. Again on the same day it tells nobody twice."""
    terms.raise_alarms(at=days.now())


def _in_the_name_of_who_asked(import_id: int, do: Callable[..., RosterImport]) -> None:
    with transaction.atomic(using="bulk"):
        user_id = RosterImport.objects.using("bulk").values_list("user_id", flat=True).get(pk=import_id) or 0
    actor = Actor(user_id=user_id, channel="job", request_id=f"roster-{import_id}")
    language = User.objects.filter(pk=user_id).values_list("language", flat=True).first()
    with override(language or "zh-hans"):
        do(actor=actor, at=days.now(), import_id=import_id)
