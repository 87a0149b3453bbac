"""The vault's work in the background."""

from procrastinate.contrib.django import app

from zhijia.kernel import actors, days
from zhijia.vault import services


@app.task(name="vault.rotate", queue="slow")
def rotate(request_id: str) -> None:
    """Bring every value to the current keys. Runs again from where it stopped."""
    services.rotate(actor=actors.system(request_id), at=days.now())
