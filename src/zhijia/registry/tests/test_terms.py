"""Terms of office: an election stands by the rules, the union above replies, the next one is not forgotten."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.registry.models import (
    Candidate,
    Certificate,
    Election,
    Membership,
    Person,
    Post,
    Postponement,
    Term,
)
from zhijia.registry.services import terms
from zhijia.registry.services.terms import alarms
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.elections import HELD, approve, people, record, result
from zhijia.registry.tests.test_at_once import at_once, everybody
from zhijia.registry.tests.world import AT, World


def refused(code: str) -> Any:
    return pytest.raises(Refusal, check=lambda refusal: refusal.code == code)


def test_an_approved_election_begins_a_term_and_gives_posts(world: World) -> None:
    members = people(world)

    term = approve(world, record(world, result(members)))

    assert (term.number, term.starts_on, term.due_on) == (1, HELD, date(2031, 11, 10))
    assert term.approval_number == "庐工组〔2026〕12号"
    held = Post.objects.filter(term_id=term.pk).values_list("person_id", "kind", "term_to")
    assert sorted(held) == sorted(
        (who, post, term.due_on) for who, post in zip(members[:3], ("01", "02", "03"), strict=True)
    )
    assert not Candidate.objects.get(person_id=members[3]).elected


def test_before_the_reply_there_is_no_term_and_no_post(world: World) -> None:
    record(world, result(people(world)))

    assert not Term.objects.exists()
    assert not Post.objects.exists()


def test_the_next_election_closes_the_term_before(world: World) -> None:
    members = people(world)
    first = approve(world, record(world, result(members, held_on=date(2021, 11, 9))))
    second = approve(world, record(world, result(members)))

    first.refresh_from_db()
    assert (first.ended_on, second.number) == (HELD, 2)
    assert not Post.objects.filter(term_id=first.pk, ended_on=None).exists()
    assert Post.objects.filter(term_id=second.pk, ended_on=None).count() == 3


BROKEN: dict[str, Callable[[terms.Result], terms.Result]] = {
    "no_quorum": lambda minutes: replace(minutes, attended=3),
    "attendance": lambda minutes: replace(minutes, attended=6),
    "committee_size": lambda minutes: replace(minutes, seats=2),
    "too_few_candidates": lambda minutes: replace(minutes, candidates=minutes.candidates[:3]),
    "candidate_twice": lambda minutes: replace(
        minutes, candidates=[*minutes.candidates, minutes.candidates[1]]
    ),
    "candidate_post": lambda minutes: replace(
        minutes, candidates=[replace(one, post="01") for one in minutes.candidates]
    ),
    "too_many_votes": lambda minutes: replace(
        minutes, attended=4, candidates=[replace(one, votes=5) for one in minutes.candidates]
    ),
    "candidate_no_member": lambda minutes: replace(
        minutes, candidates=[*minutes.candidates[1:], terms.Standing(uuid4(), "03", 1)]
    ),
    "nobody_elected": lambda minutes: replace(
        minutes, candidates=[replace(one, votes=2) for one in minutes.candidates]
    ),
    "not_declared": lambda minutes: replace(minutes, declared=("relative",)),
    "day_not_come": lambda minutes: replace(minutes, held_on=date(2026, 11, 21)),
    "term_years": lambda minutes: replace(minutes, years=4),
    "committee_first": lambda minutes: replace(
        minutes, body="audit", candidates=[replace(one, post="04") for one in minutes.candidates]
    ),
    "no_vacancy": lambda minutes: replace(minutes, by_election=True),
}


@pytest.mark.parametrize("code", BROKEN)
def test_an_election_against_the_rules_is_not_recorded(world: World, code: str) -> None:
    minutes = result(people(world))

    with refused(code):
        record(world, BROKEN[code](minutes))

    assert not Election.objects.exists()


def test_a_retained_member_does_not_stand(world: World) -> None:
    members = people(world)
    Membership.objects.filter(person_id=members[0]).update(status=Membership.Status.RETAINED_RETIRED)

    with refused("candidate_no_member"):
        record(world, result(members))


def test_a_foreign_national_is_no_chair(world: World) -> None:
    members = people(world)
    Person.objects.filter(pk=members[0]).update(nationality="KOR")

    with refused("chair_foreign"):
        record(world, result(members))


def test_a_federation_has_five_years_and_no_table_of_sizes(world: World) -> None:
    members = people(world)
    with refused("term_years"):
        record(world, result(members, years=3), union="luyang")

    assert record(world, result(members, seats=2), union="luyang").filled == 2


def test_seats_nobody_won_stay_open_and_a_by_election_fills_them(world: World) -> None:
    members = people(world)
    standing = [replace(one, votes=2 if place else 5) for place, one in enumerate(result(members).candidates)]
    term = approve(world, record(world, result(members, candidates=standing)))

    again = result(members, by_election=True, seats=1, candidates=result(members).candidates[1:3])
    approve(world, record(world, again))

    assert Term.objects.count() == 1
    assert sorted(Post.objects.filter(term_id=term.pk).values_list("kind", flat=True)) == ["01", "02"]
    with refused("no_vacancy"):
        record(world, replace(again, seats=2))


def test_the_audit_committee_ends_with_the_committee(world: World) -> None:
    members = people(world)
    committee = approve(world, record(world, result(members, held_on=date(2026, 11, 1))))
    audit = [terms.Standing(person, "04", 4) for person in members[:3]]

    term = approve(world, record(world, result(members, body="audit", years=3, candidates=audit)))

    assert (term.due_on, term.years) == (committee.due_on, 5)


def test_an_officer_of_another_union_finds_no_election(world: World) -> None:
    members = people(world)
    election = record(world, result(members))

    for other in ("mill", "shushan"):
        with pytest.raises(NotForYou):
            approve(world, election, by=other)
        assert not Election.objects.exists()
        assert not Candidate.objects.exists()
    with pytest.raises(NotForYou):
        terms.record_election(
            actor=world.act("mill"),
            at=AT,
            once=uuid4(),
            union_id=world.unions["factory"].pk,
            result=result(members),
        )


def test_nobody_approves_their_own_election(world: World) -> None:
    members = people(world)
    election = record(world, result(members))
    with pytest.raises(NotForYou):
        approve(world, election, by="factory")

    terms.refuse_election(actor=world.act("luyang"), at=AT, election_id=election.pk, reason="名单有误")
    recorded_above = terms.record_election(
        actor=world.act("luyang"),
        at=AT,
        once=uuid4(),
        union_id=world.unions["factory"].pk,
        result=result(members),
    )
    with refused("own_record"):
        approve(world, recorded_above)


def test_a_county_does_not_reply_to_its_own_election(world: World) -> None:
    members = people(world)
    worlds.appoint(world, "luyang", "county_reviewer", "colleague")
    election = record(world, result(members), union="luyang")

    with pytest.raises(NotForYou):
        approve(world, election, by="colleague")

    assert approve(world, election, by="province").union_id == world.unions["luyang"].pk


def test_sent_twice_an_election_is_recorded_and_answered_once(world: World) -> None:
    members, once = people(world), uuid4()
    election = record(world, result(members), once=once)
    assert record(world, result(members), once=once).pk == election.pk
    approve(world, election)

    with refused("answered_already"):
        approve(world, election)

    assert (Election.objects.count(), Term.objects.count(), Candidate.objects.count()) == (1, 1, 4)


def test_a_term_is_put_off_by_the_union_above_alone(world: World) -> None:
    term = approve(world, record(world, result(people(world))))
    until = term.due_on + timedelta(days=90)
    once = uuid4()

    asked = _ask(world, term, until, once)
    assert _ask(world, term, until, once).pk == asked.pk
    with pytest.raises(NotForYou):
        _decide(world, asked, "factory")
    with pytest.raises(NotForYou):
        _decide(world, asked, "shushan")
    _decide(world, asked, "luyang")

    term.refresh_from_db()
    assert (term.due_on, term.ends_on) == (until, date(2031, 11, 10))
    assert set(Post.objects.filter(term_id=term.pk).values_list("term_to", flat=True)) == {until}
    with refused("answered_already"):
        _decide(world, asked, "luyang")


def test_a_term_is_not_put_off_for_longer_than_the_rule_allows(world: World) -> None:
    term = approve(world, record(world, result(people(world))))

    with refused("postponed_too_long"):
        _ask(world, term, date(2032, 5, 11), uuid4())

    assert _ask(world, term, date(2032, 5, 10), uuid4()).state == Postponement.State.ASKED


def test_a_certificate_holds_as_long_as_the_term_and_a_new_term_asks_for_a_new_one(world: World) -> None:
    members = people(world)
    union = world.unions["factory"]
    first = approve(world, record(world, result(members, held_on=date(2021, 11, 9))))
    issued = terms.record_certificate(
        actor=world.act("luyang"), at=AT, union_id=union.pk, number="341-1", issued_on=date(2021, 12, 1)
    )
    assert issued.valid_until == first.due_on

    second = approve(world, record(world, result(members)))
    with pytest.raises(NotForYou):
        terms.record_certificate(
            actor=world.act("factory"), at=AT, union_id=union.pk, number="341-2", issued_on=HELD
        )
    for _time in range(2):
        terms.record_certificate(
            actor=world.act("luyang"), at=AT, union_id=union.pk, number="341-2", issued_on=HELD
        )

    issued.refresh_from_db()
    assert issued.replaced_on == HELD
    assert Certificate.objects.get(replaced_on=None).valid_until == second.due_on


def test_a_post_ends_once_with_a_reason(world: World) -> None:
    term = approve(world, record(world, result(people(world))))
    post = Post.objects.get(term_id=term.pk, kind="01")
    with refused("reason_missing_post"):
        terms.end_post(actor=world.act("factory"), at=AT, post_id=post.pk, day=HELD, reason=" ")
    with pytest.raises(NotForYou):
        terms.end_post(actor=world.act("mill"), at=AT, post_id=post.pk, day=HELD, reason="调动")

    for day in (HELD, date(2026, 11, 12)):
        terms.end_post(actor=world.act("factory"), at=AT, post_id=post.pk, day=day, reason="调动")

    assert Post.objects.get(pk=post.pk).ended_on == HELD


@pytest.fixture
def kept(committed: None) -> World:
    """A union whose term ends in 25 days, committed, seen by every connection."""
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        members = people(world)
        approve(world, record(world, result(members, held_on=date(2021, 12, 15))))
        record(world, result(members))
    return world


def messages_of(world: World, name: str) -> list[str]:
    with context.whole():
        told = Message.objects.using("bulk").filter(user_id=world.actors[name].user_id)
        return sorted(told.values_list("kind", flat=True))


def test_the_officers_are_told_once_at_each_step(kept: World) -> None:
    alarms.raise_alarms(at=AT)
    alarms.raise_alarms(at=AT)
    alarms.raise_alarms(at=AT + timedelta(days=24))
    assert messages_of(kept, "factory") == ["election_approved", "term_ends"]

    alarms.raise_alarms(at=AT + timedelta(days=26))

    assert messages_of(kept, "factory") == ["election_approved", "term_ends", "term_overdue"]
    assert messages_of(kept, "mill") == []


def test_a_vacant_seat_and_an_old_certificate_are_told_once(kept: World) -> None:
    with context.acting(kept.actors["factory"]) as officer:
        post = Post.objects.filter(ended_on=None, kind="02").get()
        terms.end_post(actor=officer, at=AT, post_id=post.pk, day=date(2026, 11, 18), reason="调动")
    alarms.raise_alarms(at=AT)
    assert messages_of(kept, "factory") == ["election_approved", "post_vacant", "term_ends"]
    with context.acting(kept.actors["luyang"]) as county:
        terms.record_certificate(
            actor=county,
            at=AT,
            union_id=kept.unions["factory"].pk,
            number="341-1",
            issued_on=date(2022, 1, 10),
        )
        waiting = Election.objects.get(state="reported")
        approve(kept, waiting)

    alarms.raise_alarms(at=AT)
    alarms.raise_alarms(at=AT)

    assert messages_of(kept, "factory").count("certificate_due") == 1
    assert messages_of(kept, "factory").count("post_vacant") == 1
    with context.whole():
        told = Message.objects.using("bulk").get(kind="certificate_due")
    assert told.values["day"] == "2026-12-15"


def test_alarms_killed_in_the_middle_leave_nobody_untold(
    kept: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(alarms.notices, "send", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            alarms.raise_alarms(at=AT)

    assert alarms.raise_alarms(at=AT) == 1
    assert "term_ends" in messages_of(kept, "factory")


def test_one_term_however_many_approve_at_once(kept: World) -> None:
    actor = kept.actors["luyang"]
    with context.whole():
        waiting = Election.objects.using("bulk").get(state="reported")

    came = at_once(
        actor,
        lambda: terms.approve_election(
            actor=actor, at=AT, election_id=waiting.pk, number="1号", day=date(2026, 11, 15)
        ),
    )

    assert came.count("answered_already") == len(came) - 1
    assert everybody(kept, Term) == 2


def test_the_database_holds_one_open_term_per_body(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname IN"
            " ('term_one_open_per_body', 'election_one_waiting_per_body', 'certificate_one_in_force')"
        )
        assert len(cursor.fetchall()) == 3


def _ask(world: World, term: Term, until: date, once: Any) -> Postponement:
    return terms.ask_postponement(
        actor=world.act("factory"), at=AT, once=once, term_id=term.pk, until=until, reason="企业搬迁"
    )


def _decide(world: World, asked: Postponement, by: str) -> Postponement:
    return terms.decide_postponement(
        actor=world.act(by), at=AT, postponement_id=asked.pk, approve=True, answer="同意"
    )
