"""What has passed its term is proposed by a job, confirmed by a person, and only then deleted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import ApiToken, User
from zhijia.administration.models import RetentionProposal
from zhijia.administration.services import retention
from zhijia.files.models import StoredFile
from zhijia.kernel import days
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.registers.models import Row
from zhijia.registers.services import adding
from zhijia.registers.tests import world as rooms
from zhijia.registry.models import Grant, ImportChange, Lookup
from zhijia.registry.tests import rosters
from zhijia.registry.tests import world as worlds
from zhijia.vault import kinds
from zhijia.vault.models import Secret

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


@pytest.fixture
def world(committed: None) -> worlds.World:
    with transaction.atomic():
        world = worlds.build()
        worlds.appoint(world, "province", "security_admin", "security")
        worlds.worker(world, "lan")
        world.act("factory")
        Lookup.objects.create(user_id=1, at=NOW - timedelta(days=181), many=1)
        Lookup.objects.create(user_id=1, at=NOW - timedelta(days=178), many=1)
    return world


def of(table: str) -> RetentionProposal:
    return RetentionProposal.objects.get(table=table)


@pytest.mark.parametrize(
    ("parameter", "day"),
    [
        ("retention.lookup_days", "2026-05-25"),
        ("retention.trail_months", "2025-11-21"),
        ("retention.case_years", "2016-11-21"),
    ],
)
def test_a_term_ends_with_a_business_day(parameter: str, day: str) -> None:
    ended = retention.ended_before(parameter, NOW)

    assert days.business_day(ended).isoformat() == day
    assert ended.utcoffset() == timedelta(hours=8)


def test_a_term_of_hours_ends_to_the_minute() -> None:
    assert retention.ended_before("retention.import_undo_hours", NOW) == NOW - timedelta(hours=24)


def test_a_job_proposes_and_deletes_nothing(world: worlds.World) -> None:
    assert retention.propose(at=NOW) == 1
    assert retention.propose(at=NOW) == 1

    assert of("registry_lookup").rows == 1
    assert Lookup.objects.count() == 2


def test_what_is_confirmed_goes_with_its_secrets_and_the_rest_stays(
    world: worlds.World, work: Callable[[], None]
) -> None:
    retention.propose(at=NOW)
    security = world.actors["security"]
    with acting(security):
        for table in ("registry_lookup",):
            retention.confirm(actor=security, at=NOW, proposal_id=of(table).pk)
            retention.confirm(actor=security, at=NOW, proposal_id=of(table).pk)

    work()

    assert (of("registry_lookup").state, of("registry_lookup").removed) == ("done", 1)
    assert Lookup.objects.count() == 1


def test_what_an_import_overwrote_goes_with_its_sealed_values_once_it_can_no_longer_be_undone(
    world: worlds.World, work: Callable[[], None]
) -> None:
    officer, union = world.actors["factory"], world.unions["factory"]
    rows = [rosters.person(11, home="安徽省合肥市"), rosters.person(12)]
    rosters.applied(officer, union, rosters.content(rows))
    rosters.applied(officer, union, rosters.content([rosters.person(11, phone="16922222222", home="安徽省")]))
    late = worlds.AT + timedelta(days=3)
    rosters.applied(officer, union, rosters.content([rosters.person(12, phone="16933333333")]), at=late)
    security = world.actors["security"]

    retention.propose(at=worlds.AT + timedelta(hours=47))
    early = RetentionProposal.objects.filter(table="registry_import_change").exists()
    retention.propose(at=late)
    with acting(security):
        retention.confirm(actor=security, at=late, proposal_id=of("registry_import_change").pk)
    work()

    assert not early
    assert of("registry_import_change").removed == 1
    with transaction.atomic(using="bulk"):
        (kept,) = ImportChange.objects.using("bulk").all()
        kinds_kept = [kinds.get(name).number for name in kinds.of_table("registry_import_change")]
        sealed = Secret.objects.using("bulk").filter(kind__in=kinds_kept)
        assert [secret.row_id for secret in sealed] == [kept.pk]


def confirmed(world: worlds.World, table: str, at: datetime) -> None:
    retention.propose(at=at)
    with acting(world.actors["security"]) as security:
        retention.confirm(actor=security, at=at, proposal_id=of(table).pk)


def files(**chosen: Any) -> set[UUID]:
    with transaction.atomic(using="bulk"):
        return set(StoredFile.objects.using("bulk").filter(**chosen).values_list("pk", flat=True))


def test_a_roster_goes_with_its_file_once_nothing_is_kept_to_undo_it(
    world: worlds.World, work: Callable[[], None]
) -> None:
    officer, union = world.actors["factory"], world.unions["factory"]
    rosters.applied(officer, union, rosters.content([rosters.person(11)]))
    rosters.applied(officer, union, rosters.content([rosters.person(11, phone="16922222222")]))
    before, later = files(owner="registry.roster"), worlds.AT + timedelta(days=400)

    confirmed(world, "registry_roster_import", later)
    work()
    first = of("registry_roster_import").removed
    confirmed(world, "registry_import_change", later)
    work()

    assert (first, len(before), len(files(owner="registry.roster"))) == (1, 2, 1)
    retention.propose(at=later)
    again = RetentionProposal.objects.filter(table="registry_roster_import", state="proposed")
    assert [proposal.rows for proposal in again] == [1]


@pytest.mark.parametrize(
    ("ends", "revoked", "over"),
    [(-181, None, True), (-179, None, False), (100, -181, True), (100, -179, False), (100, None, False)],
)
def test_a_token_is_kept_half_a_year_from_its_end_or_from_when_it_was_revoked(
    world: worlds.World, ends: int, revoked: int | None, over: bool
) -> None:
    ApiToken.objects.create(
        user_id=world.actors["factory"].user_id or 0, name="rooms", digest="1", scopes=["union.view"],
        created_at=NOW - timedelta(days=300), expires_at=NOW + timedelta(days=ends),
        revoked_at=None if revoked is None else NOW + timedelta(days=revoked),
    )  # fmt: skip

    retention.propose(at=NOW)

    assert RetentionProposal.objects.filter(table="accounts_api_token").exists() is over


def test_a_grant_in_force_is_never_proposed(world: worlds.World) -> None:
    with transaction.atomic(using="bulk"):
        ended = Grant.objects.using("bulk").filter(user_id=world.actors["shushan"].user_id)
        assert ended.update(valid_to=(NOW - timedelta(days=400)).date()) == 1

    retention.propose(at=NOW)

    assert of("registry_grant").rows == 1


@pytest.mark.parametrize("name", ["factory", "province", "lan"])
def test_nobody_else_confirms(world: worlds.World, name: str) -> None:
    retention.propose(at=NOW)
    with acting(world.actors[name]), pytest.raises(NotForYou):
        retention.confirm(actor=world.actors[name], at=NOW, proposal_id=of("registry_lookup").pk)

    assert of("registry_lookup").state == "proposed"


def test_confirming_needs_the_password_again(world: worlds.World) -> None:
    retention.propose(at=NOW)
    security = replace(world.actors["security"], stepped_up=False)

    with acting(security), pytest.raises(NeedsStepUp):
        retention.confirm(actor=security, at=NOW, proposal_id=of("registry_lookup").pk)


def test_the_trail_is_only_shown(world: worlds.World) -> None:
    later = NOW + timedelta(days=500)
    retention.propose(at=later)
    security = world.actors["security"]

    with acting(security), pytest.raises(Refusal) as refused:
        retention.confirm(actor=security, at=later, proposal_id=of("audit_entry").pk)

    assert refused.value.code == "only_shown"


def test_the_page_lists_and_confirms(world: worlds.World) -> None:
    retention.propose(at=NOW)
    client = Client()
    client.force_login(User.objects.get(pk=world.actors["security"].user_id))

    page: Any = client.get(reverse("administration:retention"))
    asked = client.post(reverse("administration:confirm_retention", args=[of("registry_lookup").pk]))

    assert "registry_lookup" in page.content.decode()
    assert asked.status_code == 302
    assert "step-up" in asked["Location"]
    assert of("registry_lookup").state == "proposed"


def test_rows_of_a_list_go_by_the_term_their_list_names(world: worlds.World) -> None:
    """One list names another term than most: its rows go by that one, those of the other list by theirs."""
    with acting(world.actors["province"]):
        kept = rooms.publish(dues=[], facts=[], retention="import_months")
        usual = rooms.publish(dues=[], facts=[], code="test.usual")
    ended = (NOW - timedelta(days=800)).date()
    with transaction.atomic(), acting(world.actors["luyang"]) as actor:
        for code in (kept.code, usual.code):
            union = world.unions["luyang"]
            row = adding.add(actor=actor, at=worlds.AT, code=code, union_id=union.pk, typed=rooms.typed())
            Row.objects.filter(pk=row.pk).update(state="closed", ended_on=ended, version=2, changed_at=NOW)

    retention.propose(at=NOW)
    assert not RetentionProposal.objects.filter(table="registers_row").exists()
    confirmed(world, "registers_row.import_months", NOW)
    assert retention.remove(at=NOW, proposal_id=of("registers_row.import_months").pk) == 1

    with transaction.atomic(using="bulk"):
        left = list(Row.objects.using("bulk").values_list("register_id", flat=True))
    assert left == [usual.id]
