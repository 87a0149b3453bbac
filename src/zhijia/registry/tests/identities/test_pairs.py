"""Pairs are found by what is shared, never compared in the clear, and shown to who has both sides."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou
from zhijia.registry.bench import doubles, identities_limit
from zhijia.registry.bench import identities as bench
from zhijia.registry.models import (
    Blocks,
    CutBlock,
    Membership,
    Pair,
    Person,
)
from zhijia.registry.services.identities import deciding, finding
from zhijia.registry.services.imports import runs, work
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.identities.twice import LATER, find, merge, only_pair, person_of
from zhijia.registry.tests.world import AT, World


def test_two_registrations_one_digit_apart_are_found_and_wait_for_a_human(kept: World) -> None:
    found = find()

    pair = only_pair()
    assert (found.registrations, found.proposed, pair.state) == (2, 1, Pair.State.OPEN)
    assert {pair.first_id, pair.second_id} == {person_of(kept, "ding"), person_of(kept, "again")}
    assert set(pair.reasons) >= {"number_near", "name_same", "birth_same"}
    with context.whole():
        assert Membership.objects.using("bulk").filter(valid_to=None).count() == 2


def test_a_second_run_compares_only_who_changed(kept: World) -> None:
    find()
    assert find().registrations == 0
    pair = only_pair()

    with context.acting(kept.actors["factory"]):
        Person.objects.filter(pk=person_of(kept, "ding")).update(name="丁大勇", changed_at=LATER)
    again = find()

    assert (again.registrations, again.proposed) == (1, 0)
    with context.whole():
        assert not Pair.objects.using("bulk").filter(pk=pair.pk).exists()


def test_a_run_killed_in_the_middle_goes_on_where_it_was(
    kept: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge, calls = finding._judge, iter(range(9))

    def dies(*args: Any) -> Any:
        if next(calls) == 1:
            raise KeyboardInterrupt
        return judge(*args)

    monkeypatch.setattr(finding, "_judge", dies)
    with pytest.raises(KeyboardInterrupt):
        finding.run(actor=Actor(None, "job", "test"), at=AT, chunk=1)
    with context.whole():
        assert Blocks.objects.using("bulk").count() == 1

    assert find().registrations == 1
    assert only_pair().state == Pair.State.OPEN


def test_a_block_that_is_too_large_is_counted_and_not_compared(
    kept: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = finding._limits(date(2026, 11, 20))
    monkeypatch.setattr(finding, "_limits", lambda _day: replace(limits, block=1))

    assert find().proposed == 0

    with context.whole():
        cut = CutBlock.objects.using("bulk").get()
        assert (cut.kind, cut.registrations) == ("birth", 2)
        Blocks.objects.using("bulk").all().delete()
    monkeypatch.setattr(finding, "_limits", lambda _day: limits)
    find()
    with context.whole():
        assert not CutBlock.objects.using("bulk").exists()


def test_nothing_clear_is_kept_of_what_is_compared(kept: World) -> None:
    find()
    with context.whole() as cursor:
        cursor.execute(
            "SELECT to_jsonb(b)::text FROM registry_blocks b UNION ALL SELECT to_jsonb(w)::text FROM registry_pair w"
        )
        told = "".join(text for (text,) in cursor.fetchall())
    assert not [word for word in ("张", "19900307", "1990-03-07", "16900000") if word in told]


@pytest.mark.parametrize("who", ["factory", "mill", "luyang", "shushan"])
def test_who_has_one_side_alone_finds_no_pair(kept: World, who: str) -> None:
    find()
    pair = only_pair()

    with context.acting(kept.actors[who]) as actor:
        assert not Pair.objects.exists()
        with pytest.raises(NotForYou):
            deciding.merge(actor=actor, at=AT, pair_id=pair.pk, stays=pair.first_id, reason="mine")

    assert only_pair().state == Pair.State.OPEN


def test_a_pair_follows_a_person_who_moves(kept: World) -> None:
    find()
    couriers = kept.unions["couriers"]
    with context.whole() as cursor:
        cursor.execute(
            "SELECT registry_move_person(%s, %s, %s)",
            [person_of(kept, "again"), couriers.pk, couriers.county_id],
        )
    with context.acting(kept.actors["luyang"]):
        assert Pair.objects.count() == 1
    with context.acting(kept.actors["shushan"]):
        assert Pair.objects.count() == 0


def test_two_people_are_kept_apart_and_not_proposed_again(kept: World) -> None:
    find()
    with context.acting(kept.actors["city"]) as city:
        deciding.keep_apart(actor=city, at=AT, pair_id=only_pair().pk, reason="brothers, both cards seen")
    with context.whole():
        Blocks.objects.using("bulk").all().delete()

    find()

    assert only_pair().state == Pair.State.DIFFERENT


def test_of_a_planted_set_nearly_all_are_found_and_hardly_anybody_else(committed: None) -> None:
    """Another seed than the bench's; the pairs are those a comparison in memory finds."""
    made = doubles.make(3_000, seed=23)
    ids = bench.load(made, AT)
    limits = finding._limits(date(2026, 11, 20))

    finding.run(actor=Actor(None, "job", "test"), at=AT, chunk=700)

    found, _cut = bench.found_pairs(ids)
    right = found & set(made.truth)
    assert len(right) / len(made.truth) >= 0.95
    assert len(right) / len(found) >= 0.9
    clear = identities_limit.columns(made.rows)
    assert found == identities_limit.pairs(clear, limits.points, limits.threshold, limits.block)


def test_a_roster_with_both_documents_of_one_person_names_the_second_row(kept: World) -> None:
    find()
    merge(kept)
    factory = kept.actors["factory"]
    text = "姓名,身份证号,手机号码\n" + "".join(
        f"张小丰,{worlds.number(serial)},16900000001\n" for serial in (1, 3)
    )
    with context.acting(factory):
        sent = runs.upload(
            actor=factory, at=LATER, union=kept.unions["factory"], name="roster.csv",
            content=BytesIO(text.encode()), in_background=False,
        )  # fmt: skip

    checked = work.check(actor=factory, at=LATER, import_id=sent.pk)

    assert checked.counts["wrong"] == 1
    assert "id_twice" in str(checked.first_errors)
