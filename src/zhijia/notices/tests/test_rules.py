from datetime import datetime

import pytest

from zhijia.kernel.days import SHANGHAI
from zhijia.notices import rules


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("asked", "quiet", "rings"),
    [
        ("2026-11-21 20:59", (21, 8), "2026-11-21 20:59"),
        ("2026-11-21 21:00", (21, 8), "2026-11-22 08:00"),
        ("2026-11-21 23:59", (21, 8), "2026-11-22 08:00"),
        ("2026-11-22 00:00", (21, 8), "2026-11-22 08:00"),
        ("2026-11-22 07:59", (21, 8), "2026-11-22 08:00"),
        ("2026-11-22 08:00", (21, 8), "2026-11-22 08:00"),
        ("2026-11-22 13:00", (12, 14), "2026-11-22 14:00"),
        ("2026-11-22 03:00", (0, 0), "2026-11-22 03:00"),
    ],
)
def test_no_telephone_rings_at_night(asked: str, quiet: tuple[int, int], rings: str) -> None:
    assert rules.when_awake(_at(asked), quiet) == _at(rings)
