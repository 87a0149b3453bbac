"""Bench `ballot`: an election in which everybody votes over HTTP, a worker of the server is killed in the middle,
and the ballots are counted. A violation is a ballot lost, counted twice, or counted for another."""

import asyncio
import hashlib
import os
import random
import resource
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections, transaction
from django.urls import reverse

from zhijia.accounts.models import Session, User
from zhijia.accounts.services import create_user
from zhijia.accounts.sessions import SessionStore, key_hash
from zhijia.kernel import benches, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.benches import Options, Result
from zhijia.kernel.context import acting
from zhijia.kernel.errors import Refusal
from zhijia.questionnaires.models import Poll, Receipt, Voter
from zhijia.questionnaires.queries import box
from zhijia.questionnaires.services import counting, preparing, rolls
from zhijia.registry import tree
from zhijia.registry.models import Membership, Person, Union
from zhijia.registry.services import grants
from zhijia.web.bench import client
from zhijia.web.bench.serving import Served, serving

VOTERS, CLIENTS, CHUNK = 100_000, 16, 5_000
SEATS, STAND = 3, 5
TWICE = 50
"""Of so many voters one posts the ballot a second time."""
PATIENCE, PAUSE = 60.0, 0.05
AGAINST = "an empty Django view without middleware, same server, same run"
TOKEN = "b" * 32


@dataclass(slots=True)
class Run:
    """The voters with their sessions and marks; what came back."""

    poll: Poll
    left: Iterator[tuple[str, tuple[int, ...]]]
    milliseconds: list[float] = field(default_factory=list)
    again: int = 0
    refused: int = 0


def run(options: Options) -> Result:
    """Votes a second over HTTP, how long counting took, and whether every ballot counts once."""
    began, many = time.monotonic(), options.rows or VOTERS
    at = days.now()
    options.say(f"{many:,} members and a poll …")
    officer, poll, keys = _ground(many, at)
    chance = random.Random(7)  # noqa: S311 - whom somebody votes for in a bench
    marks = [tuple(sorted(chance.sample(range(1, STAND + 1), chance.randint(0, SEATS)))) for _key in keys]
    state = Run(poll, iter(list(zip(keys, marks, strict=True))))
    options.say("Everybody votes …")
    with (
        serving("zhijia.web.wsgi:application", options.environment, "--respawn-failed-workers") as served,
        serving("zhijia.web.bench.empty:application", options.environment) as empty,
    ):
        first = time.perf_counter()
        asyncio.run(_everybody(served, state, many))
        seconds = time.perf_counter() - first
        limit = client.drive(empty.port, "/", clients=CLIENTS, seconds=2.0).rate
    options.say("Counting …")
    tally, violations = _counted(officer, poll, marks)
    ordered = sorted(state.milliseconds)
    return Result(
        bench="ballot",
        rows=many,
        seconds=time.monotonic() - began,
        rate=many / seconds,
        limit=limit,
        against=AGAINST,
        p95_ms=ordered[int(len(ordered) * 0.95)] if ordered else 0.0,
        peak_mb=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        violations=violations + state.refused,
        detail={
            "clients": CLIENTS,
            "tally_seconds": round(tally, 2),
            "tally_rate": round(many / tally, 1),
            "sent_again": state.again,
            "workers_killed": 1,
            "rate": "ballots in the box a second, the kill and its repeats included",
        },
    )


def _ground(many: int, at: datetime) -> tuple[Actor, Poll, list[str]]:
    """A union with so many members, each logged in, and an open election; the officer, the poll, the sessions."""
    founder = Actor(None, "command", "bench")
    with transaction.atomic(), acting(founder):
        union = Union.objects.create(
            code="340103-000001", name="Bench", type="50", level=Union.Level.GRASSROOTS, division="340103000000",
            founded_on=date(2020, 1, 1),
        )  # fmt: skip
        tree.rebuild()
        union.refresh_from_db()
        users = [
            create_user(actor=founder, at=at, login=name, password="Yulan-shu-48", staff=True)  # noqa: S106
            for name in ("a", "b")
        ]
    with transaction.atomic(), acting(Actor(users[1].pk, "command", "bench")) as giver:
        grants.write(at=at, user_id=users[0].pk, role="grassroots_officer", union=union, given_by=giver)
    keys = [
        key for start in range(0, many, CHUNK) for key in _members(union, min(CHUNK, many - start), start, at)
    ]
    officer = Actor(users[0].pk, "command", "bench", stepped_up=True)
    with acting(officer):
        poll = preparing.make(
            actor=officer, at=at, once=uuid4(), union=union, code="audit_committee_election", title="Bench",
            opens_at=at, closes_at=at + timedelta(days=1), seats=SEATS,
        )  # fmt: skip
        for number in range(STAND):
            preparing.add_candidate(actor=officer, at=at, poll_id=poll.pk, number=_number(number))
        rolls.write_down(actor=officer, at=at, poll_id=poll.pk)
        preparing.open_poll(actor=officer, at=at, poll_id=poll.pk)
    return officer, poll, keys


def _members(union: Union, many: int, start: int, at: datetime) -> list[str]:
    """Some members with an account and a session each; the keys of the sessions."""
    people = [
        Person(
            name="Bench",
            name_initials="b",
            union_id=union.pk,
            county_id=union.county_id,
            real_name_level=2,
            changed_at=at,
        )
        for _one in range(many)
    ]
    with transaction.atomic(using="bulk"):
        Person.objects.using("bulk").bulk_create(people)
        Membership.objects.using("bulk").bulk_create(
            Membership(
                person_id=person.pk, member_number=_number(start + place), status="10", joined_on=date(2022, 1, 1),
                valid_from=date(2022, 1, 1), channel="page", union_id=union.pk, county_id=union.stands_in,
            )
            for place, person in enumerate(people)
        )  # fmt: skip
        users = User.objects.using("bulk").bulk_create(
            User(login=f"m{start + place}", password="!", person_id=person.pk, created_at=at)  # noqa: S106
            for place, person in enumerate(people)
        )
        keys = [hashlib.sha256(f"bench {user.pk}".encode()).hexdigest()[:32] for user in users]
        store = SessionStore()
        Session.objects.using("bulk").bulk_create(
            Session(
                key_hash=key_hash(key), user_id=user.pk, expires_at=at + timedelta(days=1), idle_seconds=0,
                seen_at=at, created_at=at, address="", device="",
                data=store.encode(
                    {
                        SESSION_KEY: str(user.pk),
                        BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
                        HASH_SESSION_KEY: user.get_session_auth_hash(),
                    }
                ),
            )
            for user, key in zip(users, keys, strict=True)
        )  # fmt: skip
    return keys


def _number(place: int) -> str:
    return f"M{place:015d}"


async def _everybody(served: Served, state: Run, many: int) -> None:
    """Everybody votes; half-way one worker is killed."""
    kill = asyncio.create_task(_kill(served, state, many // 2))
    await asyncio.gather(*(_voters(served.port, state) for _client in range(CLIENTS)))
    if kill.done():
        await kill
    kill.cancel()


async def _kill(served: Served, state: Run, when: int) -> None:
    while len(state.milliseconds) < when:
        await asyncio.sleep(PAUSE)
    workers = served.workers()
    if not workers:
        raise Refusal("bench_server", "The server of the bench has no worker to kill.")
    os.kill(workers[0], signal.SIGKILL)


async def _voters(port: int, state: Run) -> None:
    """One client after the other's voters: who gets no answer sends the same ballot again."""
    connection = None
    path = reverse("questionnaires:vote", args=[state.poll.pk])
    for place, (key, chosen) in enumerate(state.left):
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
