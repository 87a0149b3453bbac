"""Bench `matters`: cases from a draft through four decisions to a grant, beside the bare INSERTs of the rows they
wrote; and what waits with a million cases open, beside the bare indexed query."""

import resource
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from zhijia.kernel import benches, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.benches import Options, Result
from zhijia.kernel.context import acting
from zhijia.matters import verify
from zhijia.matters.bench import ground, waiting
from zhijia.matters.bench.ground import CODE, Ground
from zhijia.matters.bench.insert_limit import Prepared
from zhijia.matters.models import Case, Step
from zhijia.matters.services import asking, deciding, handing_in

CASES, OPEN, FEW_OPEN = 3_000, 1_000_000, 20_000
WARM, ACTS = 2, 7
AGAINST = (
    "bare INSERTs of the rows the same cases wrote, in as many transactions as people acted, without policies,"
    " same run"
)


def run(options: Options) -> Result:
    """Cases a second, in thirds, three times in turn with the limit; the median. Then the inbox."""
    began = time.monotonic()
    at = days.now()
    cases = options.rows or CASES
    options.say("Making unions, members and officers …")
    made = ground.make(at)
    members = cycle(made.members)
    wrote: list[Prepared] = []

    def through() -> float:
        options.say(f"{cases // benches.ROUNDS:,} cases through four steps …")
        began = time.perf_counter()
        ids = [_one(made, members) for _case in range(cases // benches.ROUNDS)]
        took = time.perf_counter() - began
        wrote.append(Prepared(ids))
        return took

    statements = _statements(lambda: _one(made, members))
    engine, bare = benches.alternately(through, lambda: wrote[-1].write())
    options.say("Checking …")
    wrong = [*verify.cases_are_the_facts().differences, *verify.open_cases_are_somewhere().differences]
    ended = Case.objects.using("bulk").filter(code=CODE, state=Case.State.GRANTED).count()
    if ended != 2 * benches.ROUNDS * (cases // benches.ROUNDS) + WARM:
        wrong.append(f"{ended} cases were granted.")
    inbox = waiting.run(made, OPEN if cases >= CASES else FEW_OPEN, at, options.say)
    each = cases // benches.ROUNDS
    return Result(
        bench="matters",
        rows=cases,
        seconds=time.monotonic() - began,
        rate=each / benches.median(engine),
        limit=each / benches.median(bare),
        against=AGAINST,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        violations=len(wrong) + inbox.violations,
        detail={
            "seconds": [round(took, 2) for took in engine],
            "limit_seconds": [round(took, 2) for took in bare],
            "rows_a_case": round(wrote[0].rows / each, 1),
            "transactions_a_case": round(wrote[0].transactions / each, 1),
            "statements_a_case": statements,
            "wrong": wrong[:5],
        },
        parts=(inbox,),
    )


def _statements(case: Callable[[], UUID]) -> float:
    """How many statements a case takes, and its bench's own look at where it stands: transactions and their settings
    counted in. The first ones read what a process reads once."""
    for _time in range(WARM - 1):
        case()
    count = 0

    def counting(execute: Callable[..., Any], *given: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*given)

    with connection.execute_wrapper(counting):
        case()
    return count + 2 * ACTS


def _one(made: Ground, members: Iterator[Actor]) -> UUID:
    """One case: a draft, its answers, handed in, and agreed to at four levels; each act in a transaction of its own, as
    a page does it."""
    member = next(members)
    with acting(member):
        case = asking.start(actor=member, at=days.now(), code=CODE)
    with acting(member):
        typed = {"sum": "1200", "why": "家人住院，收入减少", "ill": "yes"}
        asking.keep(actor=member, at=days.now(), case_id=case.pk, typed=typed)
    with acting(member):
        handing_in.submit(actor=member, at=days.now(), case_id=case.pk, key=uuid4())
        step = Step.objects.get(case=case, state=Step.State.ACTIVE).pk
    for officer in made.officers:
        with acting(officer):
            deciding.approve(actor=officer, at=days.now(), step_id=step)
            following = (
                Step.objects.filter(case=case, state=Step.State.ACTIVE).values_list("pk", flat=True).first()
            )
        step = following or 0
    return case.pk
