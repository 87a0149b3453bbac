"""The demo province comes into the database whole or not at all, and once."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from zhijia.accounts.models import User
from zhijia.facts import verify as facts_verify
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Union
from zhijia.web import demo
from zhijia.web.demo import loader, loading, making
from zhijia.web.demo.copying import Sender
from zhijia.web.demo.loading import is_due, load
from zhijia.web.demo.logins import WHO
from zhijia.web.demo.plan import Plan

PLAN = Plan(unions=100, members=1000, seed=7)


def quiet(text):
    pass


def count(sql):
    with connections["bulk"].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_a_large_province_has_every_index_it_had(committed, monkeypatch):
    """Its tables lose their indexes meanwhile, and other processes make the people."""
    indexes = (
        "SELECT string_agg(indexdef, ';' ORDER BY indexname) FROM pg_indexes"
        " WHERE tablename !~ 'fact_|registers_row_'"
    )
    before = count(indexes)
    monkeypatch.setattr(loader, "LARGE", 0)
    monkeypatch.setattr(making, "CHUNK", 500)

    load(PLAN, at=days.now(), say=quiet, people_at_work=False)

    assert count(indexes) == before
    assert count("SELECT count(*) FROM facts_delta") == 0
    assert facts_verify.rollups_are_the_facts().differences == ()
    assert count("SELECT count(*) FROM registry_membership WHERE valid_to IS NULL") == PLAN.members


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
    load(PLAN, at=days.now(), say=quiet, people_at_work=False)
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
    assert User.objects.filter(staff=True).count() == len(WHO) - 1


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
