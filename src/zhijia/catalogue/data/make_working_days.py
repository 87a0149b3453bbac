"""Writes `definitions/working_days/<year>.yaml` from chinesecalendar (MIT), a development dependency.

    python src/zhijia/catalogue/data/make_working_days.py

Run it when the package has a new year, hold the difference beside the State Council's notice, commit it.
"""

from datetime import date
from importlib.metadata import version
from pathlib import Path

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays

FIRST_YEAR = 2018
SATURDAY = 5
TARGET = Path(__file__).resolve().parent.parent / "definitions" / "working_days"
CHINESE = {holiday.value: holiday.chinese for holiday in Holiday}


def special_days(year: int) -> dict[date, tuple[bool, str]]:
    """The days of the year that are not what their weekday says, with the holiday they belong to."""
    off = {day: (False, name) for day, name in holidays.items() if day.weekday() < SATURDAY}
    made_up = {day: (True, name) for day, name in workdays.items() if day.weekday() >= SATURDAY}
    return {day: entry for day, entry in sorted((off | made_up).items()) if day.year == year}


def main() -> None:
    """One file for each year the package knows."""
    TARGET.mkdir(exist_ok=True)
    for year in range(FIRST_YEAR, max(holidays).year + 1):
        notice = f"The State Council's notice of holidays for {year}"
        lines = [
            f'code: "{year}"',
            "version: 1",
            f'source: "{notice}, by chinesecalendar {version("chinesecalendar")} (MIT)"',
            "confidence: C2",
            "days:",
        ]
        for day, (working, name) in special_days(year).items():
            en = f"Make-up workday, {name}" if working else name
            zh = f"{CHINESE[name]}调休上班" if working else CHINESE[name]
            lines.append(
                f'  - {{day: {day}, working: {str(working).lower()}, label: {{en: "{en}", zh: {zh}}}}}'
            )
        (TARGET / f"{year}.yaml").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
