"""What one clause would have to become: what it asks, what is there, by how much it is missed, and what shows it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from zhijia.catalogue.text import Text
from zhijia.rules import ir, words
from zhijia.rules.nearest.seeing import Seen, facts_of
from zhijia.rules.types import INT, Kind
from zhijia.rules.words.comparing import facing


@dataclass(frozen=True, slots=True)
class Telling:
    """How a rule's words are made: the label of its entity and its parameters."""

    subject: Text
    terms: words.Terms

    def node(self, node: ir.Node, *, positive: bool = True) -> Text:
        """A condition (or its opposite) or a value, in one line of each language."""
        return Text(
            en=words.of_node(node, "en", subject=self.subject, terms=self.terms, positive=positive),
            zh=words.of_node(node, "zh", subject=self.subject, terms=self.terms, positive=positive),
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """One clause and what it would have to become (`clause` in words). `now` is what is there, `missing` by how much
    it is missed, `evidence` what would show another value, `days` after how many it comes by itself."""

    number: int
    wanted: bool
    clause: Text
    now: Text | None
    missing: Text | None
    evidence: tuple[Text, ...]
    days: int | None
    on: date | None

    def as_json(self) -> dict[str, Any]:
        """The gap as plain data."""
        return {
            "clause": as_json(self.clause),
            "now": as_json(self.now),
            "missing": as_json(self.missing),
            "evidence": [as_json(one) for one in self.evidence],
            "by_itself_in_days": self.days,
            "by_itself_on": self.on.isoformat() if self.on else None,
        }


def as_json(text: Text | None) -> dict[str, str] | None:
    """Words in both languages as plain data."""
    return {"en": text.en, "zh": text.zh} if text is not None else None


def gap(clause: ir.Node, number: int, wanted: bool, seen: Seen, telling: Telling, *, days: int | None) -> Gap:
    """What is missing for the clause to become as wanted, which it does by itself after so many days, if it does."""
    return Gap(
        number=number,
        wanted=wanted,
        clause=telling.node(clause, positive=wanted),
        now=value_seen(clause, seen, telling),
        missing=_missing(clause, wanted, seen),
        evidence=_evidence(clause),
        days=days,
        on=seen.on + timedelta(days=days) if days is not None else None,
    )


def _evidence(clause: ir.Node) -> tuple[Text, ...]:
    """What would show another value of the fields the clause looks at."""
    shown = (fact.evidence for fact in facts_of(clause))
    return tuple(dict.fromkeys(evidence for evidence in shown if evidence is not None))


def value_seen(clause: ir.Node, seen: Seen, telling: Telling) -> Text | None:
    """What is there now of what the clause looks at; None where there is nothing to say besides the clause itself."""
    looked_at = _looked_at(clause)
    if looked_at is None:
        return None
    named, value = telling.node(looked_at), seen.value(looked_at)
    if value is None:
        return Text(en=f"{named.en}: not known", zh=f"{named.zh}：未登记")
    manner = words.manner_of(looked_at)
    return Text(
        en=f"{named.en}: {words.said(value, manner, 'en')}",
        zh=f"{named.zh}：{words.said(value, manner, 'zh')}",
    )


def _looked_at(clause: ir.Node) -> ir.Node | None:
    match clause:
        case ir.Compare():
            _, left, _ = facing(clause)
            return left if left.type.kind is not Kind.BOOL else None
        case ir.In(item=item):
            return item
        case ir.Call(arguments=(first, *_)):
            return first
        case ir.Quantified(over=over) if isinstance(over, ir.Follow | ir.Filtered):
            return ir.Aggregate(clause.span, INT, ir.Measure.SIZE, over)
    return None


def _missing(clause: ir.Node, wanted: bool, seen: Seen) -> Text | None:
    """By how much: 超出150元, 还差1个, 晚了3天."""
    if not isinstance(clause, ir.Compare):
        return None
    how, left, right = facing(clause)
    how = how if wanted else how.opposite
    here, there = seen.value(left), seen.value(right)
    if here is None or there is None or isinstance(here, bool | str):
        return None
    less = how in (ir.Comparison.LESS, ir.Comparison.LEAST) or (how is ir.Comparison.EQUAL and here > there)
    if how is ir.Comparison.DIFFERENT:
        return None
    if isinstance(here, int) and how in (ir.Comparison.LESS, ir.Comparison.MORE):
        there = there - 1 if less else there + 1
    if isinstance(here, date):
        strict = how in (ir.Comparison.LESS, ir.Comparison.MORE)
        there = there - timedelta(days=strict) if less else there + timedelta(days=strict)
        days = (here - there).days
        return _counted(
            abs(days), "days", "天", "too late" if days > 0 else "too early", "晚了" if days > 0 else "早了"
        )
    if here == there:
        return _JUST[less]
    return _over(abs(here - there), left, less)


_JUST = {
    True: Text(en="exactly there; it has to be lower", zh="刚好相等，还要再低一点"),
    False: Text(en="exactly there; it has to be higher", zh="刚好相等，还要再高一点"),
}


def _over(much: int | float | Decimal | timedelta, left: ir.Node, less: bool) -> Text:
    manner = words.manner_of(left)
    if isinstance(left, ir.Aggregate) and left.measure is ir.Measure.SIZE:
        return Text(
            en=f"{much} {'too many' if less else 'too few'}", zh=f"{'多了' if less else '还差'}{much}个"
        )
    en, zh = words.said(much, manner, "en"), words.said(much, manner, "zh")
    return Text(en=f"{en} {'too much' if less else 'short'}", zh=f"{'超出' if less else '还差'}{zh}")


def _counted(many: int, en: str, zh: str, en_after: str, zh_before: str) -> Text:
    unit = en.removesuffix("s") if many == 1 else en
    return Text(en=f"{many} {unit} {en_after}", zh=f"{zh_before}{many}{zh}")
