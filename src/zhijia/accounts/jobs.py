"""The work of accounts in the background."""

from datetime import timedelta

from procrastinate.contrib.django import app

from zhijia.accounts.models import Answered, Attempt, DemoSms, OneTimeCode
from zhijia.accounts.sessions import SessionStore
from zhijia.catalogue import parameters
from zhijia.kernel import days

SWEPT = ((Attempt, "at"), (OneTimeCode, "made_at"), (DemoSms, "sent_at"), (Answered, "at"))
"""What ends by itself besides sessions, and from which moment on (`Keeping.by_itself`)."""


@app.periodic(cron="17 * * * *")
@app.task(name="accounts.sweep", queue="slow", pass_context=False)
def sweep(timestamp: int) -> None:
    """Remove sessions that have ended, and tries and codes past their time. They hold digests and count for
    nothing any more; what happened stays on the trail. Can run twice, also at once."""
    SessionStore.clear_expired()
    now = days.now()
    for table, moment in SWEPT:
        kept = timedelta(days=parameters.value(table.keeping.parameter or "", day=days.business_day(now)))
        mine = table._default_manager.using("bulk" if table.personal else "default")
        mine.filter(**{f"{moment}__lt": now - kept}).delete()
