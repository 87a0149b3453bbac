"""What lists do in the background. Jobs carry ids only; who asked is read from the record."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import override
from procrastinate.contrib.django import app

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registers.models import Row, Sheet
from zhijia.registers.services import alarming, lists, refreshing, texting
from zhijia.registers.services.sheets import runs, work


@app.task(name=runs.JOB, queue="slow")
def work_sheet(sheet_id: int) -> None:
    """Check, write or take back the rows of a sheet. Done once, however often it is delivered."""
    with transaction.atomic(using="bulk"):
        user_id = Sheet.objects.using("bulk").values_list("user_id", flat=True).get(pk=sheet_id)
    language = User.objects.filter(pk=user_id).values_list("language", flat=True).first()
    actor = Actor(user_id=user_id, channel="job", request_id=f"sheet-{sheet_id}")
    with override(language or "zh-hans"):
        work.work(actor=actor, at=days.now(), sheet_id=sheet_id)


@app.task(name=texting.JOB, queue="slow")
def read_texts(register_id: int, row_id: str) -> None:
    """What the files of a row say is read, so that words in them find it. Twice is once."""
    with transaction.atomic(using="bulk"):
        rows = Row.objects.using("bulk").filter(register_id=register_id, pk=row_id)
        user_id = rows.values_list("changed_by", flat=True).first()
    actor = Actor(user_id=user_id, channel="job", request_id=f"text-{row_id[:20]}")
    texting.read(actor=actor, at=days.now(), register_id=register_id, row_id=UUID(row_id))


@app.task(name="registers.bring_up", queue="slow")
def bring_up(code: str) -> None:
    """A list stands under the version in force: its rows are read by that version's rule, all or none. Twice is
    once."""
    lists.bring_up(code, at=days.now())
    refreshing.refresh(code=code, at=days.now())


@app.periodic(cron="23 16 * * *")
@app.task(name="registers.daily", queue="slow", queueing_lock="registers.daily")
def daily(timestamp: int) -> None:
    """Soon after midnight: lists whose new version begins today stand under it; what is late is missed, and what is due
    is told."""
    at = days.now()
    for code in lists.there():
        lists.bring_up(code, at=at)
        refreshing.refresh(code=code, at=at)
    alarming.work(at=at)
