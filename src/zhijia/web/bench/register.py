"""Bench `registry-read`: a demo province of any size, and what is asked of it (`registry.bench.reading`)."""

import time

from django.db import transaction

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.benches import Options, Result
from zhijia.registry.bench import reading
from zhijia.web.demo.loading import load
from zhijia.web.demo.logins import REVIEWER, counties, make_logins
from zhijia.web.demo.plan import FEWEST_UNIONS, MEMBERS, UNIONS, Plan

SEED = 7


def run(options: Options) -> Result:
    """Load a province of as many members as rows are asked for (all of it unless said), and ask."""
    began = time.monotonic()
    rows = options.rows or MEMBERS
    plan = Plan(unions=max(FEWEST_UNIONS, round(UNIONS * rows / MEMBERS)), members=rows, seed=SEED)
    make(plan, options)
    options.say(f"Loaded in {time.monotonic() - began:,.0f} s.")
    return measure_loaded(options, began=began)


def make(plan: Plan, options: Options) -> None:
    """The province of this plan with its log-ins; nothing waits there."""
    at = days.now()
    load(plan, at=at, say=options.say, people_at_work=False)
    with transaction.atomic():
        make_logins(at=at)


def measure_loaded(options: Options, *, began: float | None = None) -> Result:
    """Ask the demo province the connections point at, whatever loaded it; nothing of it is changed."""
    readers = reading.Readers(
        province=_at_work("province"), county=_at_work(REVIEWER), county_union=counties()[0]
    )
    return reading.measure(readers, options, began=time.monotonic() if began is None else began)


def _at_work(login: str) -> Actor:
    return Actor(User.objects.get(login=login).pk, "demo", "bench", stepped_up=True)
