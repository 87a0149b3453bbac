"""Bench `pages`: five main pages over granian beside an empty Django view over the same server, on one machine."""

import resource
import subprocess
import sys
import time
from functools import partial
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.urls import reverse

from zhijia.accounts.entries import BACKEND
from zhijia.accounts.models import User
from zhijia.kernel import benches, days
from zhijia.kernel.benches import Options, Result
from zhijia.kernel.errors import Refusal
from zhijia.web.bench import client
from zhijia.web.bench.client import Tally
from zhijia.web.bench.serving import WORKERS, serving
from zhijia.web.demo.loading import load
from zhijia.web.demo.logins import MEMBER, OFFICER, workers, workplace
from zhijia.web.demo.plan import Plan

MEMBERS, UNIONS_OF = 100_000, 88
"""Members of the bench's province, and how many of them a union has on average."""
CLIENTS, SECONDS = 8, 1.5
AGAINST = "an empty Django view without middleware, same server, same run"


def run(options: Options) -> Result:
    """Requests a second and p95 of each page, three times in turn with the empty view; the median."""
    began = time.monotonic()
    plan = Plan(
        unions=max(100, (options.rows or MEMBERS) // UNIONS_OF), members=options.rows or MEMBERS, seed=7
    )
    load(plan, at=days.now(), say=options.say)
    options.say("Gathering static files and starting two servers …")
    gather = [sys.executable, "-m", "zhijia.web", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(gather, env=dict(options.environment), check=True, stdout=sys.stderr)  # noqa: S603
    with (
        serving("zhijia.web.wsgi:application", options.environment) as ours,
        serving("zhijia.web.bench.empty:application", options.environment) as empty,
    ):
        parts = tuple(
            _page(name, path, cookie, ours.port, empty.port, plan.members, options)
            for name, (path, cookie) in _pages().items()
        )
    mixed = len(parts) / sum(1 / max(part.rate, 0.001) for part in parts)
    return Result(
        bench="pages",
        rows=plan.members,
        seconds=time.monotonic() - began,
        rate=mixed,
        limit=benches.median([part.limit for part in parts]),
        against=AGAINST,
        p95_ms=max(part.p95_ms or 0.0 for part in parts),
        peak_mb=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        violations=sum(part.violations for part in parts),
        detail={
            "clients": CLIENTS, "seconds_each": SECONDS, "rounds": benches.ROUNDS, "workers": WORKERS,
            "rate": "as many of each page", "p95_ms": "of the slowest page", "unions": plan.unions,
            "peak_mb": "of the largest server process",
        },
        parts=parts,
    )  # fmt: skip


def _pages() -> dict[str, tuple[str, str]]:
    """The pages by name: where, and the session of who asks."""
    work = workplace()
    person = workers(work, 2)[1]
    officer, province = _session(OFFICER), _session("province")
    return {
        "member home": (reverse("web:home_member"), _session(MEMBER)),
        "members table": (reverse("registry:members", args=[work.code]), officer),
        "person page": (reverse("registry:person", args=[person.pk]), officer),
        "union tree": (reverse("registry:unions"), province),
        "province home": (reverse("web:home_province"), province),
    }


def _page(name: str, path: str, cookie: str, port: int, empty: int, members: int, options: Options) -> Result:
    options.say(f"{name}: {path}")
    status, body = client.ask(port, path, cookie=cookie)
    if status != 200:
        raise Refusal("bench_page", f"The page {path} answered {status}: {body[:200]}")
    asked = partial(client.drive, clients=CLIENTS, seconds=SECONDS)
    pages, empties = benches.alternately(
        partial(asked, port, path, cookie=cookie), partial(asked, empty, "/")
    )
    ours: list[Tally] = pages
    return Result(
        bench=name,
        rows=members,
        seconds=sum(tally.seconds for tally in ours),
        rate=benches.median([tally.rate for tally in ours]),
        limit=benches.median([tally.rate for tally in empties]),
        against=AGAINST,
        p95_ms=benches.median([tally.p95 for tally in ours]),
        peak_mb=0,
        violations=sum(tally.wrong for tally in ours),
        detail={"requests": sum(len(tally.milliseconds) for tally in ours), "letters": len(body)},
    )


def _session(login: str) -> str:
    """A session as a log-in leaves it."""
    user = User.objects.get(login=login)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = BACKEND
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)
