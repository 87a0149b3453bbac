"""The work of files in the background."""

from django.db import connections, transaction
from procrastinate.contrib.django import app

from zhijia.files import blobs
from zhijia.files.models import StoredFile


@app.periodic(cron="*/20 * * * *")
@app.task(name="files.sweep", queue="slow", pass_context=False)
def sweep(timestamp: int) -> None:
    """Remove bytes that no row knows any more, an hour after they came. Can run twice, also at once."""
    blobs.sweep(_known)


def _known(names: list[str]) -> set[str]:
    """Which of these bytes some row has. Looks at every row there is: a row out of sight would lose its
    bytes."""
    with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        return set(StoredFile.objects.using("bulk").filter(blob__in=names).values_list("blob", flat=True))
