"""A rule written in the program: counted before it is published, computed to the same by its number afterwards."""

from datetime import timedelta
from typing import Any

import pytest
import yaml
from django.db import DataError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from zhijia.accounts.models import User
from zhijia.administration import jobs
from zhijia.administration.services import counting, designing, numbers, previewing
from zhijia.administration.services.kinds import KINDS
from zhijia.catalogue import changes, definitions, parameters
from zhijia.catalogue.models import ParameterChange
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.registry.models import Person
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT
from zhijia.rules import comparing, finding, versions
from zhijia.rules.models import RuleVersion
from zhijia.rules.sql.statement import Statement
from zhijia.rules.understanding import of_definition

RULES = KINDS["rules"]
TODAY = days.business_day(AT)
EVERYBODY, MIGRANTS = "person.real_name_level >= 0", "person.migrant"


@pytest.fixture
def world(committed: None) -> worlds.World:
    """Three members at the factory, one of them a migrant worker; the province has a second officer."""
    with acting(Actor(None, "command", "test")):
        world = worlds.build()
        worlds.appoint(world, "province", "province_officer", "second")
        for serial in (41, 42, 43):
            worlds.member(world, f"member{serial}", "factory", serial=serial)
        world.act("factory")
        first = Person.objects.order_by("pk").first()
        assert first is not None
        Person.objects.filter(pk=first.pk).update(migrant=True)
    return world


@pytest.fixture
def told_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few people are told that one is."""
    monkeypatch.setattr(previewing, "few", lambda _day: 1)


def written(world: worlds.World, code: str = "own", **more: Any) -> RuleVersion:
    """A rule proposed by the province's officer."""
    with acting(world.actors["province"]) as actor:
        known = versions.all_in_force(on=TODAY)
        version = designing.start(
            actor=actor, at=AT, kind=RULES, code=code if code in known else "member.votes",
            new_code="" if code in known else code,
        )  # fmt: skip
        said = {
            "code": version.code, "version": version.number, "label": {"en": "Own", "zh": "自定"}, "source": "own",
            "confidence": "D", "subject": "person", "purpose": "register", "since": TODAY, **more,
        }  # fmt: skip
        budget = said.pop("budget", None)
        text = yaml.safe_dump(said, allow_unicode=True)
        designing.keep(actor=actor, at=AT, kind=RULES, version_id=version.pk, text=text)
        designing.propose(actor=actor, at=AT, kind=RULES, version_id=version.pk, since=TODAY, budget=budget)
    return RuleVersion.objects.get(pk=version.pk)


def publish(world: worlds.World, version: RuleVersion) -> None:
    with acting(world.actors["second"]) as second:
        designing.publish(actor=second, at=AT, kind=RULES, version_id=version.pk)


def test_few_people_are_not_told_and_two_rules_that_differ_by_one_read_the_same(world: worlds.World) -> None:
    preview = written(world, condition=MIGRANTS, amount="500", budget=40_000).preview
    assert preview["warnings"] == ["nobody", "everybody"]
    with override("en"):
        said = previewing.told(preview, TODAY)
        assert said == dict.fromkeys(("yes", "newly_in", "newly_out", "unknown"), "fewer than 5")
        some, one_more, many = (
            previewing.told({**preview, "yes": yes, "amount": f"{yes}50.00"}, TODAY) for yes in (6, 7, 1234)
        )
    assert some == one_more
    assert (some["yes"], some.get("amount")) == ("5", None)
    assert (many["yes"], many["amount"]) == ("1,200", "120,000")


@pytest.mark.usefixtures("told_of_one")
def test_a_proposal_counts_who_qualifies_and_what_it_costs(world: worlds.World) -> None:
    preview = written(world, condition=MIGRANTS, amount="500", budget=40_000).preview
    assert (preview["yes"], preview["no"], preview["unknown"]) == (1, 2, 0)
    assert (preview["newly_in"], preview["newly_out"], preview["compared"]) == (1, 0, False)
    assert float(preview["amount"]) == 500
    assert preview["warnings"] == ["budget"]


def test_a_new_version_counts_who_is_newly_in_and_out(world: worlds.World) -> None:
    publish(world, written(world, text=MIGRANTS))
    preview = written(world, text="!person.migrant").preview
    assert (preview["yes"], preview["newly_in"], preview["newly_out"]) == (2, 2, 1)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (EVERYBODY, "everybody"),
        ("person.real_name_level > 90", "nobody"),
        ('person.skill == "01"', "unknown"),
        ("years(person.born_on, today)", "not_counted"),
    ],
)
@pytest.mark.usefixtures("told_of_one")
def test_what_to_beware_of_is_said(world: worlds.World, text: str, warning: str) -> None:
    purpose = "services" if "skill" in text else "register"
    assert warning in written(world, text=text, purpose=purpose).preview["warnings"]


def test_a_rule_keeps_whom_it_is_about_and_what_for(world: worlds.World) -> None:
    publish(world, written(world, text=MIGRANTS))
    with pytest.raises(Refusal) as other:
        written(world, text=EVERYBODY, purpose="services")
    assert other.value.code == "another_rule"


def test_a_decision_computes_to_the_same_by_the_number_it_kept(world: worlds.World) -> None:
    publish(world, written(world, text=MIGRANTS))
    with acting(world.actors["factory"]):
        somebody = Person.objects.get(migrant=True)
        used = versions.used(versions.in_force("own", on=TODAY), at=AT)
    publish(world, written(world, text="!person.migrant"))

    with acting(world.actors["factory"]):
        said = {
            name: finding.verdicts(of_definition(rule, on=TODAY).main.rule, [somebody.pk], TODAY)[somebody.pk]
            for name, rule in (
                ("then", versions.kept(used["code"], used["number"])),
                ("now", versions.in_force("own", on=TODAY)),
            )
        }
    assert used == {"code": "own", "number": 1}
    assert said == {"then": True, "now": False}


def test_a_rule_of_the_program_is_kept_with_its_first_use(world: worlds.World) -> None:
    shipped = definitions.load().rules["member.votes"]
    used = [versions.used(shipped, at=AT) for _twice in range(2)]
    assert used[0] == used[1]
    assert versions.kept(**used[0]) == shipped
    with pytest.raises(definitions.UnknownDefinition):
        versions.kept("member.votes", 99)


def test_some_of_those_who_are_newly_in_are_shown_to_who_may_see_them(world: worlds.World) -> None:
    version = written(world, text=MIGRANTS)
    rule = RULES.definition.model_validate(version.content)
    with acting(world.actors["province"]) as actor:
        shown = previewing.samples(actor=actor, at=AT, definition=rule, way="in", since=TODAY)
        assert [person.migrant for person in shown] == [True]
    with acting(world.actors["shushan"]) as actor:
        assert previewing.samples(actor=actor, at=AT, definition=rule, way="in", since=TODAY) == []


def test_a_page_shows_the_counts_and_a_second_person_publishes(world: worlds.World) -> None:
    version = written(world, text=MIGRANTS)
    page = reverse("administration:design", args=["rules", version.pk])
    second = Client(headers={"accept-language": "zh-hans"})
    second.force_login(User.objects.get(pk=world.actors["second"].user_id))
    told = second.get(page, {"who": "in"}).content.decode()
    assert "是农民工" in told
    assert "张小丰" in told
    second.post(f"{page}publish/", {"seen": designing.proposal(version)})
    assert versions.in_force("own", on=days.business_day(days.now())).text == MIGRANTS


# Numbers


def number(
    world: worlds.World, typed: str = "9", key: str = "matter.union_days", **more: Any
) -> ParameterChange:
    asked = {"division": "", "since": TODAY, "source": "皖工办〔2026〕9号", **more}
    with acting(world.actors["province"]) as actor:
        return numbers.propose(actor=actor, at=AT, key=key, typed=typed, **asked)


def confirm(world: worlds.World, change: ParameterChange, who: str = "second") -> None:
    with acting(world.actors[who]) as actor:
        numbers.confirm(actor=actor, at=AT, change_id=change.pk)


def now(key: str = "matter.union_days", division: str = "", day: Any = TODAY) -> Any:
    """What whoever enters next sees."""
    with acting(Actor(None, "command", "test")):
        return parameters.value(key, division=division, day=day)


def test_whoever_proposed_a_number_hears_what_came_of_it(world: worlds.World) -> None:
    confirm(world, number(world, since=TODAY + timedelta(days=2)))
    refused = number(world, since=TODAY + timedelta(days=3))
    with acting(world.actors["second"]) as second:
        numbers.withdraw(actor=second, at=AT, change_id=refused.pk)
    own = number(world, since=TODAY + timedelta(days=3))
    with acting(world.actors["province"]) as maker:
        numbers.withdraw(actor=maker, at=AT, change_id=own.pk)
        told = Message.objects.filter(user_id=maker.user_id, kind__startswith="number_").order_by("pk")
        assert [message.kind for message in told] == ["number_published", "number_returned"]


def test_a_number_holds_once_a_second_person_confirmed_it_and_from_its_day_on(world: worlds.World) -> None:
    before = now()
    change = number(world, since=TODAY + timedelta(days=2))
    assert now(day=TODAY + timedelta(days=2)) == before

    confirm(world, change)

    assert now(day=TODAY + timedelta(days=1)) == before
    assert now(day=TODAY + timedelta(days=2)) == 9


def test_another_process_sees_it_with_its_next_entry(world: worlds.World) -> None:
    now()
    remembered = changes._known
    confirm(world, number(world))
    changes._known = remembered  # a process that was elsewhere meanwhile
    assert now() == 9


def test_a_county_has_its_own_and_others_do_not(world: worlds.World) -> None:
    from zhijia.catalogue.models import Division

    before = now()
    Division.objects.using("owner").create(code="340103000000", name="庐阳区", level=3, parent="340100000000")
    confirm(world, number(world, division="340103"))
    assert now(division="340103001000") == 9
    assert now(division="340104000000") == before


def test_who_proposed_a_number_does_not_confirm_it(world: worlds.World) -> None:
    change = number(world)
    with pytest.raises(Refusal) as same:
        confirm(world, change, "province")
    assert same.value.code == "second_person"
    for stranger in ("factory", "shushan"):
        with pytest.raises(NotForYou):
            confirm(world, change, stranger)
    confirm(world, change)
    with pytest.raises(Refusal) as twice:
        confirm(world, change)
    assert twice.value.code == "moved_on"


@pytest.mark.parametrize(
    ("typed", "more", "code"),
    [
        ("nine", {}, "wrong_value"),
        ("9.5", {}, "wrong_value"),
        ("9", {"division": "999999"}, "no_such_place"),
        ("9", {"since": TODAY - timedelta(days=1)}, "since_past"),
    ],
)
def test_a_number_that_cannot_be_is_refused(world: worlds.World, typed: str, more: Any, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        number(world, typed, **more)
    assert refused.value.code == code


def test_a_number_is_proposed_once_for_a_place_and_day(world: worlds.World) -> None:
    number(world)
    with pytest.raises(Refusal) as again:
        number(world, "8")
    assert again.value.code == "proposed_already"


def test_a_proposal_says_for_how_many_rules_would_hold_otherwise(world: worlds.World) -> None:
    publish(world, written(world, text='years(person.born_on, today) >= param("matter.union_days")'))
    effect = number(world, "90").effect
    (rule,) = effect["rules"]
    assert (rule["code"], rule["before"], rule["after"]) == ("own", 3, 0)
    assert effect["open_cases"] == 0


def test_the_page_of_a_number_proposes_and_a_second_person_confirms(world: worlds.World) -> None:
    page = reverse("administration:number", args=["matter.union_days"])
    today = days.business_day(days.now())
    asked = {"value": "9", "since": str(today), "source": "皖工办〔2026〕9号", "division": ""}
    clients = {}
    for name in ("province", "second"):
        clients[name] = Client(headers={"accept-language": "zh-hans"})
        clients[name].force_login(User.objects.get(pk=world.actors[name].user_id))
    assert clients["province"].post(page, {**asked, "value": "x"}).status_code == 422
    assert clients["province"].post(page, asked).status_code == 302
    change = ParameterChange.objects.get()
    assert "皖工办" in clients["second"].get(page).content.decode()
    clients["second"].post(reverse("administration:confirm_number", args=[change.pk]))
    assert now(day=today) == 9


# Counting in the background


def _waiting_jobs(owner_sql: Any) -> list[Any]:
    return owner_sql(  # type: ignore[no-any-return]
        "SELECT task_name, args FROM procrastinate_jobs WHERE task_name LIKE 'administration.count%%' ORDER BY id"
    )


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the tables were those of a province."""
    monkeypatch.setattr(counting, "SMALL", -1)


def client(world: worlds.World, name: str) -> Client:
    made = Client(headers={"accept-language": "zh-hans"})
    made.force_login(User.objects.get(pk=world.actors[name].user_id))
    return made


def test_a_rule_over_large_tables_is_counted_by_a_job_while_its_page_waits(
    world: worlds.World, large: None, owner_sql: Any
) -> None:
    version = written(world, text=MIGRANTS)
    page = reverse("administration:design", args=["rules", version.pk])
    assert version.preview == {}
    assert _waiting_jobs(owner_sql) == [("administration.count_rule", {"version_id": version.pk})]
    waits = client(world, "second").get(page).content.decode()
    assert 'hx-trigger="every 3s"' in waits
    assert f'<a href="{page}">' in waits
    part = client(world, "second").get(page, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="design"')
    with pytest.raises(Refusal) as early:
        publish(world, version)
    assert early.value.code == "not_counted"

    for _twice in range(2):
        jobs.count_rule(version_id=version.pk)

    version.refresh_from_db()
    assert (version.preview["yes"], version.preview["no"]) == (1, 2)
    assert "hx-trigger" not in client(world, "second").get(page).content.decode().split('id="design"')[1]
    publish(world, version)


def test_a_rule_taken_back_meanwhile_gets_no_counts(world: worlds.World, large: None) -> None:
    version = written(world, text=MIGRANTS)
    with acting(world.actors["province"]) as actor:
        designing.take_back(actor=actor, at=AT, kind=RULES, version_id=version.pk)
    jobs.count_rule(version_id=version.pk)
    version.refresh_from_db()
    assert version.preview == {}


def test_a_number_read_by_rules_over_large_tables_is_counted_by_a_job(
    world: worlds.World, large: None, owner_sql: Any
) -> None:
    publishable = written(world, text='years(person.born_on, today) >= param("matter.union_days")')
    jobs.count_rule(version_id=publishable.pk)
    publish(world, publishable)
    change = number(world, "90")
    assert change.effect == {}
    assert _waiting_jobs(owner_sql)[-1] == ("administration.count_number", {"change_id": change.pk})
    page = reverse("administration:number", args=["matter.union_days"])
    assert "every 3s" in client(world, "second").get(page).content.decode()
    fragment = {"HX-Request": "true"}
    part = client(world, "second").get(page, {"change": change.pk}, headers=fragment).content.decode()
    assert part.lstrip().startswith(f'<div id="number-{change.pk}"')
    assert client(world, "second").get(page, {"change": "x"}, headers=fragment).status_code == 404
    with pytest.raises(Refusal) as early:
        confirm(world, change)
    assert early.value.code == "not_counted"

    jobs.count_number(change_id=change.pk)

    change.refresh_from_db()
    assert [rule["before"] for rule in change.effect["rules"]] == [3]
    assert "every 3s" not in client(world, "second").get(page).content.decode()
    confirm(world, change)


def test_a_count_the_database_gives_up_says_so_and_does_not_hold_the_proposal(
    world: worlds.World, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = written(world, text=MIGRANTS)
    monkeypatch.setattr(counting, "LONGEST", "1ms")
    monkeypatch.setattr(comparing, "rows_of", _slow)
    jobs.count_rule(version_id=version.pk)
    version.refresh_from_db()
    assert version.preview == {"warnings": ["not_finished"]}
    assert (
        "放弃"
        in client(world, "second")
        .get(reverse("administration:design", args=["rules", version.pk]))
        .content.decode()
    )
    publish(world, version)


def _slow(_statement: Any, place: Any) -> Any:
    return finding.rows_of(Statement("SELECT pg_sleep(3)", {}), place)


def _wrong(_statement: Any, place: Any) -> Any:
    return finding.rows_of(Statement("SELECT 1 / 0", {}), place)


def _lose_jobs(owner_sql: Any) -> None:
    owner_sql("DELETE FROM procrastinate_jobs WHERE task_name LIKE 'administration.count%%'")


def test_a_count_that_fails_fails_its_job_says_so_and_is_published_by_nobody(
    world: worlds.World, large: None, owner_sql: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = written(world, text=MIGRANTS)
    with monkeypatch.context() as broken:
        broken.setattr(comparing, "rows_of", _wrong)
        with pytest.raises(DataError, match="division by zero"):
            jobs.count_rule(version_id=version.pk)
    while_it_waits = counting.say_failed()
    _lose_jobs(owner_sql)

    said = [counting.say_failed(), counting.say_failed()]

    assert (while_it_waits, said) == (0, [1, 0])
    page = reverse("administration:design", args=["rules", version.pk])
    shown = client(world, "second").get(page).content.decode()
    assert "统计没有完成" in shown
    assert "every 3s" not in shown
    with pytest.raises(Refusal) as refused:
        publish(world, version)
    assert refused.value.code == "count_failed"


def test_a_number_whose_count_is_lost_says_so_and_is_confirmed_by_nobody(
    world: worlds.World, large: None, owner_sql: Any
) -> None:
    publishable = written(world, text='years(person.born_on, today) >= param("matter.union_days")')
    jobs.count_rule(version_id=publishable.pk)
    publish(world, publishable)
    change = number(world, "90")
    _lose_jobs(owner_sql)

    jobs.say_failed_counts(0)

    page = reverse("administration:number", args=["matter.union_days"])
    assert "统计没有完成" in client(world, "second").get(page).content.decode()
    with pytest.raises(Refusal) as refused:
        confirm(world, change)
    assert refused.value.code == "count_failed"
