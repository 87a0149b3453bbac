"""Clues: whose list they stand in, what an officer can answer, once for each cause, and that nothing is decided."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.audit.models import Entry
from zhijia.catalogue import definitions
from zhijia.kernel import actors
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.registry import access
from zhijia.registry.models import Grant, Membership, Person
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import World
from zhijia.watches import jobs, plans
from zhijia.watches.models import Clue, State, Told
from zhijia.watches.queries import clues
from zhijia.watches.services import answering, ending, keeping, seating, telling
from zhijia.watches.tests import world as ours
from zhijia.watches.tests.world import AT, TODAY

DAY = timedelta(days=1)
RETIRED = ours.rule("test.retired", 'person.work_status == "04" && person.membership.status in ["10", "11"]')
OVERDUE = ours.rule(
    "test.overdue",
    'union.posts.exists(p, p.kind == "01" && !has(p.ended_on) && p.term_to < today)',
    subject="union",
)
RULES = {"test.retired": RETIRED, "test.overdue": OVERDUE}
CHAIR = 'max(union.posts.filter(p, p.kind == "01" && !has(p.ended_on)).map(p, p.term_to))'
WATCHES = (
    ours.watch("test_retired", "test.retired", again="watch.again_days"),
    ours.watch(
        "test_overdue", "test.overdue", cause=CHAIR, owner={"permission": "clue.answer", "seat": "above"}
    ),
)


@pytest.fixture
def world(committed: None) -> Iterator[World]:
    with transaction.atomic():
        made = worlds.build()
    with ours.defined(RULES, *WATCHES):
        yield made


@pytest.fixture
def clue(world: World) -> Clue:
    """A retired member of the factory, and the clue about them."""
    ours.person(world.unions["factory"], work_status="04", name="欧阳小禾")
    keeping.work(at=AT)
    return one()


def one() -> Clue:
    found: Clue = Clue.objects.using("bulk").get()
    return found


def states() -> list[str]:
    return list(Clue.objects.using("bulk").order_by("raised_at", "id").values_list("state", flat=True))


def done(world: World, clue: Clue, who: str = "factory", at: Any = AT) -> Clue:
    with transaction.atomic():
        return answering.done(actor=world.act(who), at=at, clue_id=clue.pk, words="已走访")


def listed(world: World, who: str) -> list[UUID]:
    with transaction.atomic():
        return [clue.pk for clue in clues.page(access.rights_of(world.act(who)))]


def test_a_clue_stands_in_the_list_of_its_union_with_a_day(world: World, clue: Clue) -> None:
    assert (clue.seat_id, clue.due_on, clue.expires_on) == (
        world.unions["factory"].pk,
        TODAY + 15 * DAY,
        TODAY + 90 * DAY,
    )
    assert listed(world, "factory") == [clue.pk]
    assert listed(world, "luyang") == listed(world, "couriers") == listed(world, "mill") == []


def test_where_nobody_could_answer_it_stands_at_the_next_union_above(world: World) -> None:
    ours.person(world.unions["city"], work_status="04")
    keeping.work(at=AT)

    assert one().seat_id == world.unions["province"].pk


def test_what_the_union_above_looks_after_stands_there(world: World) -> None:
    ours.post(world.unions["factory"], "01", TODAY - DAY)
    keeping.work(at=AT)

    assert (one().union_id, one().seat_id) == (world.unions["factory"].pk, world.unions["luyang"].pk)


@pytest.mark.parametrize("who", ["couriers", "mill", "shushan"])
def test_an_officer_of_another_union_finds_nothing_and_answers_nothing(
    world: World, clue: Clue, who: str
) -> None:
    with transaction.atomic():
        actor = world.act(who)
        assert clues.find(actor, clue.pk) is None
        with pytest.raises(NotForYou):
            answering.done(actor=actor, at=AT, clue_id=clue.pk, words="越界")

    assert one().state == Clue.State.OPEN


def test_an_officer_answers_once_and_the_rule_is_kept_with_it(world: World, clue: Clue) -> None:
    answered = done(world, clue)

    assert (answered.state, answered.closed_by) == ("done", world.actors["factory"].user_id)
    assert answered.why["verdict"] is True
    with pytest.raises(Refusal) as refused:
        done(world, clue)
    assert refused.value.code == "clue_over"


def test_an_answer_needs_words(world: World, clue: Clue) -> None:
    with transaction.atomic(), pytest.raises(Refusal) as refused:
        answering.not_so(actor=world.act("factory"), at=AT, clue_id=clue.pk, reason="  ")
    assert refused.value.code == "words_missing"


def test_an_answer_changes_nothing_but_the_clue(world: World, clue: Clue) -> None:
    def everything() -> list[Any]:
        people = Person.objects.using("bulk").order_by("pk").values_list()
        members = Membership.objects.using("bulk").order_by("pk").values_list()
        return [*people, *members, *State.objects.using("bulk").values_list()]

    before = everything()
    done(world, clue)
    keeping.work(at=AT)

    assert everything() == before


def test_the_same_cause_is_raised_once_however_often_the_job_runs(world: World, clue: Clue) -> None:
    done(world, clue)
    Person.objects.using("bulk").update(work_status="01", name="改")
    Person.objects.using("bulk").update(work_status="04")
    for _run in range(3):
        keeping.work(at=AT)

    assert states() == ["done"]


def test_what_ended_and_begins_again_is_another_cause(world: World, clue: Clue) -> None:
    done(world, clue)
    Person.objects.using("bulk").update(work_status="01")
    keeping.work(at=AT + DAY)
    Person.objects.using("bulk").update(work_status="04")
    keeping.work(at=AT + 2 * DAY)

    assert states() == ["done", "open"]


def test_each_end_of_a_term_is_a_cause_of_its_own(world: World) -> None:
    union = world.unions["factory"]
    late = ours.post(union, "01", TODAY - 3 * DAY)
    keeping.work(at=AT)
    done(world, one(), "luyang")
    keeping.work(at=AT + DAY)
    answered = states()
    type(late).objects.using("bulk").filter(pk=late.pk).update(term_to=TODAY - DAY)
    keeping.work(at=AT + 2 * DAY)

    assert answered == ["done"]
    assert states() == ["done", "open"]
    assert set(Clue.objects.using("bulk").values_list("cause", flat=True)) == {
        str(TODAY - 3 * DAY),
        str(TODAY - DAY),
    }


def test_a_clue_nobody_answers_expires_and_comes_again_after_a_while(world: World, clue: Clue) -> None:
    def night(days: int) -> None:
        ending.expire(at=AT + days * DAY)
        ending.look_again(at=AT + days * DAY, actor=actors.system("test"))
        keeping.work(at=AT + days * DAY)

    night(89)
    in_time = states()
    night(90)
    expired = states()
    for days in (91, 269):
        night(days)
    not_yet = states()
    for _run in range(2):
        night(270)

    assert (in_time, expired, not_yet) == (["open"], ["expired"], ["expired"])
    assert states() == ["expired", "open"]
    assert sorted(Clue.objects.using("bulk").values_list("turn", flat=True)) == [0, 1]


def test_a_clue_follows_the_person_to_another_union(world: World, clue: Clue) -> None:
    mill = world.unions["mill"]
    with connections["bulk"].cursor() as cursor:
        cursor.execute("SELECT registry_move_people(%s, %s, %s)", [[clue.person_id], mill.pk, mill.county_id])
    at_once = listed(world, "factory")
    keeping.work(at=AT)

    assert at_once == []
    assert listed(world, "mill") == [clue.pk]
    assert (one().seat_id, one().county_id) == (mill.pk, mill.county_id)


def test_a_clue_is_written_by_jobs_alone(world: World, clue: Clue) -> None:
    for statement in (
        "INSERT INTO watches_clue SELECT * FROM watches_clue",
        "DELETE FROM watches_clue",
        "UPDATE watches_state SET since = since",
        "UPDATE watches_kept SET is_due = false",
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            world.act("factory")
            with pytest.raises(DatabaseError, match="permission denied"):
                cursor.execute(statement)
            transaction.set_rollback(True)


def test_a_member_neither_reads_nor_answers_the_clue_about_them(world: World, clue: Clue) -> None:
    with transaction.atomic():
        worker = worlds.worker(world, "old")
        with connections["bulk"].cursor() as cursor:
            cursor.execute(
                "UPDATE accounts_user SET person_id = %s WHERE id = %s", [clue.person_id, worker.user_id]
            )
    with transaction.atomic():
        world.act("old")
        seen = Clue.objects.count()
        changed = Clue.objects.update(state="done")

    assert (seen, changed) == (0, 0)


def test_owners_are_told_once_a_day_of_all_that_is_new(world: World, clue: Clue) -> None:
    for _number in range(3):
        ours.person(world.unions["factory"], work_status="04")
    keeping.work(at=AT)

    told = [telling.tell(at=AT), telling.tell(at=AT), telling.tell(at=AT + DAY)]

    message = Message.objects.using("bulk").get(kind="clues_waiting")
    assert told == [1, 0, 0]
    assert message.user_id == world.actors["factory"].user_id
    assert message.values == {"many": "4", "day": str(TODAY + 15 * DAY)}


def test_what_is_new_the_next_day_is_told_then(world: World, clue: Clue) -> None:
    telling.tell(at=AT)
    ours.person(world.unions["factory"], work_status="04")
    keeping.work(at=AT + DAY)

    assert telling.tell(at=AT + DAY) == 1
    assert telling.tell(at=AT + DAY) == 0


def test_the_list_and_a_clue_are_pages_and_the_look_is_on_the_trail(world: World, clue: Clue) -> None:
    officer = browser(world, "factory")
    page = reverse("watches:clue", args=[clue.pk])

    listing = officer.get(reverse("watches:clues")).content.decode()
    shown = officer.get(page)

    assert page in listing
    assert "欧阳小禾" not in listing
    assert shown.status_code == 200
    assert "退休" in shown.content.decode()
    looks = Entry.objects.using("bulk").filter(action="clue.look")
    assert [look.person_id for look in looks] == [clue.person_id]


@pytest.mark.parametrize(("answer", "state"), [("done", "done"), ("not_so", "not_so")])
def test_an_officer_answers_on_the_page(world: World, clue: Clue, answer: str, state: str) -> None:
    officer = browser(world, "factory")

    empty = officer.post(reverse("watches:answer", args=[clue.pk]), {"answer": answer, "words": ""})
    answered = officer.post(reverse("watches:answer", args=[clue.pk]), {"answer": answer, "words": "已联系"})
    again = officer.post(reverse("watches:answer", args=[clue.pk]), {"answer": answer, "words": "再来"})

    assert (empty.status_code, answered.status_code, again.status_code) == (422, 302, 409)
    assert (one().state, one().answer) == (state, "已联系")


@pytest.mark.parametrize("who", ["couriers", "shushan"])
def test_a_stranger_gets_404(world: World, clue: Clue, who: str) -> None:
    stranger = browser(world, who)

    assert stranger.get(reverse("watches:clue", args=[clue.pk])).status_code == 404
    assert stranger.post(reverse("watches:answer", args=[clue.pk]), {"words": "x"}).status_code == 404


def test_the_list_goes_on_behind_the_last_line_and_keeps_to_one_kind(world: World) -> None:
    for _number in range(5):
        ours.person(world.unions["factory"], work_status="04")
    keeping.work(at=AT)
    with transaction.atomic():
        rights = access.rights_of(world.act("factory"))
        first = clues.page(rights, rows=2)[:2]
        rest = clues.page(rights, after=clues.After(first[-1].due_on, first[-1].pk))
        other = clues.page(rights, watch="test_overdue")

    assert len({clue.pk for clue in [*first, *rest]}) == 5
    assert other == []


def grant(world: World, who: str, union: str, at: Any) -> None:
    """This officer may from now on do at the union what its own officer may."""
    theirs = Grant.objects.using("bulk").get(
        user_id=world.actors["factory"].user_id, union=world.unions["factory"]
    )
    Grant.objects.using("bulk").create(
        user_id=world.actors[who].user_id, role=theirs.role, union_id=world.unions[union].pk, reads_people=True,
        valid_from=ours.day_of(at), given_at=at,
    )  # fmt: skip


def test_a_clue_nobody_at_its_seat_can_answer_any_more_goes_up_is_told_and_comes_back(
    world: World, clue: Clue
) -> None:
    follow = partial(seating.follow_rights, actor=actors.system("test"))
    telling.tell(at=AT)
    Told.objects.using("bulk").create(user_id=world.actors["luyang"].user_id, day=TODAY, at=AT)
    stays = follow(at=AT)
    Grant.objects.using("bulk").filter(user_id=world.actors["factory"].user_id).update(valid_to=TODAY + DAY)

    moved = [follow(at=AT + DAY), follow(at=AT + DAY)]
    told = [telling.tell(at=AT + DAY), telling.tell(at=AT + 2 * DAY)]
    at_luyang = (one().seat_id, listed(world, "luyang"), listed(world, "mill"))
    grant(world, "couriers", "factory", AT + 2 * DAY)
    back = follow(at=AT + 2 * DAY)

    assert (stays, moved, told) == (0, [1, 0], [1, 0])
    assert at_luyang == (world.unions["luyang"].pk, [clue.pk], [])
    assert (back, one().seat_id) == (1, world.unions["factory"].pk)
    trail = Entry.objects.using("bulk").filter(action="clue.seat")
    assert [(line.subject_id, line.detail) for line in trail] == [("test_retired", {"clues": 1})] * 2


def test_an_officer_who_comes_later_is_told_of_clues_that_stood_there_before(
    world: World, clue: Clue
) -> None:
    Told.objects.using("bulk").create(user_id=world.actors["couriers"].user_id, day=TODAY, at=AT)
    before = telling.tell(at=AT)
    grant(world, "couriers", "factory", AT + timedelta(hours=1))

    told = [telling.tell(at=AT + DAY), telling.tell(at=AT + 2 * DAY)]

    messages = Message.objects.using("bulk").filter(kind="clues_waiting").order_by("pk")
    assert (before, told) == (1, [1, 0])
    assert {message.user_id for message in messages} == {
        world.actors["factory"].user_id,
        world.actors["couriers"].user_id,
    }


def test_clues_that_expire_are_on_the_trail_once_by_their_number(world: World, clue: Clue) -> None:
    for _run in range(2):
        ending.expire(at=AT + 90 * DAY)

    (line,) = Entry.objects.using("bulk").filter(action="clue.expire")
    assert (line.subject, line.subject_id, line.detail) == ("watch", "test_retired", {"clues": 1})


def browser(world: World, who: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=world.actors[who].user_id))
    return client


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_both_languages_say_why_and_what_to_do(world: World, language: str) -> None:
    ours.post(world.unions["factory"], "01", TODAY - DAY)
    keeping.work(at=AT)
    officer = browser(world, "luyang")
    officer.cookies["language"] = language

    shown = officer.get(reverse("watches:clue", args=[one().pk])).content.decode()

    assert ("Whom it is about" in shown) is (language == "en")
    assert ("关于谁" in shown) is (language == "zh-hans")
    assert ("the end of the term" in shown) is (language == "en")
    assert ("By the rule Test, version 1" in shown) is (language == "en")
    assert "test.overdue" not in shown


def test_the_jobs_do_it_all(world: World) -> None:
    ours.person(world.unions["factory"], work_status="04")

    jobs.keep(0)
    jobs.end(0)
    jobs.tell(0)

    assert states() == ["open"]
    assert Message.objects.using("bulk").filter(kind="clues_waiting").count() == 1


def test_shipped_watches_can_be_kept(committed: None) -> None:
    with acting(actors.system("test")):
        found = plans.in_force_on(date(2026, 12, 1))

    assert found.problems == {}
    watched = {watch.code for plan in found.kept.values() for watch in plan.watches}
    assert watched == set(definitions.load().watches)
