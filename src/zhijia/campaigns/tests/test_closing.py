"""Closing meets what is given and sent at the same moment, what is owed by a union that is no more, and bad input."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from zhijia.campaigns import verify, versions
from zhijia.campaigns.models import Drive, Entry, Piece
from zhijia.campaigns.queries import returns
from zhijia.campaigns.services import opening, returning
from zhijia.campaigns.tests.test_drives import WEEK, weekly
from zhijia.campaigns.tests.world import TODAY, Season, days_on, season
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry.tests.world import AT

_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0"


@pytest.fixture
def made(committed: None) -> Season:
    return season()


class Meeting:
    """Two people on two connections: the first has acted and not committed when the second acts; it commits once the
    second waits for it, or is through without having waited."""

    def __init__(self, made: Season) -> None:
        self._made = made
        self._acted, self._through = threading.Event(), threading.Event()
        self.said: dict[str, str] = {}

    def of(self, first: Callable[[], Any], second: Callable[[], Any], by: tuple[str, str]) -> dict[str, str]:
        """What each was told: their refusal's code, or nothing."""
        people = [
            threading.Thread(target=self._do, args=("first", by[0], first, self._acted, self._seen)),
            threading.Thread(
                target=self._do, args=("second", by[1], self._after(second), self._through, None)
            ),
        ]
        for one in people:
            one.start()
        for one in people:
            one.join()
        return self.said

    def _after(self, act: Callable[[], Any]) -> Callable[[], Any]:
        def then() -> Any:
            self._acted.wait()
            return act()

        return then

    def _do(self, who: str, name: str, act: Callable[[], Any], over: threading.Event, wait: Any) -> None:
        try:
            with self._made.at_work(name):
                act()
                over.set()
                if wait:
                    wait()
            self.said[who] = ""
        except Refusal as refused:
            self.said[who] = refused.code
        finally:
            over.set()
            connections.close_all()

    def _seen(self) -> None:
        while not self._through.is_set():
            with whole() as cursor:
                cursor.execute(_WAITS)
                if cursor.fetchone()[0]:
                    return


def closes(made: Season, drive: Drive) -> Callable[[], Any]:
    return lambda: opening.close(actor=made.world.actors["province"], at=AT, drive_id=drive.pk)


def sends(made: Season, piece: Piece) -> Callable[[], Any]:
    return lambda: returning.send(
        actor=made.world.actors["luyang"], at=AT, piece_id=piece.pk, answers={"any": False}
    )


def test_a_return_that_is_sent_before_the_drive_closes_is_in_the_report(made: Season) -> None:
    drive = weekly(made)
    piece = made.pieces(drive, "week", "luyang")[0]

    said = Meeting(made).of(sends(made, piece), closes(made, drive), ("luyang", "province"))

    drive.refresh_from_db()
    assert said == {"first": "", "second": ""}
    assert drive.report["things"][0]["done"] == 1


def test_a_return_that_is_sent_while_the_drive_closes_is_refused(made: Season) -> None:
    drive = weekly(made)
    piece = made.pieces(drive, "week", "luyang")[0]

    said = Meeting(made).of(closes(made, drive), sends(made, piece), ("province", "luyang"))

    piece.refresh_from_db(using="bulk")
    drive.refresh_from_db()
    assert said == {"first": "", "second": "drive_not_open"}
    assert (piece.state, drive.report["things"][0]["done"]) == (Piece.State.OPEN, 0)
    assert not verify.what_was_given_is_the_facts().differences


def test_a_correction_that_comes_as_the_drive_closes_is_refused_too(made: Season) -> None:
    drive = weekly(made)
    piece = made.pieces(drive, "week", "luyang")[0]
    made.do("luyang", returning.send, piece_id=piece.pk, answers=WEEK)

    def correct() -> None:
        returning.send(
            actor=made.world.actors["luyang"], at=AT, piece_id=piece.pk, answers={"any": False}, reason="更正"
        )

    said = Meeting(made).of(closes(made, drive), correct, ("province", "luyang"))

    assert said["second"] == "drive_not_open"


def test_a_return_that_a_merged_union_owed_is_sent_by_its_successor(made: Season) -> None:
    drive = weekly(made)
    shushan = made.world.unions["shushan"]
    sent, owed = made.pieces(drive, "week", "shushan")
    made.do("shushan", returning.send, piece_id=sent.pk, answers=WEEK)
    made.merge("shushan", "luyang")

    assert made.fill(drive, days_on(1)).gone == 1
    assert made.fill(drive, days_on(8)).gone == 0

    with whole():
        entry = Entry.objects.using("bulk").get(of_union_id=shushan.pk)
        there = list(Piece.objects.using("bulk").filter(entry=entry).order_by("pk"))
    luyang = made.world.unions["luyang"].pk
    assert (entry.left_why, entry.union_id) == ("merged", luyang)
    assert [(one.state, one.union_id) for one in there] == [("done", shushan.pk), ("open", luyang)]
    with pytest.raises(NotForYou):
        made.do("mill", returning.send, piece_id=owed.pk, answers=WEEK)
    answer = made.do("luyang", returning.send, piece_id=owed.pk, answers=WEEK)
    assert answer.union_id == luyang
    with made.at_work("province"):
        thing, union = versions.of(drive).things["week"], made.world.unions["province"]
        times = returns.by_time(drive, thing, union, today=TODAY)
    assert sum(came.time.sent for came in times) == 2
    assert not verify.tallies_are_the_roster().differences
    assert not verify.what_was_given_is_the_facts().differences
