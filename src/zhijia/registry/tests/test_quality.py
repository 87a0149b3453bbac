"""Data quality: what is wrong is found once; mending, accepting or the member's answer clears it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from zhijia.catalogue import quality as rules
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.registry.models import (
    Employer,
    Membership,
    Person,
    QualityCheck,
    QualityIssue,
    QualityTally,
    Union,
)
from zhijia.registry.queries import quality as queries
from zhijia.registry.services import quality
from zhijia.registry.services.quality import checking
from zhijia.registry.services.quality.conditions import PERSON, UNION
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World
from zhijia.vault import services as vault

LATER = AT + timedelta(hours=2)


@pytest.fixture
def kept(committed: None) -> World:
    """Two members of a factory and one of a mill, committed: a check works on connections of its own."""
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        for name, union, serial in (("ding", "factory", 1), ("lan", "factory", 2), ("wei", "mill", 3)):
            worlds.member(world, name, union, serial=serial)
    return world


def change(world: World, name: str, **fields: Any) -> UUID:
    """Write fields of somebody as if they had come so from a roster."""
    person_id = world.actors[name].person_id
    assert person_id is not None
    with context.whole():
        Person.objects.using("bulk").filter(pk=person_id).update(**fields)
    return person_id


def check(world: World, county: str = "luyang", at: Any = AT) -> None:
    quality.check_county(at=at, county_id=world.unions[county].pk)


def found(**filters: Any) -> set[str]:
    """The codes of what waits, whoever may see it."""
    with context.whole():
        rows = QualityIssue.objects.using("bulk").filter(state__in=("open", "asked"), **filters)
        return set(rows.values_list("rule", flat=True))


def issue(world: World, name: str, rule: str) -> QualityIssue:
    with context.whole():
        return QualityIssue.objects.using("bulk").get(person_id=world.actors[name].person_id, rule=rule)


def do(world: World, name: str, act: Callable[..., Any], **words: Any) -> Any:
    """An officer does something about it, in a transaction of their own."""
    with context.acting(world.actors[name]) as actor:
        return act(actor=actor, at=LATER, **words)


def test_every_rule_calls_a_check_there_is_and_every_check_is_called() -> None:
    compared = {"birth_differs", "sex_differs"}

    assert {rule.check for rule in rules.all("person")} == set(PERSON) | compared
    assert {rule.check for rule in rules.all("union")} == set(UNION)


BROKEN: dict[str, dict[str, Any]] = {
    "birth_missing": {"birth_date": None},
    "sex_missing": {"sex": "0"},
    "occupation_missing": {"occupation": ""},
    "employer_missing": {"employer_name": ""},
    "real_name_none": {"real_name_level": 0},
    "birth_differs": {"birth_date": date(1990, 3, 8)},
    "sex_differs": {"sex": "2"},
    "hired_too_young": {"hired_on": date(2006, 3, 6)},
    "past_retirement": {"birth_date": date(1960, 1, 1)},
    "not_fresh": {"sources": {"phone": ["roster", "2023-11-19"]}},
}


@pytest.mark.parametrize("rule", BROKEN)
def test_what_is_wrong_is_found_and_what_is_right_is_not(kept: World, rule: str) -> None:
    change(kept, "ding", employer_name="晨光机械有限公司", sex="1", hired_on=date(2006, 3, 7))
    person_id = change(kept, "lan", employer_name="晨光机械有限公司", sex="1")
    sex = "1" if int(worlds.number(2)[16]) % 2 else "2"
    change(kept, "lan", sex=sex)
    broken = {**BROKEN[rule], **({"sex": "1" if sex == "2" else "2"} if rule == "sex_differs" else {})}
    change(kept, "lan", **broken)

    check(kept)

    assert rule in found(person_id=person_id)
    assert rule not in found(person_id=kept.actors["wei"].person_id)
    change(
        kept,
        "lan",
        **{key: value for key, value in _right().items() if key in broken},
    )
    check(kept, at=LATER)
    assert rule not in found(person_id=person_id)


def _right() -> dict[str, Any]:
    return {
        "birth_date": date(1990, 3, 7),
        "sex": "1" if int(worlds.number(2)[16]) % 2 else "2",
        "occupation": "welder",
        "employer_name": "晨光机械有限公司",
        "real_name_level": 1,
        "hired_on": date(2010, 1, 1),
        "sources": {"phone": ["roster", "2026-11-01"]},
    }


def test_a_phone_that_is_missing_or_of_many_is_found(kept: World) -> None:
    with context.whole():
        vault.remove("registry_person.phone", [kept.actors["ding"].person_id], using="bulk")
    check(kept)

    assert "phone_missing" in found(person_id=kept.actors["ding"].person_id)
    assert "phone_shared" not in found()


def test_the_phone_of_five_is_doubtful(committed: None) -> None:
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        people = [worlds.member(world, f"m{n}", "factory", serial=10 + n).person_id for n in range(5)]
        world.act("factory")
        for person_id in people[:4]:
            vault.seal("registry_person.phone", person_id, "16900000099", at=AT, place=_place(world))
    check(world)
    assert "phone_shared" not in found()
    with context.acting(world.actors["factory"]):
        vault.seal("registry_person.phone", people[4], "16900000099", at=AT, place=_place(world))

    check(world, at=LATER)

    with context.whole():
        assert QualityIssue.objects.using("bulk").filter(rule="phone_shared", state="open").count() == 5


def _place(world: World) -> Any:
    from zhijia.audit.services import Place

    union = world.unions["factory"]
    return Place(union.pk, union.county_id)


def test_a_member_number_held_twice_a_dissolved_union_and_an_uncovered_employer_are_found(
    kept: World,
) -> None:
    with context.whole():
        first, second = Membership.objects.using("bulk").filter(union_id=kept.unions["factory"].pk)
        Membership.objects.using("bulk").filter(pk=second.pk).update(member_number=first.member_number)
        Union.objects.using("bulk").filter(pk=kept.unions["mill"].pk).update(dissolved_on=date(2026, 11, 1))
        elsewhere = Employer.objects.using("bulk").create(name="远山建材有限公司", division="340103000000")
    change(kept, "ding", employer_id=elsewhere.pk)

    check(kept)
    check(kept, "shushan")

    assert {"member_number_double", "employer_not_covered"} <= found(person_id=kept.actors["ding"].person_id)
    assert "member_number_double" in found(person_id=kept.actors["lan"].person_id)
    assert "union_dissolved" in found(person_id=kept.actors["wei"].person_id)


def test_members_of_a_union_that_was_merged_have_nobody_to_transfer_them(kept: World) -> None:
    mill, shushan = kept.unions["mill"], kept.unions["shushan"]
    with context.whole():
        Union.objects.using("bulk").filter(pk=mill.pk).update(
            dissolved_on=date(2026, 11, 1), successor_id=shushan.pk
        )

    check(kept, "shushan")

    assert "union_dissolved" not in found(person_id=kept.actors["wei"].person_id)


def test_twice_it_finds_the_same_and_somebody_who_left_is_cleared(kept: World) -> None:
    person_id = change(kept, "ding", occupation="")
    for _time in range(2):
        check(kept)
    with context.whole():
        assert (
            QualityIssue.objects.using("bulk").filter(person_id=person_id, rule="occupation_missing").count()
            == 1
        )
        Membership.objects.using("bulk").filter(person_id=person_id).update(
            valid_to=date(2026, 11, 20), status="40"
        )

    check(kept, at=LATER)

    assert found(person_id=person_id) == set()


def test_killed_in_the_middle_it_goes_on_where_it_was(kept: World, monkeypatch: pytest.MonkeyPatch) -> None:
    change(kept, "ding", occupation="")
    county = kept.unions["luyang"].pk
    with monkeypatch.context() as broken:
        broken.setattr(checking.parameters, "value", _one_union_a_step(checking.parameters.value))
        broken.setattr(checking, "_tally", _fails_after(1, checking._tally))
        with pytest.raises(ZeroDivisionError):
            quality.check_county(at=AT, county_id=county)
    with context.whole():
        stopped = QualityCheck.objects.using("bulk").get(county_id=county)
    assert stopped.after
    assert stopped.ended_at is None

    check(kept)

    with context.whole():
        ended = QualityCheck.objects.using("bulk").get(county_id=county)
        counted = QualityTally.objects.using("bulk").count()
    assert (ended.begun_at, ended.seen_until, counted) == (None, AT, 3)
    assert "occupation_missing" in found()


def _one_union_a_step(real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda key, **more: 1 if key == "quality.unions_at_once" else real(key, **more)


def _fails_after(turns: int, real: Callable[..., Any]) -> Callable[..., Any]:
    left = [turns]

    def tally(*args: Any) -> None:
        left[0] -= 1
        _ = 1 / (left[0] + 1)
        real(*args)

    return tally


def test_what_changed_since_is_looked_at_alone(kept: World) -> None:
    check(kept)
    person_id = change(kept, "ding", occupation="", changed_at=LATER)
    change(kept, "lan", occupation="", changed_at=AT - timedelta(days=30))

    assert quality.check_changes(at=LATER + timedelta(minutes=1), county_id=kept.unions["luyang"].pk) >= 1

    assert "occupation_missing" in found(person_id=person_id)
    assert quality.check_changes(at=LATER, county_id=kept.unions["shushan"].pk) == 0


def test_a_field_is_set_for_those_chosen_and_the_figure_rises(kept: World) -> None:
    for name in ("ding", "lan"):
        change(kept, name, occupation="")
    check(kept)
    before = _figure(kept)
    ids = [issue(kept, name, "occupation_missing").pk for name in ("ding", "lan")]

    done = do(kept, "factory", quality.set_field, rule="occupation_missing", issue_ids=ids, value="电焊工")
    with pytest.raises(NotForYou):
        do(kept, "factory", quality.set_field, rule="occupation_missing", issue_ids=ids, value="welder")
    after = _figure(kept)
    quality.check_changes(at=LATER + timedelta(minutes=1), county_id=kept.unions["luyang"].pk)

    with context.whole():
        person = Person.objects.using("bulk").get(pk=kept.actors["ding"].person_id)
    assert (done, person.occupation, person.sources["occupation"]) == (2, "welder", ["officer", "2026-11-20"])
    assert before < after == _figure(kept)


def _figure(world: World) -> int:
    with context.acting(world.actors["factory"]):
        figure = queries.figure(world.unions["factory"])
    assert figure.per_mille is not None
    return figure.per_mille


def test_the_figure_is_the_weighted_share_that_is_right(kept: World) -> None:
    change(kept, "ding", occupation="", birth_date=None)
    check(kept)
    with context.whole():
        waiting = list(
            QualityIssue.objects.using("bulk").filter(
                union_id=kept.unions["factory"].pk, person_id__isnull=False
            )
        )
    lost = sum(rules.get(one.rule).weight for one in waiting if one.state != "cleared")
    whole = 2 * sum(rule.weight for rule in rules.all("person"))

    assert _figure(kept) == 1000 - round(lost * 1000 / whole)
    assert lost > 0


def test_birth_date_and_sex_are_taken_from_the_number(kept: World) -> None:
    person_id = change(kept, "ding", birth_date=date(1991, 1, 1), sex="0")
    check(kept)
    wrong = issue(kept, "ding", "birth_differs")

    do(kept, "factory", quality.take_from_number, rule="birth_differs", issue_ids=[wrong.pk])

    with context.whole():
        person = Person.objects.using("bulk").get(pk=person_id)
    assert (person.birth_date, person.sex in ("1", "2")) == (date(1990, 3, 7), True)


def test_what_was_accepted_is_not_found_again_until_it_was_right_once(kept: World) -> None:
    change(kept, "ding", birth_date=date(1991, 1, 1))
    check(kept)
    wrong = issue(kept, "ding", "birth_differs")
    with pytest.raises(Refusal):
        do(kept, "factory", quality.accept, rule="birth_differs", issue_ids=[wrong.pk], reason=" ")
    do(kept, "factory", quality.accept, rule="birth_differs", issue_ids=[wrong.pk], reason="户口本为准")

    check(kept, at=LATER)
    assert "birth_differs" not in found()
    change(kept, "ding", birth_date=date(1990, 3, 7))
    check(kept, at=LATER)
    change(kept, "ding", birth_date=date(1991, 1, 1))
    check(kept, at=LATER)
    assert "birth_differs" in found()


def test_an_officer_of_another_union_mends_and_sees_nothing(kept: World) -> None:
    change(kept, "ding", occupation="")
    check(kept)
    wrong = issue(kept, "ding", "occupation_missing")

    for name in ("mill", "shushan"):
        with context.acting(kept.actors[name]) as actor:
            assert not QualityIssue.objects.filter(union_id=kept.unions["factory"].pk).exists()
            with pytest.raises(NotForYou):
                quality.set_field(
                    actor=actor, at=LATER, rule="occupation_missing", issue_ids=[wrong.pk], value="welder"
                )
            with pytest.raises(NotForYou):
                queries.page(actor, kept.unions["factory"], "occupation_missing", None)


def test_who_sees_a_row_and_has_no_right_to_mend_changes_nothing(kept: World) -> None:
    change(kept, "ding", occupation="")
    check(kept)
    wrong = issue(kept, "ding", "occupation_missing")

    with context.acting(kept.actors["province"]) as actor:
        assert QualityIssue.objects.filter(pk=wrong.pk).exists()
        for act, more in (
            (quality.set_field, {"value": "welder"}),
            (quality.ask, {}),
        ):
            with pytest.raises(NotForYou):
                act(actor=actor, at=LATER, rule="occupation_missing", issue_ids=[wrong.pk], **more)


def test_a_member_is_asked_once_and_the_answer_clears_it(kept: World) -> None:
    change(kept, "ding", birth_date=date(1960, 1, 1), sources={"phone": ["roster", "2020-01-01"]})
    check(kept)
    asked = [issue(kept, "ding", rule) for rule in ("past_retirement", "not_fresh")]
    for one in asked:
        do(kept, "factory", quality.ask, rule=one.rule, issue_ids=[one.pk])
        do(kept, "factory", quality.ask, rule=one.rule, issue_ids=[one.pk])
    with context.whole():
        told = Message.objects.using("bulk").filter(kind="please_check_your_data")
        assert [message.person_id for message in told] == [kept.actors["ding"].person_id]

    for one in asked:
        for _time in range(2):
            do(kept, "ding", quality.confirm_own, issue_id=one.pk)
    check(kept, at=LATER)

    assert not {"past_retirement", "not_fresh"} & found(person_id=kept.actors["ding"].person_id)
    with context.whole():
        person = Person.objects.using("bulk").get(pk=kept.actors["ding"].person_id)
    assert person.sources["phone"] == ["member", "2026-11-20"]


def test_a_member_answers_nothing_about_somebody_else_and_confirms_nothing_that_is_missing(
    kept: World,
) -> None:
    change(kept, "ding", occupation="", sources={"phone": ["roster", "2020-01-01"]})
    check(kept)
    missing, stale = (issue(kept, "ding", rule) for rule in ("occupation_missing", "not_fresh"))
    for one in (missing, stale):
        do(kept, "factory", quality.ask, rule=one.rule, issue_ids=[one.pk])

    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "nothing_asked"):
        do(kept, "wei", quality.confirm_own, issue_id=stale.pk)
    seeing = replace(kept.actors["luyang"], person_id=kept.actors["lan"].person_id)
    with context.acting(seeing) as officer:
        with pytest.raises(Refusal, check=lambda refusal: refusal.code == "nothing_asked"):
            quality.confirm_own(actor=officer, at=LATER, issue_id=stale.pk)
    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "add_it"):
        do(kept, "ding", quality.confirm_own, issue_id=missing.pk)

    assert {"occupation_missing", "not_fresh"} <= found()


def test_what_waits_about_somebody_follows_them_to_their_next_union(kept: World) -> None:
    person_id = change(kept, "ding", occupation="")
    check(kept)
    mill = kept.unions["mill"]
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT registry_move_person(%s, %s, %s)", [person_id, mill.pk, mill.county_id])

    with context.acting(kept.actors["mill"]):
        assert QualityIssue.objects.filter(person_id=person_id, rule="occupation_missing").exists()


def test_a_large_union_without_a_committee_is_found(kept: World) -> None:
    with context.whole():
        Union.objects.using("bulk").filter(pk=kept.unions["factory"].pk).update(staff_count=1)

    check(kept)

    assert {"credit_code_missing", "more_members_than_staff"} <= found(
        person_id=None, union_id=kept.unions["factory"].pk
    )
    assert "committee_missing" not in found(person_id=None)
