"""When a place is open, of what its opening hours say: in numbers and weekdays, as people write them. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

DAY = 24 * 60
"""Minutes."""
EVERY_DAY = frozenset(range(7))
_CHINESE = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_ENGLISH = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_WEEKDAY = "(?:(?:周|星期)[一二三四五六日天]|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)"
_MINUTE = r"\d{1,2}:\d{2}"
_PART = re.compile(
    rf"(?P<workdays>工作日|working ?days|weekdays)|(?P<restdays>节假日|周末|weekends?|holidays)"
    rf"|(?P<days>{_WEEKDAY}(?:-{_WEEKDAY})?)|(?P<every>每天|每日|全年|daily|every ?day)"
    rf"|(?P<all>24 ?小时|全天|24 ?hours|24h)|(?P<from>{_MINUTE})-(?P<to>{_MINUTE})|(?P<between>开放|[,;，；、/。]|\s)"
)
_SHORT = re.compile(r"(周|星期)([一二三四五六日天](?:[-、,，]?[一二三四五六日天])+)")
"""Days after the first without their word: 周一至五, 周一、三、五, 周六日."""
_DASHES = str.maketrans({"：": ":", "—": "-", "–": "-", "～": "-", "~": "-", "至": "-", "到": "-", "－": "-"})


@dataclass(frozen=True, slots=True)
class _Said:
    """From and to which minute, on which weekdays; on working days or days of rest alone where `work` says so."""

    days: frozenset[int]
    work: bool | None
    opens: int
    closes: int

    def holds(self, weekday: int, works: bool, minute: int) -> bool:
        meant = weekday in self.days if self.work is None else self.work == works
        return meant and self.opens <= minute < self.closes


def is_open(text: str, *, weekday: int, works: bool, minute: int) -> bool | None:
    """Whether a place with these hours is open on a weekday (0 is Monday), a working day or not, at a minute of the
    day; None where the hours cannot be read. Hours that run past midnight go on in the morning after the day they begin
    on; of hours of working days that morning has to be one as well."""
    said = _read(text)
    if said is None:
        return None
    return any(one.holds(weekday, works, minute) for one in said)


def _read(text: str) -> list[_Said] | None:
    found: list[_Said] = []
    days: set[int] = set()
    work: bool | None = None
    told = False
    at = 0
    text = re.sub(r"\s*-\s*", "-", text.casefold().translate(_DASHES)).strip()
    text = _SHORT.sub(lambda some: re.sub("[一二三四五六日天]", rf"{some[1]}\g<0>", some[2]), text)
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            return None
        at = part.end()
        if part["between"]:
            continue
        if part["all"] or part["from"]:
            hours = (0, DAY) if part["all"] else _minutes(part["from"], part["to"])
            if hours is None:
                return None
            found += _stretches(frozenset(days) or EVERY_DAY, work, *hours)
            told = True
            continue
        if told:
            days, work, told = set(), None, False
        if part["workdays"] or part["restdays"]:
            work = bool(part["workdays"])
        else:
            days |= EVERY_DAY if part["every"] else _weekdays(part["days"])
    return found if found and told else None


def _stretches(days: frozenset[int], work: bool | None, opens: int, closes: int) -> Iterator[_Said]:
    if opens < closes:
        yield _Said(days, work, opens, closes)
        return
    yield _Said(days, work, opens, DAY)
    yield _Said(frozenset((day + 1) % 7 for day in days), work, 0, closes)


def _minutes(opens: str, closes: str) -> tuple[int, int] | None:
    both = [int(one[:-3]) * 60 + int(one[-2:]) for one in (opens, closes)]
    if any(one > DAY or int(text[-2:]) > 59 for one, text in zip(both, (opens, closes), strict=True)):
        return None
    return both[0], both[1]


def _weekdays(text: str) -> set[int]:
    ends = [_weekday(one) for one in text.split("-")]
    first, last = ends[0], ends[-1]
    return {(first + step) % 7 for step in range((last - first) % 7 + 1)}


def _weekday(text: str) -> int:
    return _ENGLISH[text[:3]] if text[0].isascii() else _CHINESE[text[-1]]
