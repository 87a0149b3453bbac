"""Conditions on lists in words: at least one, each, none, exactly one, and so many of them."""

from dataclasses import fields, replace
from typing import Any

from zhijia.rules import ir
from zhijia.rules.types import Kind
from zhijia.rules.words import conditions, nouns, phrases
from zhijia.rules.words.clauses import Said
from zhijia.rules.words.manners import number
from zhijia.rules.words.speaker import Speaker


def quantified(speaker: Speaker, node: ir.Quantified, positive: bool) -> Said:
    """all, exists and exists_one; the opposite of `all` is that one does not, and the other way round."""
    node = _reduced(node)
    inner = speaker.within(node.variable, nouns.row_label(speaker, node.over))
    if node.quantity is ir.Quantity.EXISTS_ONE:
        return _exactly_one(speaker, node, conditions.condition(inner, node.body), positive)
    if speaker.language == "zh" and node.quantity is ir.Quantity.EXISTS and not positive:
        return _some_zh("没有一个", speaker, node.over, conditions.condition(inner, node.body))
    if node.quantity is ir.Quantity.EXISTS and not positive:
        held = conditions.condition(inner, node.body)
        if held.bare and not held.parts:
            return Said(nouns.elements(speaker, node.over).replace("the ", "none of the ", 1), held.rest)
    told = conditions.condition(inner, node.body, positive)
    some = (node.quantity is ir.Quantity.EXISTS) is positive
    if speaker.language == "en":
        return _of_rows(f"{'at least one' if some else 'each'} of {nouns.elements(speaker, node.over)}", told)
    if some:
        return _some_zh("至少有一个", speaker, node.over, told)
    return _each_zh(speaker, node.over, told)


def counted_rows(speaker: Speaker, over: ir.Node, how: ir.Comparison, many: int) -> Said:
    """So many of a list: 没有子女, 子女至少有2个."""
    none = (how, many) in ((ir.Comparison.EQUAL, 0), (ir.Comparison.LESS, 1), (ir.Comparison.LEAST, 0))
    some = (how, many) in ((ir.Comparison.DIFFERENT, 0), (ir.Comparison.MOST, 1), (ir.Comparison.MORE, 0))
    if isinstance(over, ir.Filtered) and over.body.type.kind is Kind.BOOL:
        inner = speaker.within(over.variable, nouns.row_label(speaker, over.over))
        if none or some:
            ask = ir.Quantified(
                over.span, over.body.type, ir.Quantity.EXISTS, over.variable, over.over, over.body
            )
            return quantified(speaker, ask, some)
        told = conditions.condition(inner, over.body)
        if speaker.language == "en":
            rows = nouns.elements(speaker, over.over).removeprefix("the ")
            return _of_rows(phrases.COUNTS[how].en.format(n=number(many, "en"), x=rows), told)
        return _many_zh(speaker, over.over, told, how, many)
    if none or some:
        listed = nouns.elements(speaker, over, counted=True)
        if speaker.language == "en":
            return Said(
                "",
                f"there is {'at least one of' if some else 'none of'} the {listed}"
                if some
                else f"there are no {listed}",
            )
        return Said("", f"{'有' if some else '没有'}{listed}")
    said = speaker.say(phrases.NUMBERS[how], v=number(many, speaker.language))
    if speaker.language == "en":
        return Said(f"the number of {nouns.elements(speaker, over, counted=True)}", said)
    return Said(nouns.elements(speaker, over, counted=True), phrases.COUNTS[how].zh.format(n=many))


def _of_rows(who: str, told: Said) -> Said:
    """English: "at least one of the children is under 16", "for each of the children, the school is …"."""
    if told.bare and not told.parts:
        plural = who.startswith(("at least one", "each")) is False
        rest = told.rest
        if (
            plural
            and not told.listed
            and rest.startswith("is ")
            and not rest.startswith(("is a ", "is an ", "is not a"))
        ):
            return Said(who, "are " + rest.removeprefix("is "))
        return Said(who, rest) if not plural else Said("", f"for {who}, this is so: each {rest}")
    return replace(told, topic="", rest=f"for {who}, {told.text('en')}", bare=False, own=False)


def _some_zh(few: str, speaker: Speaker, over: ir.Node, told: Said) -> Said:
    """至少有一个未满16周岁的子女; 至少有一个子女是学生，并且…; 至少有一个子女同时符合以下条件：…"""
    rows, words = nouns.elements(speaker, over), told.text("zh")
    nested = words.startswith(("至少", "最多", "正好", "每个", "没有一个", "超过", "少于"))
    if told.own and not told.parts and not told.listed and "该" in words:
        if rows.startswith("该"):
            return Said("", f"{rows}中，{few}{words}", listed=True)
        return Said("", f"{few}{rows}的{words}")
    if not told.parts and (nested or (told.listed and not (told.bare and few == "至少有一个"))):
        return Said("", f"{few}{rows}符合：{words}", listed=True)
    if (
        told.parts
        or told.listed
        or few.startswith(("没有", "不是"))
        or words.startswith(("是", "不", "有", "没", "还没", "已", "在"))
    ):
        of = "的" if told.own and not told.parts else ""
        return replace(told, topic="", rest=f"{few}{rows}{of}{words}", bare=False, own=False)
    return Said("", f"{few}{words}的{rows}")


def _each_zh(speaker: Speaker, over: ir.Node, told: Said) -> Said:
    rows = nouns.elements(speaker, over)
    if told.parts or told.listed:
        return replace(
            told,
            topic="",
            rest=f"每个{rows}都符合：{told.text('zh')}"
            if not told.parts
            else f"每个{rows}都{told.text('zh')}",
            bare=False,
            own=False,
        )
    if told.bare or not told.topic:
        return Said(f"每个{rows}都", told.rest)
    if told.own:
        return Said(f"每个{rows}的{told.topic}", f"都{told.rest}")
    return Said("", f"每个{rows}都符合“{told.text('zh')}”")


def _many_zh(speaker: Speaker, over: ir.Node, told: Said, how: ir.Comparison, many: int) -> Said:
    rows = nouns.elements(speaker, over)
    so_many = phrases.COUNTS[how].zh.format(n=many)
    if told.parts:
        return replace(told, topic="", rest=f"{so_many}{rows}{told.text('zh')}", bare=False, own=False)
    if told.listed:
        return Said("", f"{so_many}{rows}符合：{told.text('zh')}", listed=True)
    return Said(f"{told.text('zh')}的{rows}", so_many)


def _exactly_one(speaker: Speaker, node: ir.Quantified, told: Said, positive: bool) -> Said:
    if speaker.language == "en":
        return _of_rows(
            f"{'exactly' if positive else 'not exactly'} one of {nouns.elements(speaker, node.over)}", told
        )
    return _some_zh("正好有一个" if positive else "不是正好有一个", speaker, node.over, told)


def _reduced(node: ir.Quantified) -> ir.Quantified:
    """A condition on what is mapped is one on what it is mapped from; one of those chosen is one that is chosen too."""
    if isinstance(node.over, ir.Mapped):
        body = _put(node.body, node.variable, node.over.body)
        return _reduced(replace(node, variable=node.over.variable, over=node.over.over, body=body))
    if isinstance(node.over, ir.Filtered) and node.quantity is ir.Quantity.EXISTS:
        chosen = _put(node.over.body, node.over.variable, node.variable)
        both = ir.And(node.body.span, node.body.type, (chosen, node.body))
        return _reduced(replace(node, over=node.over.over, body=both))
    return node


def _put(node: ir.Node, variable: ir.Variable, instead: ir.Node) -> ir.Node:
    """The node with something else in the place of a variable."""
    if isinstance(node, ir.Variable):
        return instead if (node.name, node.number) == (variable.name, variable.number) else node
    changed: dict[str, Any] = {}
    for part in fields(node):
        value = getattr(node, part.name)
        if isinstance(value, ir.Node):
            changed[part.name] = _put(value, variable, instead)
        elif isinstance(value, tuple):
            changed[part.name] = tuple(_put_in(piece, variable, instead) for piece in value)
    return replace(node, **changed)


def _put_in(piece: Any, variable: ir.Variable, instead: ir.Node) -> Any:
    if isinstance(piece, tuple):
        return tuple(_put_in(one, variable, instead) for one in piece)
    return _put(piece, variable, instead) if isinstance(piece, ir.Node) else piece
