"""What is said of a text that is no rule: a sentence for each code, in both languages, with what to write instead."""

from zhijia.catalogue.text import Text
from zhijia.rules.problems import Problem, RuleRefused, Span
from zhijia.rules.types import Kind, Type
from zhijia.rules.wordings import SENTENCES

_KINDS = {
    Kind.BOOL: ("a yes or no", "是或否"),
    Kind.INT: ("a whole number", "整数"),
    Kind.DOUBLE: ("a double", "双精度数"),
    Kind.DECIMAL: ("a decimal", "小数(金额)"),
    Kind.STRING: ("a text", "文字"),
    Kind.DATE: ("a date", "日期"),
    Kind.DURATION: ("a duration", "时长"),
    Kind.LIST: ("a list", "列表"),
    Kind.MAP: ("a map", "对照表"),
    Kind.ENTITY: ("a row", "一条记录"),
}


def kind_words(kind: Type) -> Text:
    """What kind of value it is, as a person says it."""
    en, zh = _KINDS[kind.kind]
    return Text(en=en, zh=zh)


def problem(code: str, span: Span, **values: object) -> Problem:
    """The sentence of the code with the values in it."""
    en, zh = SENTENCES[code]
    return Problem(
        code,
        span,
        Text(
            en=en.format(**{k: v.en if isinstance(v, Text) else v for k, v in values.items()}),
            zh=zh.format(**{k: v.zh if isinstance(v, Text) else v for k, v in values.items()}),
        ),
    )


def refused(text: str, code: str, span: Span, **values: object) -> RuleRefused:
    """What to raise for a single problem."""
    return RuleRefused(text, [problem(code, span, **values)])
