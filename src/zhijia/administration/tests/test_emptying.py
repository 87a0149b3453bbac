"""Requests whose term is over are emptied once a person confirmed it: what they said goes, how they ended stays."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.db import Error, connections, transaction
from django.db.models import QuerySet
from django.urls import reverse
from PIL import Image

from zhijia.administration.models import RetentionProposal
from zhijia.administration.services import retention
from zhijia.audit.models import Entry
from zhijia.facts.models import Fact
from zhijia.files.models import StoredFile
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import NeedsStepUp
from zhijia.matters import verify
from zhijia.matters.models import Case, Decision, LineAnswer, Linked, Paper
from zhijia.matters.services import appealing, asking, deciding, emptying, handing_in, materials
from zhijia.matters.tests.kept import world_of
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.test_papers import REPLY
from zhijia.matters.tests.world import CODE, WORDS, aid, here
from zhijia.registry.tests.world import AT, World, appoint
from zhijia.vault import kinds
from zhijia.vault.models import Secret

OVER = AT.replace(year=AT.year + 10) + timedelta(days=2)
EARLY = AT.replace(year=AT.year + 10) - timedelta(days=2)
TABLE = "matters_case.case_years"
ACCOUNT = "6222000011112222"
SAID = ("家人住院", ACCOUNT, "材料不足", "proof.png", "张小丰", "不服")
SECRET = {"name": "paid_to", "label": WORDS, "type": "text", "sealed": True}
PHOTO = {"code": "proof", "label": WORDS, "example": WORDS, "required": False}


@pytest.fixture
def world(committed: None, tmp_path: Path) -> Iterator[World]:
    matter = aid(
        form=[*aid()["form"], SECRET],
        materials=[PHOTO],
        papers=[REPLY],
        appeal={"parameter": "matter.appeal_days", "unit": "days"},
    )
    with world_of(tmp_path, matter) as world:
        with transaction.atomic():
            appoint(world, "province", "security_admin", "security")
        yield world


def refused(world: World) -> Case:
    """A request with a photo and a sealed answer: the union agreed on paper, the county refused."""
    picture = BytesIO()
    Image.new("RGB", (40, 40)).save(picture, "PNG")
    picture.seek(0)
    with acting(world.actors["member"]) as actor:
        case = asking.start(actor=actor, at=AT, code=CODE)
        typed = {"sum": "1200", "why": "家人住院", "ill": "no", "paid_to": ACCOUNT}
        asking.keep(actor=actor, at=AT, case_id=case.pk, typed=typed)
        materials.add(actor=actor, at=AT, case_id=case.pk, code="proof", content=picture, name="proof.png")
        handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())
    with acting(world.actors["factory"]) as actor:
        deciding.approve(actor=actor, at=AT, step_id=here(case).pk)
    with acting(world.actors["luyang"]) as actor:
        return deciding.refuse(actor=actor, at=AT, step_id=here(case).pk, reason="材料不足")


def objected(world: World, case: Case, at: datetime = AT) -> Case:
    with acting(world.actors["member"]) as actor:
        return appealing.appeal(actor=actor, at=at, case_id=case.pk, key=uuid4(), reason="不服")


@contextmanager
def seen(case: Case) -> Iterator[Case]:
    with whole():
        yield Case.objects.using("bulk").get(pk=case.pk)


def proposed() -> set[str]:
    return set(RetentionProposal.objects.filter(state="proposed").values_list("table", flat=True))


def emptied(world: World, work: Callable[[], None]) -> RetentionProposal:
    """What came of the proposal, once confirmed."""
    retention.propose(at=OVER)
    proposal = RetentionProposal.objects.get(table=TABLE, state="proposed")
    with acting(world.actors["security"]) as security:
        retention.confirm(actor=security, at=OVER, proposal_id=proposal.pk)
    work()
    proposal.refresh_from_db()
    return proposal


def as_retention(rows: QuerySet[Any], values: dict[str, Any]) -> None:
    with whole() as cursor:
        cursor.execute("SELECT set_config('zhijia.retention', 'on', true)")
        rows.update(**values)


def as_an_officer(world: World, rows: QuerySet[Any], values: dict[str, Any], case: Case) -> None:
    with acting(world.actors["luyang"]), connections["default"].cursor() as cursor:
        cursor.execute("SELECT set_config('zhijia.retention', 'on', true), matters_take(%s)", [case.pk])
        rows.update(**values)


def everything(case: Case) -> str:
    """Every row that belongs to the case, as text."""
    with whole() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE column_name = 'case_id'"
            " AND table_schema = 'public' AND table_name LIKE 'matters_%%'"
        )
        tables = [(table, "case_id") for (table,) in cursor.fetchall()] + [("matters_case", "id")]
        rows = []
        for table, column in tables:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t WHERE {column} = %s", [case.pk])
            rows += [text for (text,) in cursor.fetchall()]
    return "\n".join(rows)


def left(case: Case) -> tuple[int, int]:
    """How many sealed answers and files there are of the case."""
    with whole():
        files = StoredFile.objects.using("bulk").filter(owner_id=str(case.pk))
        sealed = Secret.objects.using("bulk").filter(kind=kinds.get(asking.VALUE).number)
        return sealed.count(), files.count()


def test_what_a_request_said_goes_and_how_it_ended_stays(world: World, work: Callable[[], None]) -> None:
    case = refused(world)
    whose = (str(world.actors["member"].person_id), *SAID[:-1])
    before, sealed_and_files = everything(case), left(case)
    with whole():
        facts, trail = Fact.objects.using("bulk").count(), Entry.objects.using("bulk").count()

    done = emptied(world, work)

    assert (done.state, done.removed, done.rows) == ("done", done.rows, done.removed)
    after = everything(case)
    assert [word for word in whose if word != ACCOUNT and word not in before] == []
    assert [word for word in whose if word in after] == []
    assert (sealed_and_files[0] > 0, sealed_and_files[1], left(case)) == (True, 2, (0, 0))
    with seen(case) as kept:
        assert (kept.state, kept.number, kept.closed_at) == ("refused", case.number, case.closed_at)
        assert (kept.user_id, kept.person_id, kept.shown_name) == (None, None, "")
        assert kept.emptied_at is not None
        verdicts = Decision.objects.using("bulk").filter(case=case).order_by("pk")
        assert list(verdicts.values_list("verdict", "by_user_id")) == [("approve", None), ("refuse", None)]
        assert Paper.objects.using("bulk").get(case=case).number == "工补〔2026〕1号"
        assert Fact.objects.using("bulk").count() == facts
        assert Entry.objects.using("bulk").count() > trail
    checks = (verify.cases_are_the_facts, verify.letters_are_the_facts, verify.open_cases_are_somewhere)
    assert [check().differences for check in checks] == [(), (), ()]


def test_again_nothing_is_proposed_and_nothing_changes(world: World, work: Callable[[], None]) -> None:
    case = refused(world)
    emptied(world, work)
    before = everything(case)

    retention.propose(at=OVER + timedelta(days=1))

    assert TABLE not in proposed()
    assert emptying.empty(at=OVER, term="case_years", before=OVER) == 0
    assert everything(case) == before


def test_before_its_term_nothing_is_proposed(world: World) -> None:
    refused(world)
    retention.propose(at=EARLY)
    assert TABLE not in proposed()
    retention.propose(at=OVER)
    assert TABLE in proposed()


def test_a_term_is_that_of_the_matters_own_definition(world: World) -> None:
    case = refused(world)
    assert "case_years" in emptying.parameters()
    with whole():
        assert case in emptying.over("case_years", OVER)
        assert case not in emptying.over("clue_years", OVER)


def test_nobody_is_emptied_before_the_objection_has_ended(world: World) -> None:
    case = refused(world)
    objection = objected(world, case)
    with whole():
        held = set(emptying.over("case_years", OVER)) & {case, objection}
    with acting(world.actors["member"]) as actor:
        handing_in.withdraw(actor=actor, at=AT, case_id=objection.pk)
    with whole():
        both = set(emptying.over("case_years", OVER)) & {case, objection}

    assert held == set()
    assert both == {case, objection}


@pytest.mark.parametrize("column", ["part_of", "merged_into", "dossier"])
def test_nothing_is_emptied_that_belongs_with_an_open_request(
    world: World, owner_sql: Callable[..., Any], column: str
) -> None:
    case = refused(world)
    with acting(world.actors["member"]) as actor:
        other = asking.start(actor=actor, at=AT, code=CODE)
    with whole():
        if column == "dossier":
            Linked.objects.using("bulk").create(case=other, to=case, why="同一件事")
    if column != "dossier":
        owner_sql("ALTER TABLE matters_case DISABLE TRIGGER matters_case_part")
        owner_sql(f"UPDATE matters_case SET {column}_id = %s WHERE id = %s", [other.pk, case.pk])
        owner_sql("ALTER TABLE matters_case ENABLE TRIGGER matters_case_part")

    with whole():
        assert case not in emptying.over("case_years", OVER)


def test_a_step_that_opens_later_holds_it(world: World, owner_sql: Callable[..., Any]) -> None:
    case = refused(world)
    owner_sql("ALTER TABLE matters_step DISABLE TRIGGER matters_step_state")
    owner_sql("UPDATE matters_step SET state = 'later' WHERE case_id = %s AND code = 'county'", [case.pk])
    owner_sql("ALTER TABLE matters_step ENABLE TRIGGER matters_step_state")

    with whole():
        assert case not in emptying.over("case_years", OVER)


def test_killed_in_the_middle_it_leaves_whole_cases_and_goes_on(world: World) -> None:
    first, second = refused(world), refused(world)
    with whole():
        cases = emptying.over("case_years", OVER).count()
    done = emptying.empty(at=OVER, term="case_years", before=OVER, most=cases - 1)
    stop = mock.patch.object(emptying.vault, "remove", side_effect=KeyboardInterrupt)
    with stop, pytest.raises(KeyboardInterrupt):
        emptying.empty(at=OVER, term="case_years", before=OVER)

    assert done == cases - 1
    assert sorted("家人住院" in everything(case) for case in (first, second)) == [False, True]
    assert emptying.empty(at=OVER, term="case_years", before=OVER) == 1
    assert "家人住院" not in everything(first) + everything(second)


def test_who_works_on_the_pages_empties_no_case_and_no_verdict(world: World) -> None:
    case = refused(world)
    with pytest.raises(Error, match="emptied once"):
        as_an_officer(world, Case.objects.filter(pk=case.pk), {"emptied_at": OVER}, case)
    with pytest.raises(Error, match="only added"):
        as_an_officer(world, Decision.objects.filter(case=case), emptying.EMPTIED[Decision], case)


@pytest.mark.parametrize(
    "change", [{"verdict": "approve"}, {"reason": "别的话"}, {"at": OVER}, {"reason": "", "amount": 1}]
)
def test_of_an_emptied_case_a_verdict_changes_in_no_other_way(
    world: World, work: Callable[[], None], change: dict[str, Any]
) -> None:
    case = refused(world)
    emptied(world, work)
    with pytest.raises(Error, match="only added"):
        as_retention(Decision.objects.using("bulk").filter(case=case, verdict="refuse"), change)


def test_of_a_case_that_is_not_emptied_a_verdict_keeps_its_words(world: World) -> None:
    case = refused(world)
    with pytest.raises(Error, match="only added"):
        as_retention(Decision.objects.using("bulk").filter(case=case), emptying.EMPTIED[Decision])


def test_the_trigger_lets_the_values_through_that_the_service_writes(owner_sql: Callable[..., Any]) -> None:
    for model in (Decision, LineAnswer):
        ((text,),) = owner_sql(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s",
            [f"{model._meta.db_table}_only_grows"],
        )
        assert [name for name in emptying.EMPTIED[model] if f'"{name}"' not in text] == []


def test_confirming_needs_the_password_again(world: World) -> None:
    refused(world)
    retention.propose(at=OVER)
    once = replace(world.actors["security"], stepped_up=False)
    proposal = RetentionProposal.objects.get(table=TABLE)
    with acting(once), pytest.raises(NeedsStepUp):
        retention.confirm(actor=once, at=OVER, proposal_id=proposal.pk)


def test_the_pages_say_that_it_was_deleted_as_promised(world: World, work: Callable[[], None]) -> None:
    case = refused(world)
    with whole():
        paper = Paper.objects.using("bulk").get(case=case)
    address = reverse("matters:case", args=[case.pk])
    before = browser(world, "member").get(address).content.decode()
    emptied(world, work)

    after = browser(world, "member").get(address).content.decode()
    file = browser(world, "luyang").get(reverse("matters:file", args=[case.pk])).content.decode()
    issued = browser(world, "member").get(reverse("matters:issued", args=[paper.pk])).content.decode()
    listed = browser(world, "member").get(reverse("matters:mine")).content.decode()

    assert "家人住院" in before
    assert "按约定删除" in after, after[after.find("<main") :]
    assert case.number not in after + listed
    assert "按约定" in file
    assert case.number in file
    assert [word for word in SAID if word in file] == []
    assert "工补〔2026〕1号" in issued
    assert "1200.00" not in issued


def test_a_file_of_an_emptied_case_is_opened_by_nobody(world: World, work: Callable[[], None]) -> None:
    case = refused(world)
    with whole():
        file_id = case.materials.using("bulk").get().file_id
    address = reverse("files:stored_file", args=[file_id])
    assert browser(world, "member").get(address).status_code == 200
    emptied(world, work)
    for name in ("member", "luyang"):
        assert browser(world, name).get(address).status_code == 404


def test_the_list_of_what_is_over_shows_requests(world: World) -> None:
    refused(world)
    retention.propose(at=OVER)
    page = browser(world, "security").get(reverse("administration:retention")).content.decode()
    assert TABLE in page
    assert str(emptying.LABEL) != TABLE
