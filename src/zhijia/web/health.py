"""How Zhijia is: JSON for machines at /health, open to all; a page for the people whose work it is.

/health is answered before anything opens a transaction, so that it speaks when the database does not. It
tells states, ages and sizes of the platform, nothing of its content.
"""

import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from zhijia.kernel import days
from zhijia.kernel.requests import Asked
from zhijia.registry import access
from zhijia.web.supervisor import status

PATH = "/health"
QUEUE_LATE_SECONDS = 300
SEAL_LATE_SECONDS = 900
DISK_LOW_BYTES = 1024**3
TROUBLES = {
    "child": _("A part of the platform is not running; the supervisor is starting it again."),
    "queue": _("Jobs have waited longer than five minutes."),
    "seal": _("The trail was not sealed for more than fifteen minutes."),
    "disk": _("Less than one gigabyte of disk is left. Make room before the database has to stop."),
}

PARTS = {
    "database": _("Database"),
    "web": _("Pages and API"),
    "worker": _("Jobs"),
    "office": _("Made-up office that checks names"),
    "bank": _("Made-up bank"),
    "sealer": _("Seal of the trail"),
    "sweeper": _("Look-out for jobs left behind"),
}
"""What the supervisor's children do; of several alike (`worker-1`) the number stands behind."""

_QUEUE = """
  SELECT (SELECT count(*) FROM (SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' LIMIT 10000) waiting),
    (SELECT extract(epoch FROM now() - greatest(event.at, job.scheduled_at))::int
     FROM procrastinate_jobs job
     JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
     WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
     ORDER BY job.id LIMIT 1)
"""


class Health:
    """Middleware that answers /health itself and passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != PATH:
            return self.get_response(request)
        told = measure()
        response = JsonResponse(told, status=503 if told["status"] == "down" else 200)
        response["Cache-Control"] = "no-store"
        return response


def page(request: Asked) -> HttpResponse:
    """The same for people who may see it, with words for what is not well."""
    access.require(request.actor, "health.view")
    told = measure()
    sentences = [TROUBLES[trouble.partition(":")[0]] for trouble in told["troubles"]]
    now = days.now()
    parts = [
        {
            "name": name,
            "label": _part(name),
            "running": timesince(now - timedelta(seconds=child["seconds"]), now),
            **child,
        }
        for name, child in told["children"].items()
    ]
    return render(request, "web/health.html", {"health": told, "parts": parts, "troubles": sentences})


def _part(name: str) -> str:
    """A child of the supervisor in words; its own name where it is new."""
    kind, _dash, number = name.partition("-")
    return f"{PARTS[kind]} {number}".strip() if kind in PARTS else name


def measure() -> dict[str, Any]:
    """`status` is ok, degraded (it works, somebody should look) or down (503); the rest says why."""
    database = _database()
    children = _children()
    seal = status.since_beat(settings.DATA, "sealer")
    free = shutil.disk_usage(_existing(settings.DATA)).free
    troubles = [f"child:{name}" for name, child in children.items() if child["state"] != "running"]
    if (database.get("queue") or {}).get("oldest_seconds", 0) > QUEUE_LATE_SECONDS:
        troubles.append("queue")
    if seal is not None and seal > SEAL_LATE_SECONDS:
        troubles.append("seal")
    if free < DISK_LOW_BYTES:
        troubles.append("disk")
    if not database["reachable"]:
        troubles.insert(0, "database")
    return {
        "status": "down" if not database["reachable"] else "degraded" if troubles else "ok",
        "troubles": troubles,
        "version": version("zhijia"),
        "database": {name: database[name] for name in ("reachable", "ms", "version")},
        "queue": database["queue"],
        "seal": {"seconds": None if seal is None else round(seal)},
        "disk": {"free_bytes": free},
        "children": children,
    }


def _database() -> dict[str, Any]:
    """Whether the database answers, how fast, and how long the queue is."""
    began = time.monotonic()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '2s'")
            cursor.execute("SELECT current_setting('server_version')")
            server = cursor.fetchone()[0]
            took = round((time.monotonic() - began) * 1000, 1)
            cursor.execute(_QUEUE)
            waiting, oldest = cursor.fetchone()
    except DatabaseError:
        connection.close()
        return {"reachable": False, "ms": None, "version": None, "queue": None}
    queue = {"waiting": waiting, "oldest_seconds": oldest or 0}
    return {"reachable": True, "ms": took, "version": server, "queue": queue}


def _children() -> dict[str, Any]:
    """The supervisor's children by name; empty when this machine runs without one."""
    told = status.read(settings.DATA)
    if told is None:
        return {}
    now = time.time()
    return {
        name: {"state": child["state"], "restarts": child["restarts"], "seconds": round(now - child["since"])}
        for name, child in told["children"].items()
    }


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())
