"""A form of appraisals that is sent twice at once, over two connections, is done once."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse

from zhijia.appraisals.models import Assessor, Entry, Mark, Run
from zhijia.appraisals.services import marking
from zhijia.appraisals.tests.world import CODE, GOOD, Homes
from zhijia.kernel import days
from zhijia.registry.tests.clicks import twice
from zhijia.registry.tests.world import AT


@pytest.fixture
def homes(committed: None, monkeypatch: pytest.MonkeyPatch) -> Homes:
    monkeypatch.setattr(days, "now", lambda: AT)
    with transaction.atomic():
        return Homes()


def test_a_run_that_is_opened_twice_at_once_is_there_once_with_its_entries(homes: Homes) -> None:
    said: dict[str, Any] = {
        "once": str(uuid4()), "code": CODE, "title": "2026年建家", "since": "2026-01-01", "until": "2026-12-31",
        "begins": "all",
    }  # fmt: skip
    address = reverse("appraisals:new", args=[homes.world.unions["luyang"].code])

    got = twice(homes.world.actors["luyang"], address, said)

    run = Run.objects.using("bulk").get()
    assert got == [(302, reverse("appraisals:run", args=[run.pk]))] * 2
    assert run.entries.using("bulk").count() == 2


def test_an_item_that_is_marked_twice_at_once_has_one_mark(homes: Homes) -> None:
    with transaction.atomic():
        entry = homes.scored_itself(homes.called())
        homes.name(entry, "second", "third")
    address = reverse("appraisals:mark_item", args=[entry.pk, "visit", "rooms"])

    got = twice(homes.world.actors["second"], address, {"said": "8", "words": "现场看过"})

    assert [status for status, _where in got] == [302, 302]
    assert Mark.objects.using("bulk").filter(entry=entry, part="visit", item="rooms").count() == 1


def test_marks_that_are_handed_in_twice_at_once_are_handed_in_once(homes: Homes) -> None:
    with transaction.atomic():
        entry = homes.scored_itself(homes.called())
        homes.name(entry, "second", "third")
        for item, said in GOOD.items():
            marking.mark(
                actor=homes.act("second"), at=AT, entry_id=entry.pk, part="visit", item=item, said=said
            )

    got = twice(homes.world.actors["second"], reverse("appraisals:hand_in", args=[entry.pk, "visit"]), {})

    assert [status for status, _where in got] == [302, 302]
    assert Assessor.objects.using("bulk").filter(entry=entry, handed_at__isnull=False).count() == 1


def test_a_union_that_enters_itself_twice_at_once_takes_part_once(homes: Homes) -> None:
    with transaction.atomic():
        run = homes.opened("self")
    name = homes.world.unions["factory"].name

    got = twice(homes.world.actors["factory"], reverse("appraisals:enter", args=[run.pk]), {"text": name})

    entry = Entry.objects.using("bulk").get()
    assert got == [(302, reverse("appraisals:entry", args=[entry.pk]))] * 2


def test_an_assessor_who_is_named_twice_at_once_is_named_once(homes: Homes) -> None:
    with transaction.atomic():
        entry = homes.called()
    said = {"part": "visit", "login": "second-officer"}

    got = twice(homes.world.actors["luyang"], reverse("appraisals:entry_act", args=[entry.pk, "name"]), said)

    assert [status for status, _where in got] == [302, 302]
    assert Assessor.objects.using("bulk").count() == 1
