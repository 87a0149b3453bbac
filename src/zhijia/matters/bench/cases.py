"""Bench `matters`: cases from a draft through four decisions to a grant, beside the bare INSERTs of the rows they
wrote; and what waits with a million cases open, beside the bare indexed query."""

import resource
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import cycle
from uuid import UUID, uuid4

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
        ids = [_one(made, members, at) for _case in range(cases // benches.ROUNDS)]
        took = time.perf_counter() - began
        wrote.append(Prepared(ids))
        return took

    engine, bare = benches.alternately(through, lambda: wrote[-1].write())
    options.say("Checking …")
    wrong = [*verify.cases_are_the_facts().differences, *verify.open_cases_are_somewhere().differences]
    ended = Case.objects.using("bulk").filter(code=CODE, state=Case.State.GRANTED).count()
    if ended != 2 * benches.ROUNDS * (cases // benches.ROUNDS):
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
            "wrong": wrong[:5],
        },
        parts=(inbox,),
    )


def _one(made: Ground, members: Iterator[Actor], at: datetime) -> UUID:
    """One case: a draft, its answers, handed in, and agreed to at four levels; each act in a transaction of its own, as
    a page does it."""
    member = next(members)
    with acting(member):
        case = asking.start(actor=member, at=at, code=CODE)
    with acting(member):
        typed = {"sum": "1200", "why": "家人住院，收入减少", "ill": "yes"}
        asking.keep(actor=member, at=at, case_id=case.pk, typed=typed)
    with acting(member):
        handing_in.submit(actor=member, at=at, case_id=case.pk, key=uuid4())
        step = Step.objects.get(case=case, state=Step.State.ACTIVE).pk
    for officer in made.officers:
        with acting(officer):
            deciding.approve(actor=officer, at=at, step_id=step)
            following = (
                Step.objects.filter(case=case, state=Step.State.ACTIVE).values_list("pk", flat=True).first()
            )
        step = following or 0
    return case.pk
