"""The demo province in the database: whole or not at all, once, and with work for every home."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.accounts.services import logins
from zhijia.facts import queries
from zhijia.facts import verify as facts_verify
from zhijia.kernel import actors, codes, days
from zhijia.kernel.context import acting
from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Case, Step
from zhijia.registry import access, verify
from zhijia.registry.models import (
    Grant,
    LeaveProposal,
    Person,
    TransferBatch,
    TransferLeg,
    Union,
)
from zhijia.vault import verify as vault_verify
from zhijia.web import demo
from zhijia.web.demo import loader, loading, making
from zhijia.web.demo.copying import Sender
from zhijia.web.demo.loading import is_due, load
from zhijia.web.demo.plan import Plan
from zhijia.web.demo.work import _actor

PLAN = Plan(unions=100, members=1000, seed=7)


def quiet(text):
    pass


def count(sql):
    with connections["bulk"].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.fixture
def province(committed):
    load(PLAN, at=days.now(), say=quiet)


def test_a_loaded_province_adds_up(province):
    open_memberships = count("SELECT count(*) FROM registry_membership WHERE valid_to IS NULL")
    net = count(
        "SELECT sum(CASE WHEN kind IN ('member.joined', 'member.transferred_in') THEN quantity ELSE -quantity END)"
        " FROM facts_fact WHERE kind LIKE 'member.%'"
    )

    assert open_memberships == net == PLAN.members
    assert count("SELECT count(*) FROM registry_union") == PLAN.unions
    assert count("SELECT count(*) FROM facts_fact WHERE quantity <> 1") == 0
    assert count("SELECT count(*) FROM vault_secret WHERE kind IN (1, 2)") == 2 * (PLAN.members + PLAN.gone)
    assert facts_verify.facts_are_told_once().differences == ()
    assert facts_verify.rollups_are_the_facts().differences == ()
    assert queries.total("union.founded") == PLAN.unions


def test_members_have_valid_numbers_and_are_found_by_their_initials(province):
    with connections["bulk"].cursor() as cursor:
        cursor.execute("SELECT member_number FROM registry_membership")
        assert not [number for (number,) in cursor.fetchall() if codes.member_number_error(number)]
    assert verify.initials_are_those_of_the_names().differences == ()
    assert vault_verify.check().differences == ()


def test_a_large_province_has_every_index_it_had(committed, monkeypatch):
    """Its tables lose their indexes meanwhile, and other processes make the people."""
    indexes = "SELECT string_agg(indexdef, ';' ORDER BY indexname) FROM pg_indexes WHERE tablename !~ 'fact_'"
    before = count(indexes)
    monkeypatch.setattr(loader, "LARGE", 0)
    monkeypatch.setattr(making, "CHUNK", 500)

    load(PLAN, at=days.now(), say=quiet)

    assert count(indexes) == before
    assert count("SELECT count(*) FROM facts_delta") == 0
    assert facts_verify.rollups_are_the_facts().differences == ()
    assert count("SELECT count(*) FROM registry_membership WHERE valid_to IS NULL") == PLAN.members


def test_rebuilding_the_tree_keeps_the_county_of_every_row(province):
    assert count(
        "SELECT count(*) FROM registry_person p JOIN registry_union u ON u.id = p.union_id"
        " WHERE p.county_id IS DISTINCT FROM u.county_id"
    ) == 0  # fmt: skip


def test_every_login_opens_with_its_password_and_has_its_role(province):
    visitor = actors.system("test", "page")
    for login in demo.logins():
        with acting(visitor):
            user = logins.by_password(actor=visitor, at=days.now(), name=login.login, password=login.password)
        assert user.demo
        assert bool(user.totp_since) == user.staff
    with acting(_actor("officer")):
        assert Grant.objects.count() == len(demo.logins()) - 1


def test_the_page_of_codes_shows_a_second_factor_for_each_of_the_staff(province, client):
    page = client.get(reverse("accounts:demo_codes")).content.decode()

    staff = [login.login for login in demo.logins() if login.login != "member"]
    assert [login for login in staff if login not in page] == []


def test_each_home_finds_work_of_its_own_and_nothing_of_the_other_county(province):
    with acting(_actor("officer")) as officer:
        here = access.unions_granted(officer, "membership.approve")[0]
        assert set(Case.objects.filter(code="join").values_list("union_id", flat=True)) == {here.pk}
        assert Case.objects.filter(union_id=here.pk, state="open", code="correction").count() == 3
        assert Case.objects.filter(union_id=here.pk, state="open", code="transfer_out").count() == 1
        assert Step.objects.filter(seat_id=here.pk, state="waiting").count() == 1
        batch = TransferBatch.objects.get(other_union_id=here.pk, state="open")
        assert TransferLeg.objects.filter(batch_id=batch.pk, state="pending").count() == batch.lines > 0
        assert LeaveProposal.objects.filter(union_id=here.pk, state="asked").count() == 2
    with acting(_actor("shushan")) as stranger:
        county = access.unions_granted(stranger, "membership.approve")[0]
        assert set(Case.objects.filter(code="join").values_list("county_id", flat=True)) == {county.pk}
        assert not Person.objects.exclude(county_id=county.pk).exists()


def test_a_second_load_changes_nothing(province):
    before = count("SELECT count(*) FROM audit_entry")

    with pytest.raises(Refusal):
        load(PLAN, at=days.now(), say=quiet)

    assert count("SELECT count(*) FROM audit_entry") == before
    assert not is_due()


def test_a_load_killed_while_people_are_sent_leaves_nothing_and_can_be_run_again(committed, monkeypatch):
    def killed(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Sender, "take", killed)
        with pytest.raises(KeyboardInterrupt):
            load(PLAN, at=days.now(), say=quiet)

    assert not Union.objects.using("bulk").exists()
    assert count("SELECT count(*) FROM registry_person") == 0
    assert is_due()
    load(PLAN, at=days.now(), say=quiet)
    assert count("SELECT count(*) FROM registry_membership WHERE valid_to IS NULL") == PLAN.members


def test_a_load_killed_after_the_register_is_taken_up_where_it_ended(committed, monkeypatch):
    def killed(*args, **named):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(loading, "make_work", killed)
        with pytest.raises(KeyboardInterrupt):
            load(PLAN, at=days.now(), say=quiet)
    assert not User.objects.exists()
    assert is_due()
    with pytest.raises(Refusal):
        load(Plan(unions=100, members=1000, seed=8), at=days.now(), say=quiet)

    load(PLAN, at=days.now(), say=quiet)

    assert not is_due()
    assert count("SELECT count(*) FROM registry_union") == PLAN.unions
    assert User.objects.filter(staff=True).count() == 8


def test_a_demo_is_not_loaded_over_a_register_in_use(committed, owner_sql):
    owner_sql(
        "INSERT INTO registry_union (code, name, type, level, division, county_ids, holding_pool, industry,"
        " unit_nature, founded_on, approval_number, tree_left, tree_right)"
        " VALUES ('x', 'x', '10', 2, '340000000000', '{}', false, '', '', '2020-01-01', '', 0, 0)"
    )

    assert not is_due()
    with pytest.raises(Refusal):
        load(PLAN, at=days.now(), say=quiet)


def test_there_are_no_demo_logins_where_the_switch_is_off(settings):
    settings.DEMO = False

    assert demo.logins() == []
    with pytest.raises(CommandError):
        call_command("demo", "load")
