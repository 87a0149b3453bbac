"""Bench `ballot`: an election in which everybody votes over HTTP, a worker of the server is killed in the middle,
and the ballots are counted. A violation is a ballot lost, counted twice, or counted for another."""

import asyncio
import os
import random
import resource
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import islice
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.db import connections
from django.urls import reverse

from zhijia.kernel import benches, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.benches import Options, Result
from zhijia.kernel.context import acting
from zhijia.kernel.errors import Refusal
from zhijia.questionnaires.models import Poll, Receipt, Voter
from zhijia.questionnaires.queries import box
from zhijia.questionnaires.services import counting, preparing, rolls
from zhijia.web.bench import client, electorate
from zhijia.web.bench.electorate import Electorate
from zhijia.web.bench.serving import Served, serving

VOTERS, CLIENTS = 100_000, 16
SEATS, STAND = 3, 5
TWICE = 50
"""Of so many voters one posts the ballot a second time."""
PATIENCE, PAUSE = 60.0, 0.05
BARE = 3.0
"""Seconds in which the bare page is asked for, after each third of the votes."""
AGAINST = (
    "the platform's barest answer to somebody logged in: session, account, context, rights, and a redirect without a"
    " template; same server, same clients, in turn"
)
TOKEN = "b" * 32
Vote = tuple[str, tuple[int, ...]]


@dataclass(slots=True)
class Run:
    """The poll; what came back: milliseconds of the good answers, ballots sent again, answers that were none."""

    poll: Poll
    milliseconds: list[float] = field(default_factory=list)
    again: int = 0
    refused: int = 0
    killed: int = 0


def run(options: Options) -> Result:
    """Votes a second over HTTP, how long counting took, and whether every ballot counts once."""
    began, many = time.monotonic(), max(options.rows or VOTERS, benches.ROUNDS)
    at = days.now()
    options.say(f"{many:,} members and a poll …")
    here = electorate.made(many, at)
    ready = time.monotonic() - began
    poll = _opened(here, at)
    chance = random.Random(7)  # noqa: S311 - whom somebody votes for in a bench
    marks = [
        tuple(sorted(chance.sample(range(1, STAND + 1), chance.randint(0, SEATS)))) for _key in here.keys
    ]
    state, left = Run(poll), iter(list(zip(here.keys, marks, strict=True)))
    each = -(-many // benches.ROUNDS)
    options.say("Everybody votes …")
    with serving("zhijia.web.wsgi:application", options.environment, "--respawn-failed-workers") as served:

        def votes() -> float:
            some = list(islice(left, each))
            return benches.seconds_of(lambda: asyncio.run(_everybody(served, state, some)))

        def bare() -> float:
            asked = client.drive(
                served.port,
                reverse("web:welcome"),
                cookie=here.keys[0],
                clients=CLIENTS,
                seconds=BARE,
                good=HTTPStatus.FOUND,
            )
            return asked.rate

        took, limits = benches.alternately(votes, bare)
    options.say("Counting …")
    tally, violations = _counted(here.officer, poll, marks)
    ordered = sorted(state.milliseconds)
    return Result(
        bench="ballot",
        rows=many,
        seconds=time.monotonic() - began,
        rate=many / sum(took),
        limit=benches.median(limits),
        against=AGAINST,
        p95_ms=ordered[int(len(ordered) * 0.95)] if ordered else 0.0,
        peak_mb=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        violations=violations + state.refused,
        detail={
            "clients": CLIENTS,
            "prepared_seconds": round(ready, 2),
            "rates": [round(each / one, 1) for one in took],
            "limits": [round(one, 1) for one in limits],
            "tally_seconds": round(tally, 2),
            "tally_rate": round(many / tally, 1),
            "sent_again": state.again,
            "workers_killed": state.killed,
            "rate": "ballots in the box a second, the kill and its repeats included",
        },
    )


def _opened(here: Electorate, at: datetime) -> Poll:
    """An election in which the first members stand and all vote."""
    with acting(here.officer) as officer:
        poll = preparing.make(
            actor=officer, at=at, once=uuid4(), union=here.union, code="audit_committee_election", title="Bench",
            opens_at=at, closes_at=at + timedelta(days=1), seats=SEATS,
        )  # fmt: skip
        for place in range(STAND):
            number = electorate.number(place)
            preparing.add_candidate(actor=officer, at=at, poll_id=poll.pk, number=number)
        rolls.write_down(actor=officer, at=at, poll_id=poll.pk)
        preparing.open_poll(actor=officer, at=at, poll_id=poll.pk)
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE questionnaires_voter")
    return poll


async def _everybody(served: Served, state: Run, some: Sequence[Vote]) -> None:
    """These vote; half-way through the second third of all one worker is killed."""
    when = len(state.milliseconds) + len(some) // 2 if state.milliseconds and not state.killed else None
    kill = asyncio.create_task(_kill(served, state, when)) if when is not None else None
    left = iter(some)
    await asyncio.gather(*(_voters(served.port, state, left) for _client in range(CLIENTS)))
    if kill is not None and kill.done():
        await kill
    elif kill is not None:
        kill.cancel()


async def _kill(served: Served, state: Run, when: int) -> None:
    while len(state.milliseconds) < when:
        await asyncio.sleep(PAUSE)
    workers = served.workers()
    if not workers:
        raise Refusal("bench_server", "The server of the bench has no worker to kill.")
    os.kill(workers[0], signal.SIGKILL)
    state.killed += 1


async def _voters(port: int, state: Run, left: Iterator[Vote]) -> None:
    """One client after the other's voters: who gets no answer sends the same ballot again."""
    connection = None
    path = reverse("questionnaires:vote", args=[state.poll.pk])
    for place, (key, chosen) in enumerate(left):
        body = _request(path, key, chosen)
        for turn in range(2 if place % TWICE == 0 else 1):
            sent, end = time.perf_counter(), time.monotonic() + PATIENCE
            while True:
                try:
                    connection = connection or await asyncio.open_connection("127.0.0.1", port)
                    connection[1].write(body)
                    status, _said = await client.answer(connection[0])
                    break
                except (OSError, EOFError, asyncio.IncompleteReadError):
                    connection, state.again = None, state.again + 1
                    if time.monotonic() > end:
                        raise Refusal("bench_server", "The server of the bench answers no more.") from None
                    await asyncio.sleep(PAUSE)
            if status != HTTPStatus.FOUND:
                state.refused += 1
            elif turn == 0:
                state.milliseconds.append((time.perf_counter() - sent) * 1000)
    if connection is not None:
        connection[1].close()


def _request(path: str, key: str, chosen: tuple[int, ...]) -> bytes:
    said = {"csrfmiddlewaretoken": TOKEN, "step": "cast", **{f"audit.{number}": "for" for number in chosen}}
    body = urlencode(said).encode()
    head = [
        f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: text/html", f"Content-Length: {len(body)}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Cookie: {settings.SESSION_COOKIE_NAME}={key}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
    ]  # fmt: skip
    return ("\r\n".join(head) + "\r\n\r\n").encode() + body


def _counted(officer: Actor, poll: Poll, marks: list[tuple[int, ...]]) -> tuple[float, int]:
    """How long counting took, and what is not as it was voted: ballots, receipts, marks on the roll, votes."""
    many = len(marks)
    with acting(officer):
        there = box.count(poll.pk)
        seconds = benches.seconds_of(lambda: counting.count(actor=officer, at=days.now(), poll_id=poll.pk))
        poll.refresh_from_db()
        here = Voter.objects.filter(poll=poll, way=Voter.Way.HERE).count()
    receipts = Receipt.objects.filter(poll=poll).count()
    voted = Counter(str(number) for chosen in marks for number in chosen)
    found = {item: count for _question, item, said, count in poll.result["lines"] if said == "for"}
    wrong = sum(abs(voted[item] - found.get(item, 0)) for item in voted)
    connections.close_all()
    return seconds, abs(there - many) + abs(here - many) + abs(receipts - many) + wrong
