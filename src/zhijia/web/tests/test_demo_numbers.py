"""The made-up province before it meets a database: how many, who, when, and that it is the same again."""

import hashlib
import lzma
from datetime import UTC, date, datetime, time

import numpy as np
import pytest

from zhijia.catalogue.division_loading import COUNTRY
from zhijia.kernel import codes
from zhijia.kernel.errors import Refusal
from zhijia.web.demo import making
from zhijia.web.demo.calendar import Calendar
from zhijia.web.demo.cells import Rows
from zhijia.web.demo.employers import make_employers
from zhijia.web.demo.founding import make_unions
from zhijia.web.demo.numbers import Births
from zhijia.web.demo.people import SIXTEEN, Register
from zhijia.web.demo.people_tables import PeopleTables
from zhijia.web.demo.plan import MEMBERS, UNIONS, Places, Plan
from zhijia.web.demo.seeds import Shuffle, shares
from zhijia.web.demo.tables import Ids, union_tables
from zhijia.web.demo.unions import NONE

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def divisions():
    with lzma.open(COUNTRY, "rt", encoding="utf-8") as file:
        return [tuple(line.rstrip("\n").split(",")) for line in file if line.startswith("34")]


@pytest.fixture(scope="module")
def province(divisions):
    plan = Plan.at_scale(0.001, 7)
    unions = make_unions(plan, Places.choose(divisions, plan))
    employers = make_employers(plan, unions)
    return Register(plan, unions, Calendar.up_to(TODAY)), employers


def rows_of(divisions, seed):
    plan = Plan.at_scale(0.001, seed)
    unions = make_unions(plan, Places.choose(divisions, plan))
    employers = make_employers(plan, unions)
    register = Register(plan, unions, Calendar.up_to(TODAY))
    ids = Ids(np.arange(len(unions)) + 1, np.arange(len(employers)) + 1, 1, 1)
    at = datetime.combine(TODAY, time(), UTC)
    for table, frame in union_tables(unions, employers, ids, register.calendar.today):
        yield Rows(f"COPY {table} FROM STDIN", len(frame), frame.write_csv().encode())
    tables = PeopleTables(register, employers, ids, at, "demo")
    for chunk in register.chunks():
        yield from tables.of(chunk)


def digest_of(rows):
    sums = hashlib.sha256()
    for part in rows:
        if part.told:
            sums.update(part.into.encode() + part.content)
    return sums.hexdigest()


def test_the_same_seed_makes_the_same_province_and_another_seed_another(divisions):
    first = digest_of(rows_of(divisions, 7))

    assert digest_of(rows_of(divisions, 7)) == first
    assert digest_of(rows_of(divisions, 8)) != first


def test_other_processes_make_the_same_people(province, monkeypatch):
    register, employers = province
    ids = Ids(np.arange(len(register.unions)) + 1, np.arange(len(employers)) + 1, 1, 1)
    tables = PeopleTables(register, employers, ids, datetime.combine(TODAY, time(), UTC), "demo")
    here = digest_of(tables.of(register.chunk(0)))
    monkeypatch.setattr(making, "CHUNK", 1)

    ((many, made),) = making.people(tables)

    assert many == register.total
    assert digest_of(made) == here


def test_the_whole_province_has_the_unions_and_members_its_federation_reported(divisions):
    plan = Plan.at_scale(1, 7)

    unions = make_unions(plan, Places.choose(divisions, plan))

    assert (len(unions), int(unions.members.sum())) == (UNIONS, MEMBERS) == (115_400, 10_131_300)
    sizes = np.sort(unions.members[unions.members > 0])
    assert np.median(sizes) < sizes.mean() / 2
    assert sizes[-1] > 5_000


def test_the_smallest_province_has_every_level_and_both_counties_of_the_log_ins(province):
    unions = province[0].unions

    assert len(unions) == 115
    assert unions.level.count(3) - unions.type.count("20") == 16
    assert sum(unions.pool) == 16
    for county in ("庐阳区总工会", "蜀山区总工会"):
        place = unions.name.index(county)
        below = [at for at in range(len(unions)) if unions.county[at] == place and unions.members[at] > 0]
        assert len(below) >= 3, county
    assert {"10", "20", "30", "31", "41", "50"} <= set(unions.type)
    assert any(fund != parent for fund, parent in zip(unions.fund, unions.parent, strict=True))
    assert any(parent != NONE for parent in unions.industry_parent)


@pytest.mark.parametrize("scale", [0.0001, 0, -1, 1.5])
def test_a_scale_without_room_for_every_level_is_refused(scale):
    with pytest.raises(Refusal):
        Plan.at_scale(scale, 7)


def test_every_number_is_valid_unique_and_of_a_range_nobody_has(province):
    register, employers = province
    numbers, phones = [], []
    for chunk in register.chunks():
        numbers += codes.synthetic_resident_ids(chunk.birth_dates, chunk.number_order).tolist()
        phones += chunk.phone.tolist()

    assert len(set(numbers)) == len(set(phones)) == register.total
    assert not codes.check_resident_ids([number.decode() for number in numbers], today=TODAY)[1]
    assert all(number.startswith(b"349999") for number in numbers)
    assert all(codes.is_synthetic_mobile(phone.decode()) for phone in phones)
    assert not [code for code in employers.code if codes.employer_code_error(code)]


def test_unions_have_valid_codes(province):
    register, employers = province
    ids = Ids(np.arange(len(register.unions)) + 1, np.arange(len(employers)) + 1, 1, 1)

    unions = dict(union_tables(register.unions, employers, ids, register.calendar.today))["registry_union"]

    assert not [code for code in unions["credit_code"] if codes.union_code_error(code)]
    assert unions["code"].n_unique() == len(unions)


def test_the_numbers_last_for_the_whole_province():
    people = Plan.at_scale(1, 7).members + Plan.at_scale(1, 7).gone
    births = Births.of(people, 7)
    serials = np.arange(0, people, 37)

    born, women, order = births.at(serials)

    cells = born * 2000 + women * 1000 + order
    assert len(np.unique(cells)) == len(serials)
    assert (order % 2 == ~women).all()


def test_nobody_is_a_member_too_young_too_early_twice_at_once_or_in_the_future(province):
    register = province[0]
    founded, today = register.founded, register.calendar.today
    seen = 0
    for chunk in register.chunks():
        for stay in (chunk.earlier, chunk.stay):
            here = stay.here
            ended = here & (stay.until != NONE)
            assert not (here & (stay.begins - chunk.born < SIXTEEN)).any()
            assert not (here & (stay.begins < founded[stay.union])).any()
            assert not (ended & (stay.until <= stay.begins)).any()
            assert not (here & (np.maximum(stay.begins, stay.until) >= today)).any()
        two = chunk.earlier.here
        assert not (two & (chunk.earlier.until > chunk.stay.begins)).any()
        assert not (two & (chunk.earlier.union == chunk.stay.union)).any()
        seen += int(two.sum())
    assert seen > 500


def test_members_of_today_are_exactly_as_many_as_planned(province):
    register = province[0]

    members = sum(int((chunk.stay.until == NONE).sum()) for chunk in register.chunks())

    assert members == register.plan.members == 10_131


@pytest.mark.parametrize("size", [1, 2, 7, 1000, 10_739])
def test_a_shuffle_gives_each_place_once(size):
    assert sorted(Shuffle(size, 5).at(np.arange(size)).tolist()) == list(range(size))


def test_shares_add_up_and_none_is_below_the_least():
    parts = shares(1001, np.array([0.001, 5.0, 2.5, 90.0]), least=3)

    assert parts.sum() == 1001
    assert parts.min() >= 3
