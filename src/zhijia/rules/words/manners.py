"""How a value is said: numbers with their unit, coded values by their words, dates and durations in each language."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from zhijia.catalogue import codes
from zhijia.catalogue.text import Text
from zhijia.rules import ir
from zhijia.rules.schema import Unit
from zhijia.rules.words.clauses import Language

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = (
    ("Sunday", "星期日"), ("Monday", "星期一"), ("Tuesday", "星期二"), ("Wednesday", "星期三"),
    ("Thursday", "星期四"), ("Friday", "星期五"), ("Saturday", "星期六"),
)  # fmt: skip
HEADS = ("人", "名", "个", "家", "件", "次", "张")
YEARS_OLD = ("周岁", "岁")
SPANS = ("年", "个月", "月", "天", "日", "周", *YEARS_OLD)


@dataclass(frozen=True, slots=True)
class Manner:
    """What a value counts, which code list (or which choices) have its words, or which part of a date it is."""

    unit: Unit | None = None
    code_list: str = ""
    choices: tuple[tuple[str, Text], ...] = ()
    calendar: ir.Function | None = None

    @property
    def lasting(self) -> bool:
        """Whether it counts how long something has been (满, 不满)."""
        return self.unit is not None and self.unit.words.zh in SPANS


PLAIN = Manner()
CALENDAR = (ir.Function.YEAR, ir.Function.MONTH, ir.Function.DAY_OF_MONTH, ir.Function.DAY_OF_WEEK)
SPAN_UNITS = {
    ir.Function.YEARS: Unit(Text(en="years", zh="年")),
    ir.Function.MONTHS: Unit(Text(en="months", zh="个月")),
    ir.Function.DAYS: Unit(Text(en="days", zh="天")),
}


def manner_of(node: ir.Node) -> Manner:
    """How the values of a node are said, so that what it is compared with is said alike."""
    match node:
        case ir.Select(field=field):
            return Manner(unit=field.unit, code_list=field.code_list, choices=field.choices)
        case ir.Call(function=function) if function in CALENDAR:
            return Manner(calendar=function)
        case ir.Call(function=function, arguments=(first, *_)) if function in SPAN_UNITS:
            aged = isinstance(first, ir.Select) and first.field.unit
            return Manner(unit=aged or SPAN_UNITS[function])
        case ir.Call(function=ir.Function.LENGTH):
            return Manner(unit=Unit(Text(en="characters", zh="个字")))
        case ir.Call(function=function) if function in _TEXTUAL:
            return PLAIN
        case ir.Aggregate(measure=ir.Measure.SIZE):
            return PLAIN
        case ir.Arithmetic(how=ir.Operation.DIVIDE, left=left, right=right):
            above, below = manner_of(left), manner_of(right)
            return replace(above, unit=None) if above.unit and above.unit == below.unit else above
        case ir.If(then=then, other=other):
            return _first(then, other)
        case ir.Aggregate(over=over) | ir.Filtered(over=over):
            return manner_of(over)
        case ir.Mapped(body=body):
            return manner_of(body)
        case ir.MapOf(entries=entries):
            return _first(*(value for _, value in entries))
        case ir.Index(of=of):
            return manner_of(of)
        case ir.ListOf(items=items):
            return _first(*items)
        case ir.Arithmetic() | ir.Negate() | ir.Call():
            return _first(*ir.children(node))
    return PLAIN


def _first(*nodes: ir.Node) -> Manner:
    return next((manner for manner in map(manner_of, nodes) if manner != PLAIN), PLAIN)


_TEXTUAL = (ir.Function.STARTS_WITH, ir.Function.ENDS_WITH, ir.Function.CONTAINS, ir.Function.MATCHES)


def said(value: ir.Value, manner: Manner, language: Language) -> str:
    """A known value in words."""
    if isinstance(value, bool):
        return ("yes" if value else "no") if language == "en" else ("是" if value else "否")
    if isinstance(value, str):
        return _coded(value, manner, language)
    if isinstance(value, date):
        return day(value, language)
    if isinstance(value, timedelta):
        return duration(value, language)
    if manner.calendar is not None:
        return _of_calendar(int(value), manner.calendar, language)
    if manner.code_list and isinstance(value, int):
        return _coded(str(value), manner, language)
    return counted(number(value, language), manner.unit.words if manner.unit else None, language)


def number(value: int | float | Decimal, language: Language) -> str:
    """A number as people write it: commas between thousands in English, none in Chinese."""
    grouping = "," if language == "en" else ""
    if isinstance(value, int):
        return f"{value:{grouping}}"
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return f"{exact.normalize():{grouping}f}"


def counted(number: str, unit: Text | None, language: Language) -> str:
    """A number with what it counts."""
    if unit is None:
        return number
    if unit.en == "percent":
        return f"{number}%"
    return (
        f"{number} {_one(unit.en) if number == '1' else unit.en}"
        if language == "en"
        else f"{number}{unit.zh}"
    )


def _one(unit: str) -> str:
    """The unit of a single one: `1 year`."""
    first, *others = unit.split(" ")
    return " ".join([first.removesuffix("s"), *others])


def day(value: date, language: Language) -> str:
    """A date."""
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def duration(value: timedelta, language: Language) -> str:
    """A duration in days, hours, minutes and seconds, as far as there are any."""
    seconds = abs(value.days * 86400 + value.seconds)
    pieces = []
    by_the_day = seconds % 86400 == 0
    for size, english, chinese in (
        (86400, "days", "天"),
        (3600, "hours", "小时"),
        (60, "minutes", "分钟"),
        (1, "seconds", "秒"),
    ):
        if size == 86400 and not by_the_day:
            continue
        many, seconds = divmod(seconds, size)
        if many:
            pieces.append(counted(number(many, language), Text(en=english, zh=chinese), language))
    none = Text(en="days", zh="天")
    whole = (" " if language == "en" else "").join(pieces) or counted("0", none, language)
    return whole if value >= timedelta(0) else joined_minus(whole, language)


def joined_minus(whole: str, language: Language) -> str:
    """Something less than nothing."""
    return f"minus {whole}" if language == "en" else f"负{whole}"


def _coded(value: str, manner: Manner, language: Language) -> str:
    """The words of a code; any other text in quotation marks."""
    option = codes.get(manner.code_list).by_code.get(value) if manner.code_list else None
    label = option.label if option else dict(manner.choices).get(value)
    if label is None:
        return f"“{value}”"
    words = label.zh if language == "zh" else label.en
    if label.zh in _BARE or len(label.zh) > LONG_WORDS:
        return f"“{words}”"
    return words if language == "zh" else lower_first(words)


LONG_WORDS = 10
"""Words of a code that are longer stand in quotation marks, in both languages."""

_BARE = ("否", "无", "是", "有")
"""Words of a code that would not stand by themselves in a sentence."""


def _of_calendar(value: int, part: ir.Function, language: Language) -> str:
    """A year, month (counted from 0), day of the month or day of the week (from Sunday = 0)."""
    if part is ir.Function.MONTH and 0 <= value < len(MONTHS):
        return MONTHS[value] if language == "en" else f"{value + 1}月"
    if part is ir.Function.DAY_OF_WEEK and 0 <= value < len(WEEKDAYS):
        return WEEKDAYS[value][0 if language == "en" else 1]
    if language == "en":
        return str(value)
    return (
        f"{value}年"
        if part is ir.Function.YEAR
        else f"{value}日"
        if part is ir.Function.DAY_OF_MONTH
        else str(value)
    )


def with_article(words: str) -> str:
    """A label as one thing in the middle of an English sentence."""
    small = lower_first(words)
    return small if small.startswith(("the ", "a ", "an ")) else f"the {small}"


def one_of(words: str) -> str:
    """A label with the article of one such thing: a union, an employer."""
    return f"{'an' if words[:1] in 'aeiou' and not words.startswith(_LIKE_YOU) else 'a'} {words}"


_LIKE_YOU = ("union", "unit", "university", "use", "euro", "one")
"""What is written with a vowel and said without one in front."""


def lower_first(words: str) -> str:
    """A label in the middle of an English sentence: its first letter small unless it stands for itself (ID, GPS)."""
    return words if words[1:2].isupper() or words[1:2] in {"", "-"} else words[:1].lower() + words[1:]
