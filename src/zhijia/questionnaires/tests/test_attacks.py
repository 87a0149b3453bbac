"""Somebody who may read every table of the database, every log line and every published file tries to join voters to
their ballots, while the poll is open and after it was counted. Each voter votes for a candidate of their own, so that
a right guess is a hit: by chance there is one hit in all."""

import hashlib
import logging
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import ProgrammingError, connections, transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.questionnaires.models import Poll
from zhijia.questionnaires.tests.world import LATER, Hall, hall
from zhijia.registry.tests.world import AT

MANY = 16
BY_CHANCE = 9
"""Hits a guesser has by chance less than once in a million tries; whoever can join the halves has 16."""
Sql = Callable[..., list[Any]]


class Lines(logging.Handler):
    """What the log says, whole."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(f"{record.getMessage()} {record.__dict__}")


@dataclass
class Voted:
    """An election of one by many, each voter for a candidate of their own, and what somebody saw who looked at the
    database while the poll was open. `order` is that of the votes, which the attacker is given."""

    made: Hall
    poll: Poll
    chosen: dict[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)
    box: list[Any] = field(default_factory=list)
    roll: list[Any] = field(default_factory=list)
    marked: dict[str, int] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def hits(self, people: Iterable[str], found: Iterable[str]) -> int:
        """How many of these guesses are right: the one voted for the other."""
        return sum(self.chosen[person] == number for person, number in zip(people, found, strict=True))


@pytest.fixture(scope="module")
def voted(committed_for_file: None) -> Iterator[Voted]:
    """The poll: voted in over HTTP, looked at while open, then counted."""
    log, requests = Lines(), logging.getLogger("zhijia.request")
    requests.addHandler(log)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(days, "now", lambda: AT)
        with transaction.atomic():
            made = hall(MANY)
            poll = made.poll("worker_director_election", seats=1, stand=MANY)
        found = Voted(made, poll, log=log.told)
        _vote(found)
        _look(found)
        with transaction.atomic():
            made.count(poll, at=LATER)
    requests.removeHandler(log)
    return found


def _vote(voted: Voted) -> None:
    numbers, places, chance = [str(n) for n in range(1, MANY + 1)], list(range(MANY)), random.Random(7)
    chance.shuffle(numbers)
    chance.shuffle(places)
    page = reverse("questionnaires:vote", args=[voted.poll.pk])
    for place in places:
        actor, typed = voted.made.voters[place], {f"director.{numbers[place]}": "for"}
        client = Client()
        client.force_login(User.objects.get(pk=actor.user_id))
        assert client.post(page, {"step": "look", **typed}).status_code == 200
        assert client.post(page, {"step": "cast", **typed}).status_code == 302
        shown = client.get(reverse("questionnaires:poll", args=[voted.poll.pk])).content.decode()
        voted.chosen[str(actor.person_id)] = numbers[place]
        voted.order.append(str(actor.person_id))
        voted.receipts[shown.split('poll-receipt">')[1][:14]] = str(actor.person_id)


def _look(voted: Voted) -> None:
    """Everything somebody sees who reads all tables as their owner."""
    with connections["owner"].cursor() as cursor:

        def rows(text: str) -> list[Any]:
            cursor.execute(text)
            return cursor.fetchall()

        voted.box = rows(
            "SELECT slot::text, sealed, xmin::text FROM questionnaires_ballot ORDER BY xmin::text::bigint"
        )
        voted.roll = rows(
            "SELECT person_id::text, id::text, way, xmin::text, xmax::text FROM questionnaires_voter"
        )
        cast = {xid for _slot, _sealed, xid in voted.box}
        for (table,) in rows(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind = 'r'"
        ):
            found = sum(
                born in cast or ended in cast
                for born, ended in rows(f"SELECT xmin::text, xmax::text FROM {table}")
            )
            if found:
                voted.marked[table] = found


def fors(owner_sql: Sql, poll: Poll, order: str) -> list[str]:
    """The candidates voted for, in an order of the published lines."""
    rows = owner_sql(
        f"SELECT item FROM questionnaires_strip WHERE poll_id = %s AND said = 'for' ORDER BY {order}",
        [poll.pk],
    )
    return [item for (item,) in rows]


def test_a_vote_marks_one_row_of_the_box_and_no_other_row_of_the_database(voted: Voted) -> None:
    """By xmin and xmax: no row anywhere was made, changed or locked by a transaction that put a ballot in."""
    assert len({xid for _slot, _sealed, xid in voted.box}) == MANY
    assert voted.marked == {"questionnaires_ballot": MANY}


def test_the_box_of_an_open_poll_says_nothing_of_what_was_voted(voted: Voted) -> None:
    slots = {slot.replace("-", "") for slot, _sealed, _xid in voted.box}
    texts = b"".join(bytes(sealed) for _slot, sealed, _xid in voted.box)

    assert len({len(bytes(sealed)) for _slot, sealed, _xid in voted.box}) == 1, "their length tells nothing"
    assert b"director" not in texts
    assert b'"for"' not in texts
    for person, key, *_more in voted.roll:
        for plain in (person, key, f"person:{person}", f"slot:{voted.poll.pk}:person:{person}"):
            digests = {
                hashlib.new(name, plain.encode()).hexdigest()[:32] for name in ("md5", "sha1", "sha256")
            }
            assert not digests & slots


def test_the_roll_says_nothing_of_who_has_voted_while_the_poll_is_open(voted: Voted) -> None:
    assert {way for _person, _key, way, _born, _ended in voted.roll} == {""}
    assert len({born for _person, _key, _way, born, _ended in voted.roll}) == 1
    assert {ended for *_rest, ended in voted.roll} == {"0"}, "nobody locked a row of the roll"


@pytest.mark.parametrize(
    "order", ["ctid", "id", "xmin::text::bigint, ctid", "xmin::text::bigint DESC, ctid DESC"]
)
def test_the_order_of_the_counted_lines_tells_nothing(voted: Voted, owner_sql: Sql, order: str) -> None:
    found = fors(owner_sql, voted.poll, order)
    by_slot = [voted.order[place] for place in sorted(range(MANY), key=lambda place: voted.box[place][0])]

    assert voted.hits(voted.order, found) <= BY_CHANCE, "by the order of the votes"
    assert voted.hits(reversed(voted.order), found) <= BY_CHANCE
    assert voted.hits(by_slot, found) <= BY_CHANCE, "by the order of the box"
    for roll in ("ctid", "id", "person_id", "xmin::text::bigint, ctid"):
        people = owner_sql(f"SELECT person_id::text FROM questionnaires_voter ORDER BY {roll}")
        assert voted.hits([person for (person,) in people], found) <= BY_CHANCE, roll


def test_receipts_lead_from_nobody_to_no_line(voted: Voted, owner_sql: Sql) -> None:
    found = fors(owner_sql, voted.poll, "id")

    for order in ("ctid", "id", "code"):
        codes = owner_sql(f"SELECT code FROM questionnaires_receipt ORDER BY {order}")
        assert voted.hits([voted.receipts[code] for (code,) in codes], found) <= BY_CHANCE, order
    ids = {key for (key,) in owner_sql("SELECT id FROM questionnaires_receipt")}
    assert not ids & {key for (key,) in owner_sql("SELECT id FROM questionnaires_strip")}


def test_after_the_count_nothing_is_left_to_open(voted: Voted, owner_sql: Sql) -> None:
    for table in ("questionnaires_ballot", "questionnaires_secret", "questionnaires_draft"):
        assert owner_sql(f"SELECT count(*) FROM {table}") == [(0,)], table
    assert len(owner_sql("SELECT DISTINCT xmin::text FROM questionnaires_strip")) == 1
    ways = owner_sql("SELECT way, count(DISTINCT xmin::text) FROM questionnaires_voter GROUP BY way")
    assert ways == [("here", 1)], "who took part was written down in one statement"


def test_the_trail_the_facts_and_kept_answers_say_nothing_of_a_vote(voted: Voted, owner_sql: Sql) -> None:
    voters = {actor.user_id for actor in voted.made.voters}
    people = {str(actor.person_id) for actor in voted.made.voters}

    trail = owner_sql("SELECT action, user_id, person_id::text FROM audit_entry WHERE subject = 'poll'")
    assert {action for action, _user, _person in trail} == {
        "poll.make", "poll.candidate", "poll.roll", "poll.open", "poll.count",
    }  # fmt: skip
    assert not {user for _action, user, _person in trail} & voters
    assert not {person for _action, _user, person in trail} & people
    assert owner_sql("SELECT count(*) FROM facts_fact WHERE record = 'poll' AND person_id IS NOT NULL") == [
        (0,)
    ]
    assert owner_sql("SELECT count(*) FROM accounts_answered") == [(0,)]


def test_the_log_names_nobody_and_tells_no_choice(voted: Voted) -> None:
    ours = [line for line in voted.log if "polls/" in line]

    assert len(ours) == 3 * MANY
    for line in ours:
        assert "director" not in line
        assert not any(str(actor.person_id) in line for actor in voted.made.voters)
        assert not any(slot in line for slot, _sealed, _xid in voted.box)
        assert not any(code in line for code in voted.receipts)


@pytest.mark.parametrize("alias", ["default", "bulk"])
@pytest.mark.parametrize("table", ["questionnaires_ballot", "questionnaires_secret"])
def test_nobody_but_the_owner_reads_the_box(voted: Voted, alias: str, table: str) -> None:
    with (
        pytest.raises(ProgrammingError),
        transaction.atomic(using=alias),
        connections[alias].cursor() as cursor,
    ):
        cursor.execute(f"SELECT count(*) FROM {table}")
