"""A form of appraisals that is sent twice at once, over two connections, is done once."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse

from zhijia.appraisals.models import Run
from zhijia.appraisals.tests.rounds.test_at_once import twice
from zhijia.appraisals.tests.world import CODE, Homes
from zhijia.kernel import days
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
