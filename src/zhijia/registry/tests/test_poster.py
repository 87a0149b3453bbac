"""The poster by which workers join: a drawing and an address, for the officer who takes in its members."""

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.registry.tests.rosters import small_world


@pytest.fixture
def world(committed):
    return small_world()


def poster_seen_by(world, name):
    client = Client()
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client.get(reverse("registry:poster", args=[world.unions["factory"].code]))


def test_the_poster_draws_its_code_and_prints_the_same_address(world):
    page = poster_seen_by(world, "factory").content.decode()

    assert '<svg class="qr-code"' in page
    assert "&lt;svg" not in page
    assert reverse("registry:join", args=[world.unions["factory"].code]) in page


def test_an_officer_of_another_union_finds_no_poster(world):
    assert poster_seen_by(world, "mill").status_code == 404


@pytest.mark.parametrize("place", ["zzz", "000000000000"])
def test_a_place_that_is_none_is_not_found(world, place):
    assert Client().get(reverse("registry:join_at", args=[place])).status_code == 404
