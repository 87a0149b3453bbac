"""What has passed its term is proposed by a job, confirmed by a person, and only then deleted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.administration.models import RetentionProposal
from zhijia.administration.services import retention
from zhijia.kernel import days
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.registry.models import Application, ImportChange, Lookup
from zhijia.registry.services import applications
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
        worlds.ask(world, "lan", "factory", serial=2, called="欧阳兰")
        worlds.ask(world, "ding", "factory", serial=1)
        refused = Application.objects.get(name="欧阳兰") if world.act("factory") else None
        assert refused is not None
        applications.refuse(
            actor=world.act("factory"), at=worlds.AT, application_id=refused.pk, reason="No proof."
        )
        Lookup.objects.create(user_id=1, at=NOW - timedelta(days=181), many=1)
        Lookup.objects.create(user_id=1, at=NOW - timedelta(days=178), many=1)
    with transaction.atomic(using="bulk"):
        Application.objects.using("bulk").filter(name="欧阳兰").update(
            decided_at=NOW - timedelta(days=3 * 366)
        )
    return world


def of(table: str) -> RetentionProposal:
    return RetentionProposal.objects.get(table=table)


@pytest.mark.parametrize(
    ("parameter", "day"),
    [
        ("retention.lookup_days", "2026-05-25"),
        ("retention.trail_months", "2025-11-21"),
        ("retention.application_refused_years", "2024-11-21"),
    ],
)
def test_a_term_ends_with_a_business_day(parameter: str, day: str) -> None:
    ended = retention.ended_before(parameter, NOW)

    assert days.business_day(ended).isoformat() == day
    assert ended.utcoffset() == timedelta(hours=8)


def test_a_term_of_hours_ends_to_the_minute() -> None:
    assert retention.ended_before("retention.import_undo_hours", NOW) == NOW - timedelta(hours=24)


def test_a_job_proposes_and_deletes_nothing(world: worlds.World) -> None:
    assert retention.propose(at=NOW) == 2
    assert retention.propose(at=NOW) == 2

    assert (of("registry_lookup").rows, of("registry_application").rows) == (1, 1)
    assert Lookup.objects.count() == 2


def test_what_is_confirmed_goes_with_its_secrets_and_the_rest_stays(
    world: worlds.World, work: Callable[[], None]
) -> None:
    retention.propose(at=NOW)
    security = world.actors["security"]
    with acting(security):
        for table in ("registry_lookup", "registry_application"):
            retention.confirm(actor=security, at=NOW, proposal_id=of(table).pk)
            retention.confirm(actor=security, at=NOW, proposal_id=of(table).pk)

    work()

    assert (of("registry_lookup").state, of("registry_lookup").removed) == ("done", 1)
    assert (of("registry_application").state, of("registry_application").removed) == ("done", 1)
    with transaction.atomic(using="bulk"):
        (left,) = Application.objects.using("bulk").values_list("id", "state")
        assert left[1] == "waiting"
        kept = Secret.objects.using("bulk").filter(row_id__isnull=False)
        assert kept.filter(county_id=world.unions["luyang"].pk).count() == 2
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
