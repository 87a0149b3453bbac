"""Comparisons in words: more or less in numbers, before or after in dates, so long since, so many of."""

from collections.abc import Mapping
from dataclasses import dataclass

from zhijia.catalogue.text import Text
from zhijia.rules import ir
from zhijia.rules.types import Kind
from zhijia.rules.words import conditions, nouns, phrases
from zhijia.rules.words.clauses import Said
from zhijia.rules.words.manners import HEADS, SPAN_UNITS, YEARS_OLD, Manner, counted, manner_of, number
from zhijia.rules.words.quantities import counted_rows
from zhijia.rules.words.speaker import Speaker


def facing(node: ir.Compare) -> tuple[ir.Comparison, ir.Node, ir.Node]:
    """The comparison with what is known of the row on the left and what it is held against on the right."""
    if _rank(node.left) > _rank(node.right):
        return node.how.turned, node.right, node.left
    return node.how, node.left, node.right


def _rank(node: ir.Node) -> int:
    """Facts of the row first, then today, parameters, and constants."""
    kinds = {type(part) for part in ir.walk(node)}
    if kinds & {ir.Select, ir.Follow, ir.Variable}:
        return 0
    return 1 if ir.Today in kinds else 2 if ir.Parameter in kinds else 3


def is_own(speaker: Speaker, node: ir.Node) -> bool:
    """Whether it is a field of the row spoken about itself."""
    return (
        isinstance(node, ir.Select)
        and isinstance(node.of, ir.Subject | ir.Variable)
        and not speaker.row(node.of)
    )


def compared(speaker: Speaker, node: ir.Compare, positive: bool) -> Said:
    """A comparison, or its opposite."""
    how, left, right = facing(node)
    how = how if positive else how.opposite
    kind = left.type.kind
    if kind is Kind.BOOL:
        return _of_conditions(speaker, how, left, right)
    rows = isinstance(left, ir.Aggregate) and left.measure is ir.Measure.SIZE
    if rows and isinstance(right, ir.Constant) and isinstance(right.value, int):
        return counted_rows(speaker, next(ir.children(left)), how, right.value)
    if isinstance(left, ir.Call) and left.function in SPAN_UNITS:
        span = _span(left)
        if span is not None:
            told = _lasted(speaker, span, how, right)
            if told is not None:
                return told
    manner = manner_of(left)
    phrase = _phrases(kind, manner, left, right)[how]
    rest = (
        speaker.say(phrase, v=nouns.noun(speaker, right, manner)).removesuffix(" of age").removesuffix(" old")
    )
    return Said(nouns.noun(speaker, left, manner_of(right)), rest, own=is_own(speaker, left))


def _phrases(kind: Kind, manner: Manner, left: ir.Node, right: ir.Node) -> Mapping[ir.Comparison, Text]:
    if kind is Kind.DATE:
        return phrases.DATES
    if kind is Kind.DURATION:
        return phrases.DURATIONS
    if kind is Kind.STRING:
        return phrases.STRINGS if isinstance(right, ir.Constant) else phrases.SAME
    if manner.calendar is not None:
        return phrases.DATES
    if manner.code_list:
        return {
            **phrases.NUMBERS,
            **{how: phrases.STRINGS[how] for how in (ir.Comparison.EQUAL, ir.Comparison.DIFFERENT)},
        }
    if isinstance(left, ir.Aggregate) and left.measure is ir.Measure.SIZE:
        return phrases.REACHING
    if manner.unit is not None and manner.unit.words.zh in HEADS:
        return phrases.HEADS
    if manner.lasting and not isinstance(right, ir.Constant):
        return phrases.REACHING
    if manner.lasting:
        return phrases.AGES if manner.unit and manner.unit.words.zh in YEARS_OLD else phrases.LASTING
    return phrases.NUMBERS


def _of_conditions(speaker: Speaker, how: ir.Comparison, left: ir.Node, right: ir.Node) -> Said:
    """Two yes-or-no values: `x == true` is x."""
    if isinstance(right, ir.Constant) and how in (ir.Comparison.EQUAL, ir.Comparison.DIFFERENT):
        return conditions.condition(speaker, left, bool(right.value) is (how is ir.Comparison.EQUAL))
    parts = tuple(conditions.as_part(speaker, conditions.condition(speaker, side)) for side in (left, right))
    return Said("", speaker.pick(phrases.CONDITIONS[how]), parts, listed=True)


@dataclass(frozen=True, slots=True)
class Span:
    """Full years, full months or days from one date to another."""

    begins: ir.Node
    ends: ir.Node
    unit: Text
    age: bool


def _span(node: ir.Call) -> Span | None:
    unit = manner_of(node).unit
    assert unit is not None, "a span counts something"
    if node.function is not ir.Function.DAYS:
        begins, ends = node.arguments
        return Span(begins, ends, unit.words, unit.words.zh in YEARS_OLD)
    (long,) = node.arguments
    if isinstance(long, ir.Arithmetic) and long.left.type.kind is long.right.type.kind is Kind.DATE:
        return Span(long.right, long.left, unit.words, False)
    return None


def _lasted(speaker: Speaker, span: Span, how: ir.Comparison, right: ir.Node) -> Said | None:
    """How long it has been: 至今满20年. Full years are more than 5 when 6 are full, so bounds are said as full ones."""
    days = span.unit.zh == "天"
    more = 1
    if isinstance(right, ir.Constant) and isinstance(right.value, int):
        bound = right.value
        if not days and how in (ir.Comparison.LEAST, ir.Comparison.MORE):
            bound += 1
            how = ir.Comparison.LESS if how is ir.Comparison.LEAST else ir.Comparison.MOST
        long = counted(number(bound, speaker.language), span.unit, speaker.language)
        further = counted(number(bound + more, speaker.language), span.unit, speaker.language)
    elif how in (ir.Comparison.LESS, ir.Comparison.MOST) and not span.age:
        long = further = nouns.noun(speaker, right, Manner())
    else:
        return None
    if span.age:
        return _aged(speaker, span, how, long)
    begins, ends = nouns.noun(speaker, span.begins), nouns.noun(speaker, span.ends)
    since = isinstance(span.ends, ir.Today)
    topic = speaker.either(
        f"the time since {begins}" if since else f"the time from {begins} to {ends}",
        f"{begins}至今" if since else f"从{begins}到{ends}",
    )
    own = since and is_own(speaker, span.begins)
    if days or how in (ir.Comparison.LESS, ir.Comparison.MOST):
        ways = phrases.LASTING if isinstance(right, ir.Constant) else phrases.REACHING
        return Said(topic, speaker.say(ways[how], v=long), own=own)
    within = speaker.either(f"at least {long} and under {further}", f"满{long}、不满{further}")
    if how is ir.Comparison.EQUAL:
        return Said(topic, speaker.either(f"is {within}", within), own=own)
    return Said(topic, speaker.either(f"is not {within}", f"不是{within}"), own=own)


def _aged(speaker: Speaker, span: Span, how: ir.Comparison, long: str) -> Said:
    """未满16周岁: said of whom the date is of."""
    owner = speaker.row(span.begins.of) if isinstance(span.begins, ir.Select) else ""
    rest = speaker.say(phrases.AGES[how], v=long)
    if not isinstance(span.ends, ir.Today):
        when = nouns.noun(speaker, span.ends)
        rest = speaker.either(f"{rest} on {when}", f"到{when}{rest}")
    if speaker.language == "en" and not owner and speaker.about is None:
        owner = f"the {speaker.subject.en[:1].lower()}{speaker.subject.en[1:]}"
    return Said(owner, rest, bare=not owner)
