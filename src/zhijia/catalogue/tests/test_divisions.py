"""The administrative divisions: loaded, found, kept when they end."""

import lzma
from datetime import date
from time import monotonic

import pytest
from django.db import connection

from zhijia.catalogue import division_loading, divisions
from zhijia.catalogue.models import Division


@pytest.fixture
def anhui(db):
    divisions.load(levels=3, provinces=["34"], using="default")


def test_the_children_of_a_province_are_its_cities_in_order(anhui):
    names = [division.name for division in divisions.children("34")]
    assert names[:3] == ["合肥市", "芜湖市", "蚌埠市"]
    assert len(names) == 16


def test_a_code_may_be_given_short_or_long(anhui):
    assert divisions.name("3401") == divisions.name("340100000000") == "合肥市"


def test_a_code_nobody_knows_is_its_own_name(anhui):
    assert divisions.name("999999") == "999999"


def test_the_path_begins_at_the_province(anhui):
    assert [step.name for step in divisions.path("340111")] == ["安徽省", "合肥市", "包河区"]
    assert divisions.full_name("340111") == "安徽省合肥市包河区"


def test_many_names_take_one_query(anhui, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = divisions.names(["340111", "340104", "34"])
    assert found == {"340111": "包河区", "340104": "蜀山区", "34": "安徽省"}


@pytest.mark.parametrize(
    ("prefix", "filters", "expected"),
    [
        ("包河", {}, ["包河区"]),
        ("巢湖", {}, ["巢湖市"]),
        ("巢湖", {"within": "3402"}, []),
        ("合肥", {"level": 2}, ["合肥市"]),
        ("%", {}, []),
    ],
)
def test_a_search_finds_names_that_begin_so(anhui, prefix, filters, expected):
    assert [division.name for division in divisions.search(prefix, **filters)] == expected


@pytest.mark.parametrize(
    ("search", "index"),
    [(divisions.search("合"), "division_by_name"), (divisions.children("34"), "division_children")],
)
def test_a_search_is_served_by_an_index(anhui, search, index):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert index in search.explain()


def test_an_abolished_county_keeps_its_name_and_is_offered_nowhere(anhui):
    assert divisions.name("340823") == "枞阳县"
    assert "340823000000" not in [division.code for division in divisions.children("3408")]
    assert divisions.current("340823") == "340722000000"


def test_an_abolished_county_was_offered_in_its_time(anhui):
    then = [division.code for division in divisions.children("3408", day=date(2012, 1, 1))]
    assert "340823000000" in then


def test_a_division_without_a_successor_stands_for_itself(anhui):
    assert divisions.current("340111") == "340111"


def test_every_successor_and_every_parent_is_in_the_list():
    rows = list(division_loading._rows(3, frozenset()))
    codes = {row[0] for row in rows}
    assert not [row for row in rows if row[5] and row[5] not in codes]
    assert not [row for row in rows if row[2] > 1 and row[3] not in codes]


def test_the_same_list_loaded_again_changes_nothing(anhui):
    assert divisions.load(levels=3, provinces=["34"], using="default") == division_loading.Loaded()


def test_a_part_of_a_list_that_is_there_is_not_loaded_again(anhui):
    assert divisions.load(levels=2, provinces=["34"], using="default") == division_loading.Loaded()


def test_a_longer_list_adds_what_is_missing(committed):
    divisions.load(levels=2, provinces=["34"])
    result = divisions.load(levels=3, provinces=["34"])
    assert result.changed > 100
    assert result.ended == 0
    assert divisions.name("340111") == "包河区"


def test_a_newer_list_renames_begins_and_ends_but_deletes_nothing(committed, monkeypatch, tmp_path):
    divisions.load(levels=3, provinces=["34"])
    before = Division.objects.count()
    changed = {"340111000000": "包公区"}
    lines = [
        f"{row[0]},{changed.get(row[0], row[1])}\n"
        for row in division_loading._rows(3, frozenset({"34"}))
        if row[0] != "340104000000" and row[4] is None
    ]
    newer = tmp_path / "newer.csv.xz"
    newer.write_bytes(lzma.compress("".join([*lines, "340199000000,新区\n"]).encode()))
    monkeypatch.setattr(division_loading, "COUNTRY", newer)

    result = divisions.load(levels=3, provinces=["34"])

    assert (result.changed, result.ended) == (2, 1)
    assert Division.objects.count() == before + 1
    assert divisions.name("340111") == "包公区"
    assert divisions.get("340104").valid_to is not None
    assert divisions.get("340199").valid_from is not None


@pytest.mark.slow
def test_the_whole_country_loads_in_seconds(committed):
    start = monotonic()
    result = divisions.load()
    assert result.read > 665_000
    assert monotonic() - start < 30  # 8 on an idle laptop of two cores
    assert divisions.full_name("340111001001").startswith("安徽省合肥市包河区")
