"""Values in words: "the annual income", 年收入; each node that is no condition."""

from zhijia.rules import ir
from zhijia.rules.types import Kind
from zhijia.rules.words import conditions, manners, phrases
from zhijia.rules.words.manners import PLAIN, Manner, manner_of
from zhijia.rules.words.speaker import Speaker


def noun(speaker: Speaker, node: ir.Node, manner: Manner = PLAIN) -> str:
    """The node as a noun; `manner` is how a constant is said, from what it stands beside."""
    match node:
        case ir.Constant(value=value):
            return manners.said(value, manner, speaker.language)
        case ir.Parameter(key=key):
            term = speaker.terms(key)
            label = speaker.either(manners.with_article(term.label.en), term.label.zh)
            if term.value is None:
                return speaker.either(f"{label} (not set at present)", f"{label}（目前没有设定）")
            now = speaker.pick(term.value)
            return speaker.either(f"{label} (now {now})", f"{label}（现为{now}）")
        case ir.Today():
            return speaker.either("today", "今天")
        case ir.Subject() | ir.Variable() if node.type.kind is Kind.ENTITY:
            return speaker.row(node) or speaker.either("the row", "本条")
        case ir.Variable(name=name, number=number):
            bound = (name, number)
            here = speaker.either("it", "该项") if bound == speaker.about else speaker.labels.get(bound, name)
            return here
        case ir.Select(of=of, field=field):
            return speaker.has(speaker.row(of), speaker.label(field))
        case ir.Follow(of=of, relation=relation):
            return speaker.has(speaker.row(of), speaker.label(relation))
        case ir.Arithmetic():
            return _arithmetic(speaker, node, manner)
        case ir.Negate(term=term):
            return speaker.either("minus ", "负的") + _wrapped(speaker, term, manner)
        case ir.If(test=test, then=then, other=other):
            asked = conditions.condition(speaker, test).flat(speaker.language)
            manner = manner_of(node)
            yes, no = noun(speaker, then, manner), noun(speaker, other, manner)
            return speaker.either(
                f"({yes} if {asked}, otherwise {no})", f"（如果{asked}，为{yes}；否则为{no}）"
            )
        case ir.ListOf(items=items):
            return listed(speaker, [noun(speaker, item, manner) for item in items])
        case ir.MapOf(entries=entries):
            return _table(speaker, entries, manner)
        case ir.Index(of=of, key=key):
            return _indexed(speaker, of, key, manner)
        case ir.Call():
            return _call(speaker, node, manner)
        case ir.Aggregate():
            return _whole(speaker, node)
        case ir.Filtered() | ir.Mapped():
            return elements(speaker, node)
    told = conditions.condition(speaker, node).flat(speaker.language)
    return speaker.either(f"whether {told}", f"是否“{told}”")


def elements(speaker: Speaker, node: ir.Node, *, counted: bool = False) -> str:
    """What a list holds, in the plural: 子女, children; 年龄未满16周岁的子女; 子女的学费."""
    match node:
        case ir.Follow(of=of, relation=relation):
            owner, label = speaker.row(of), speaker.label(relation)
            if not owner:
                return speaker.either(label if counted else f"the {label}", label)
            return speaker.either(
                f"{label} of {owner}" if counted else f"the {label} of {owner}", f"{owner}的{label}"
            )
        case ir.Filtered(variable=variable, over=over, body=body):
            here = elements(speaker, over, counted=counted)
            inner = speaker.within(variable, row_label(speaker, over))
            told = conditions.condition(inner, body)
            words = told.flat(speaker.language)
            if speaker.language == "zh":
                return f"符合“{words}”的{here}" if told.parts or told.listed else f"{words}的{here}"
            return f"{here} where each {words}" if told.bare else f"{here} for which {words}"
        case ir.Mapped(variable=variable, over=over, body=body):
            inner = speaker.within(variable, row_label(speaker, over))
            each, here = noun(inner, body), elements(speaker, over)
            if speaker.language == "zh":
                plain = isinstance(body, ir.Select | ir.Call)
                return f"{here}的{each}" if plain else f"每个{here}的（{each}）"
            return f"{each} of {here}"
        case ir.If(test=test, then=then, other=other):
            asked = conditions.condition(speaker, test).flat(speaker.language)
            yes, no = elements(speaker, then, counted=counted), elements(speaker, other, counted=counted)
            return speaker.either(
                f"({yes} if {asked}, otherwise {no})", f"（如果{asked}，为{yes}；否则为{no}）"
            )
    return noun(speaker, node, manner_of(node))


def _whole(speaker: Speaker, node: ir.Aggregate) -> str:
    """What is made of a whole list: 子女的学费合计, 救助记录中最晚的发放日期, the total school fee of the children."""
    dated = node.measure in phrases.EARLIEST and node.type.kind is Kind.DATE
    unit = manner_of(node).unit
    aged = node.measure in phrases.YOUNGEST and unit is not None and unit.words.zh in manners.YEARS_OLD
    phrase = (phrases.EARLIEST if dated else phrases.YOUNGEST if aged else phrases.WHOLES)[node.measure]
    if node.measure is ir.Measure.SIZE:
        return speaker.say(phrase, x=elements(speaker, node.over, counted=True))
    if isinstance(node.over, ir.ListOf):
        held = listed(
            speaker, [noun(speaker, item, manner_of(node.over)) for item in node.over.items], any_of=False
        )
        return speaker.either(
            phrase.en.format(x=f"of {held}"),
            f"{held}中{phrase.zh.format(x='一个')}"
            if node.measure is not ir.Measure.SUM
            else f"{held}的合计",
        )
    extreme = node.measure is not ir.Measure.SUM
    if extreme and speaker.language == "zh" and isinstance(node.over, ir.Mapped):
        inner = speaker.within(node.over.variable, row_label(speaker, node.over.over))
        return f"{elements(speaker, node.over.over)}中{phrase.zh.format(x=noun(inner, node.over.body))}"
    return speaker.say(phrase, x=elements(speaker, node.over).removeprefix("the "))


def row_label(speaker: Speaker, over: ir.Node) -> str:
    """What one element of a list is called."""
    match over:
        case ir.Follow(relation=relation):
            return speaker.label(relation)
        case ir.Filtered(over=inner):
            return row_label(speaker, inner)
        case ir.Mapped():
            return elements(speaker, over)
    return speaker.either("these values", "下列各项")


def listed(speaker: Speaker, words: list[str], *, any_of: bool = True) -> str:
    """甲、乙或丙; A, B or C."""
    *others, last = words or [speaker.either("nothing", "空")]
    if not others:
        return last
    between = speaker.either(" or ", "或") if any_of else speaker.either(" and ", "和")
    return speaker.either(", ", "、").join(others) + between + last


def _wrapped(speaker: Speaker, node: ir.Node, manner: Manner) -> str:
    """In brackets where it is a sum of its own."""
    words = noun(speaker, node, manner)
    while isinstance(node, ir.Call) and node.function in (ir.Function.TO_DECIMAL, ir.Function.TO_DOUBLE):
        node = node.arguments[0]
    return speaker.either(f"({words})", f"（{words}）") if isinstance(node, ir.Arithmetic) else words


def _arithmetic(speaker: Speaker, node: ir.Arithmetic, manner: Manner) -> str:
    if node.left.type.kind is Kind.DATE or node.right.type.kind is Kind.DATE:
        return _dated(speaker, node)
    if node.left.type.kind is Kind.STRING:
        left, right = noun(speaker, node.left, manner), noun(speaker, node.right, manner)
        return speaker.either(f"{left} followed by {right}", f"{left}接上{right}")
    scaling = node.how in (ir.Operation.MULTIPLY, ir.Operation.DIVIDE, ir.Operation.REMAINDER)
    if node.how is ir.Operation.MULTIPLY:
        for factor, other in ((node.right, node.left), (node.left, node.right)):
            if isinstance(factor, ir.Constant):
                times = noun(speaker, factor)
                whole = _wrapped(speaker, other, manner)
                return speaker.either(f"{times} times {whole}", f"{whole}的{times}倍")
    manner = manner_of(node) if manner == PLAIN else manner
    beside = PLAIN if scaling else manner
    return speaker.say(
        phrases.SUMS[node.how],
        a=_wrapped(speaker, node.left, manner),
        b=_wrapped(speaker, node.right, beside),
    )


def _dated(speaker: Speaker, node: ir.Arithmetic) -> str:
    """From one date to another, or so long before or after a date."""
    left, right = node.left, node.right
    if left.type.kind is right.type.kind:
        begins, ends = noun(speaker, right), noun(speaker, left)
        return speaker.either(f"the time from {begins} to {ends}", f"从{begins}到{ends}的时间")
    day, length = (left, right) if left.type.kind is Kind.DATE else (right, left)
    long, when = noun(speaker, length), noun(speaker, day)
    before = node.how is ir.Operation.SUBTRACT
    if isinstance(day, ir.Today):
        if before:
            return speaker.either(f"the day {long} ago", f"{long}前")
        return speaker.either(f"the day {long} from today", f"{long}后")
    return speaker.either(
        f"{long} {'before' if before else 'after'} {when}", f"{when}{long}{'前' if before else '后'}的那天"
    )


def _table(
    speaker: Speaker, entries: tuple[tuple[ir.Constant, ir.Node], ...], manner: Manner, keys: Manner = PLAIN
) -> str:
    told = [
        speaker.either(
            f"{noun(speaker, key, keys)}: {noun(speaker, value, manner)}",
            f"{noun(speaker, key, keys)}：{noun(speaker, value, manner)}",
        )
        for key, value in entries
    ]
    return speaker.either("; ", "；").join(told)


def _indexed(speaker: Speaker, of: ir.Node, key: ir.Node, manner: Manner) -> str:
    asked = noun(speaker, key)
    if isinstance(of, ir.MapOf):
        table = _table(speaker, of.entries, manner if manner != PLAIN else manner_of(of), manner_of(key))
        return speaker.either(f"what {asked} stands for ({table})", f"{asked}对应的值（{table}）")
    whole = (
        listed(speaker, [noun(speaker, item, manner) for item in of.items], any_of=False)
        if isinstance(of, ir.ListOf)
        else noun(speaker, of, manner)
    )
    place = (
        str(key.value + 1)
        if isinstance(key, ir.Constant) and isinstance(key.value, int)
        else speaker.either(f"({asked} + 1)", f"（{asked}加1）")
    )
    return speaker.either(f"number {place} of {whole}", f"{whole}中的第{place}个")


def _call(speaker: Speaker, node: ir.Call, manner: Manner) -> str:
    first, *others = node.arguments
    if (
        node.function is ir.Function.DAYS
        and isinstance(first, ir.Arithmetic)
        and first.left.type == first.right.type
    ):
        begins, ends = noun(speaker, first.right), noun(speaker, first.left)
        if isinstance(first.left, ir.Today):
            return speaker.say(phrases.SINCE[node.function], a=begins)
        return speaker.either(f"the number of days from {begins} to {ends}", f"从{begins}到{ends}的天数")
    aged = manner_of(node).unit
    if (
        node.function is ir.Function.YEARS
        and isinstance(first, ir.Select)
        and first.field.unit
        and isinstance(others[0], ir.Today)
        and aged
    ):
        return speaker.has(speaker.row(first.of), speaker.either("age", "年龄"))
    if node.function in phrases.SINCE and others and isinstance(others[0], ir.Today):
        return speaker.say(phrases.SINCE[node.function], a=noun(speaker, first))
    if node.function not in phrases.CALLS:
        told = conditions.condition(speaker, node).flat(speaker.language)
        return speaker.either(f"whether {told}", f"是否“{told}”")
    if node.function in (ir.Function.SMALLER, ir.Function.GREATER):
        manner = manner_of(node) if manner == PLAIN else manner
        a, b = (_wrapped(speaker, argument, manner) for argument in node.arguments)
        return speaker.say(phrases.CALLS[node.function], a=a, b=b)
    b = noun(speaker, others[0], manner) if others else ""
    return speaker.say(phrases.CALLS[node.function], a=noun(speaker, first, manner), b=b)
