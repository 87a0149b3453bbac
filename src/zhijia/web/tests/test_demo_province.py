"""The loaded demo province: it adds up, and there is work for every home."""

import pytest
from django.db import connections
from django.urls import reverse

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
)
from zhijia.vault import verify as vault_verify
from zhijia.web import demo
from zhijia.web.demo.loading import is_due, load
from zhijia.web.demo.work import _actor


def quiet(text):
    pass


def count(sql):
    with connections["bulk"].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_a_loaded_province_adds_up(province):
    open_memberships = count("SELECT count(*) FROM registry_membership WHERE valid_to IS NULL")
    net = count(
        "SELECT sum(CASE WHEN kind IN ('member.joined', 'member.transferred_in') THEN quantity ELSE -quantity END)"
        " FROM facts_fact WHERE kind LIKE 'member.%'"
    )

    assert open_memberships == net == province.members
    assert count("SELECT count(*) FROM registry_union") == province.unions
    assert count("SELECT count(*) FROM facts_fact WHERE kind LIKE 'member.%' AND quantity <> 1") == 0
    assert count("SELECT count(*) FROM vault_secret WHERE kind IN (1, 2)") == 2 * (
        province.members + province.gone
    )
    assert facts_verify.facts_are_told_once().differences == ()
    assert facts_verify.rollups_are_the_facts().differences == ()
    assert queries.total("union.founded") == province.unions


def test_members_have_valid_numbers_and_are_found_by_their_initials(province):
    with connections["bulk"].cursor() as cursor:
        cursor.execute("SELECT member_number FROM registry_membership")
        assert not [number for (number,) in cursor.fetchall() if codes.member_number_error(number)]
    assert verify.initials_are_those_of_the_names().differences == ()
    assert vault_verify.check().differences == ()


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
        load(province, at=days.now(), say=quiet)

    assert count("SELECT count(*) FROM audit_entry") == before
    assert not is_due()
