"""Conditions in words. Negation is pushed inwards: `positive=False` says the opposite, never "not not"."""

from dataclasses import replace

from zhijia.rules import ir
from zhijia.rules.words import comparing, nouns, phrases
from zhijia.rules.words.clauses import SHORT, Clause, Said
from zhijia.rules.words.manners import lower_first, manner_of, one_of
from zhijia.rules.words.quantities import quantified
from zhijia.rules.words.speaker import Speaker


def condition(speaker: Speaker, node: ir.Node, positive: bool = True) -> Said:
    """The condition, or its opposite."""
    match node:
        case ir.Not(term=term):
            return condition(speaker, term, not positive)
        case ir.And(terms=terms):
            return together(speaker, [condition(speaker, term, positive) for term in terms], every=positive)
        case ir.Or(terms=terms):
            return together(
                speaker, [condition(speaker, term, positive) for term in terms], every=not positive
            )
        case ir.If():
            return _if(speaker, node, positive)
        case ir.Constant(value=value):
            return Said("", speaker.pick(phrases.ALWAYS[bool(value) is positive]))
        case ir.Compare():
            return comparing.compared(speaker, node, positive)
        case ir.In():
            return _among(speaker, node, positive)
        case ir.Has():
            return _known(speaker, node, positive)
        case ir.Quantified():
            return quantified(speaker, node, positive)
        case ir.Select():
            return _yes(speaker, node, positive)
        case ir.Call(function=function, arguments=(first, second)) if (function, positive) in phrases.TEXTS:
            value = nouns.noun(speaker, second, manner_of(first))
            return Said(nouns.noun(speaker, first), speaker.say(phrases.TEXTS[function, positive], v=value))
    return _holds(speaker, node, positive)


def together(speaker: Speaker, told: list[Said], *, every: bool) -> Said:
    """Several conditions in one: a sentence where they are short, else a list under a head."""
    if len(told) == 1:
        return told[0]
    told = [_about_one(speaker, one, told) for one in told]
    words = [one.text(speaker.language) for one in told]
    short = sum(map(len, words)) <= SHORT[speaker.language] and not any(
        one.parts or one.listed for one in told
    )
    if len(told) == 2 and short:
        bare = all(one.bare for one in told)
        between = speaker.either(" and " if every else " or ", "，并且" if every else "，或者")
        first, second = told
        if first.topic and first.topic == second.topic:
            return Said(first.topic, between.join(one.rest for one in told), listed=True)
        return Said("", between.join(words), bare=bare, listed=True)
    head = speaker.pick(phrases.ALL if every else phrases.ANY)
    return Said("", head, tuple(one.clause(speaker.language) for one in told), listed=True)


def _about_one(speaker: Speaker, one: Said, told: list[Said]) -> Said:
    """In English a bare predicate gets somebody it is about, unless it stands with one other of its kind."""
    alike = len(told) == 2 and all(other.bare for other in told)
    if speaker.language == "zh" or not one.bare or one.listed or alike:
        return one
    return replace(one, topic="that one", bare=False)


def _if(speaker: Speaker, node: ir.If, positive: bool) -> Said:
    asked = condition(speaker, node.test)
    then, other = condition(speaker, node.then, positive), condition(speaker, node.other, positive)
    test = asked.flat(speaker.language)
    parts = (
        _led(speaker, speaker.either(f"if {test}: ", f"如果{test}，要求"), then),
        _led(speaker, speaker.either("otherwise: ", "否则，要求"), other),
    )
    return Said("", speaker.either("it depends:", "分情况："), parts, listed=True)


def _led(speaker: Speaker, lead: str, told: Said) -> Clause:
    clause = told.clause(speaker.language)
    return Clause(lead + clause.text, clause.parts)


def _among(speaker: Speaker, node: ir.In, positive: bool) -> Said:
    """One of some values, or of what a list holds."""
    topic, manner = nouns.noun(speaker, node.item), manner_of(node.item)
    values: tuple[ir.Node, ...] | None = None
    if isinstance(node.among, ir.ListOf):
        values = node.among.items
    elif isinstance(node.among, ir.MapOf):
        values = tuple(key for key, _ in node.among.entries)
    own = comparing.is_own(speaker, node.item)
    if values is None:
        held = nouns.elements(speaker, node.among)
        yes = speaker.either(f"is among {held}", f"在{held}之中")
        no = speaker.either(f"is not among {held}", f"不在{held}之中")
        return Said(topic, yes if positive else no, own=own)
    words = [nouns.noun(speaker, value, manner) for value in values]
    if len(words) <= 3 and sum(map(len, words)) <= SHORT[speaker.language]:
        either = nouns.listed(speaker, words)
        yes, no = (
            speaker.either(f"is {either}", f"是{either}"),
            speaker.either(
                f"is neither {nouns.listed(speaker, words).replace(' or ', ' nor ')}"
                if len(words) == 2
                else f"is not {either}",
                f"不是{either}",
            ),
        )
        return Said(topic, yes if positive else no, own=own)
    yes, no = (
        speaker.either("is one of these:", "是下列之一："),
        speaker.either("is none of these:", "不是下列任何一个："),
    )
    return Said(topic, yes if positive else no, tuple(Clause(word) for word in words), own=own)


def _known(speaker: Speaker, node: ir.Has, positive: bool) -> Said:
    of = node.of
    if isinstance(of, ir.Follow) and not of.relation.many:
        owner, label = speaker.row(of.of), speaker.label(of.relation)
        named = speaker.either(
            f"{label} of {owner}" if owner else label, f"{owner}的{label}" if owner else label
        )
        thing = speaker.either(one_of(named) if positive else named, named)
        return Said("", speaker.say(phrases.THERE[positive], a=thing))
    if isinstance(of, ir.Follow):
        named = nouns.elements(speaker, of)
        yes = speaker.either(
            f"it is known which {named.removeprefix('the ')} there are", f"{named}的情况已经登记"
        )
        no = speaker.either(
            f"it is not known which {named.removeprefix('the ')} there are", f"{named}的情况没有登记"
        )
        return Said("", yes if positive else no)
    return Said("", speaker.say(phrases.SPOKEN[positive], a=nouns.noun(speaker, of)))


def _yes(speaker: Speaker, node: ir.Select, positive: bool) -> Said:
    """A yes-or-no field: its label is a noun, or begins with its verb."""
    owner = speaker.row(node.of)
    label = node.field.label
    if speaker.language == "zh":
        return Said(owner, _chinese(label.zh, positive), bare=not owner)
    if not owner and speaker.about is None:
        owner = f"the {lower_first(speaker.subject.en)}"
    return Said(owner, _english(lower_first(label.en), positive), bare=not owner)


_VERBS_ZH: tuple[tuple[str, str], ...] = (
    ("属于", "不属于"), ("参加了", "没有参加"), ("参加", "没有参加"), ("正在", "没有在"), ("享受", "没有享受"),
    ("可以", "不可以"), ("愿意", "不愿意"), ("同意", "不同意"), ("需要", "不需要"), ("已经", "还没有"),
    ("持有", "没有"), ("是", "不是"), ("有", "没有"), ("已", "还没有"), ("在", "不在"), ("曾", "不曾"), ("能", "不能"),
)  # fmt: skip
_VERBS_EN: tuple[tuple[str, str, str], ...] = (
    ("is ", "is ", "is not "), ("has ", "has ", "does not have "), ("was ", "was ", "was not "),
    ("holds ", "holds ", "does not hold "), ("may ", "may ", "may not "), ("lives ", "lives ", "does not live "),
    ("takes ", "takes ", "does not take "), ("pays ", "pays ", "does not pay "), ("works ", "works ", "does not work "),
)  # fmt: skip


def _chinese(label: str, positive: bool) -> str:
    verb = next(
        ((yes, no) for yes, no in sorted(_VERBS_ZH, key=lambda pair: -len(pair[0])) if label.startswith(yes)),
        None,
    )
    if verb is None:
        return f"{'是' if positive else '不是'}{label}"
    return label if positive else verb[1] + label.removeprefix(verb[0])


def _english(label: str, positive: bool) -> str:
    for begins, yes, no in _VERBS_EN:
        if label.startswith(begins):
            return (yes if positive else no) + label.removeprefix(begins)
    return f"is {'' if positive else 'not '}{one_of(label)}"


def _holds(speaker: Speaker, node: ir.Node, positive: bool) -> Said:
    """Any other yes-or-no value, named as one (a parameter, a value of a map, the element of a list)."""
    named = nouns.noun(speaker, node)
    if isinstance(node, ir.Parameter):
        term = speaker.terms(node.key)
        now = speaker.pick(term.value) if term.value else speaker.either("not set", "没有设定")
        set_to = speaker.either("yes" if positive else "no", "是" if positive else "否")
        return Said(
            "",
            speaker.either(
                f"“{term.label.en}” is set to {set_to} (now {now})",
                f"“{term.label.zh}”设为“{set_to}”（现为“{now}”）",
            ),
        )
    return Said(named, speaker.either("is yes" if positive else "is no", "为“是”" if positive else "为“否”"))


def as_part(speaker: Speaker, told: Said) -> Clause:
    """The condition as one line of a list, its own list kept."""
    return replace(told, bare=told.bare and speaker.about is not None).clause(speaker.language)
