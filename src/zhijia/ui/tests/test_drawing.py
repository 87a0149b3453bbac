"""Charts, codes, icons and the words of the tags."""

import re
from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from zhijia.ui import codes, icons
from zhijia.ui.charts import Bar, Chart
from zhijia.ui.lines import Stop
from zhijia.ui.templatetags import ui


def _drawn(*values: float, target: float | None = None) -> list[tuple[str, str, str]]:
    chart = Chart(
        "Title", "unit", [Bar(str(at), value, str(value)) for at, value in enumerate(values)], target
    )
    return [(item.start, item.length, item.top) for item in chart.drawn]


@pytest.mark.parametrize(
    ("values", "target", "drawn"),
    [
        ((1, 2), None, [("0.00", "50.00", "50.00"), ("0.00", "100.00", "0.00")]),
        ((1,), 4, [("0.00", "25.00", "75.00")]),
        ((3, -1), None, [("25.00", "75.00", "0.00"), ("0.00", "25.00", "75.00")]),
        ((0, 0), None, [("0.00", "0.00", "100.00"), ("0.00", "0.00", "100.00")]),
        ((), None, []),
    ],
)
def test_a_bar_starts_at_zero_and_is_as_long_as_its_value(
    values: tuple[float, ...], target: float | None, drawn: list[tuple[str, str, str]]
) -> None:
    assert _drawn(*values, target=target) == drawn


def test_a_code_is_one_path_without_style() -> None:
    svg = codes.draw("https://example.invalid/a", 'Your <code> "here"')
    assert "style=" not in svg
    assert "&lt;code&gt;" in svg
    side = int(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
    assert side == 25 + 2 * 2


def test_an_icon_is_hidden_from_screen_readers_unless_it_speaks() -> None:
    assert 'aria-hidden="true"' in ui.icon("home")
    assert 'aria-label="a &quot;b&quot;"' in ui.icon("home", 'a "b"')
    with pytest.raises(KeyError):
        icons.draw("never-gathered")


@pytest.mark.parametrize(
    ("fen", "text"),
    [(None, ""), (0, "0.00"), (5, "0.05"), (335_000, "3,350.00"), (-12_345_678, "-123,456.78")],
)
def test_money_is_yuan_with_two_places(fen: int | None, text: str) -> None:
    assert ui.money(fen) == text


def test_a_day_is_the_day_in_shanghai() -> None:
    late_evening = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert ui.day(late_evening) == "2026年11月21日"
        assert ui.moment(late_evening) == "2026年11月21日 00:30"
        assert ui.day(date(2026, 1, 2)) == "2026年1月2日"
    assert ui.day(None) == ui.moment(None) == ""


def _strip(*states: str) -> str:
    stops = [Stop(f"stop {at}", state) for at, state in enumerate(states)]  # type: ignore[arg-type]
    with translation.override("en"):
        html = Template("{% cotton line :stops='stops' shape='strip' / %}").render(Context({"stops": stops}))
    return " ".join(re.findall(r'aria-label="([^"]*)"', html)[0].split())


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (("done", "now", "next"), "step 2 of 3: stop 1"),
        (("done", "late"), "step 2 of 2: stop 1"),
        (("done", "done"), "all steps done"),
        (("next", "next"), "not begun"),
        (("done", "stopped"), "step 2 of 2: stop 1"),
    ],
)
def test_a_strip_says_where_the_case_is(states: tuple[str, ...], said: str) -> None:
    assert _strip(*states) == said
