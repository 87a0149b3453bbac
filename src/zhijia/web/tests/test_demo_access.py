"""What the row policies remember within a transaction (`registry/migrations/access.sql`) is never too much."""

from dataclasses import replace

import pytest
from django.db import transaction

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.kernel.context import acting
from zhijia.registry.models import Person
from zhijia.registry.services import grants
from zhijia.registry.tests.ready import behind
from zhijia.web.demo.logins import REVIEWER, counties
from zhijia.web.demo.work import _actor


@pytest.fixture
def taken_back(province):
    """What a test writes into the province goes again with it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def seen_by(login):
    with acting(_actor(login)):
        return Person.objects.count()


def test_users_who_take_turns_in_a_transaction_see_their_own_rows_each(taken_back):
    with transaction.atomic():
        officer, county, other, member = (
            seen_by(login) for login in ("officer", REVIEWER, "shushan", "member")
        )
        again = [seen_by(login) for login in ("member", "officer", REVIEWER)]

    assert 1 == member < officer < county
    assert other != county
    assert again == [member, officer, county]
    assert Person.objects.count() == 0


def test_a_right_given_ended_or_an_account_closed_counts_at_once_in_its_own_transaction(taken_back):
    county = counties()[0]
    user = User.objects.get(login="officer")
    with transaction.atomic():
        before = seen_by("officer")
        with acting(_actor("security")) as security:
            given = grants.write(
                at=days.now(), user_id=user.pk, role="county_reviewer", union=county, given_by=security
            )
        assert seen_by("officer") == seen_by(REVIEWER) > before
        with acting(_actor("security")) as security:
            grants.end(actor=replace(security, stepped_up=True), at=days.now(), grant_id=given.pk)
        assert seen_by("officer") == before
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert seen_by("officer") == 0


def test_a_union_that_moves_takes_its_rows_out_of_sight_at_once(taken_back):
    with transaction.atomic():
        before = seen_by("officer")
        behind("UPDATE registry_union SET tree_left = 0, tree_right = 0 WHERE level = 6")
        assert seen_by("officer") < before
