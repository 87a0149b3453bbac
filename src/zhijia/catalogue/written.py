"""A definition typed in a page: read as strictly as a file, each thing wrong with the line it stands in."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from zhijia.catalogue.filling import tree
from zhijia.catalogue.kinds import Definition
from zhijia.catalogue.reader import StrictLoader
from zhijia.catalogue.sentences import Said, Unfit, filled, of_error
from zhijia.catalogue.text import Text
from zhijia.kernel import names

LONGEST = 100_000
"""Characters a typed definition may have."""
_NAMES = ("code", "name")
_NO_YAML = Text(
    en="This cannot be read: {said}. Look at the blanks in front of the line and at open quotes and brackets.",
    zh="这里读不懂：{said}。请检查行首空格，以及引号、括号是否成对。",
)
_NO_KEYS = Text(en="A definition is keys with their values.", zh="定义由“名称: 值”逐行写成。")
_TOO_LONG = Text(en="This is longer than 100,000 characters.", zh="内容超过 100,000 个字符。")
_TOO_DEEP = Text(en="This is nested deeper than 30 levels.", zh="嵌套超过 30 层。")
_REPEATED = Text(
    en="Write it out here once more: what is repeated with & and * is not read.",
    zh="请在这里重新写一遍：不支持用 & 和 * 引用前文。",
)
_CONTROL = Text(
    en="There is a character here that nobody sees, or that turns the direction of reading. Write the words anew.",
    zh="这里有看不见的字符或者改变阅读方向的字符，请重新输入这些文字。",
)
_HALVES = re.compile(r"[\ud800-\udfff]")
"""Halves of characters, which no record holds."""
_DEEPEST = 30
Kind = TypeVar("Kind", bound=Definition)


@dataclass(frozen=True, slots=True)
class Placed:
    """One thing wrong: the line (from 1), the key, and what to do."""

    line: int
    key: str
    words: Text


def read(kind: type[Kind], text: str) -> tuple[Kind | None, list[Placed]]:
    """The definition of this text, none where it cannot be used, and what is wrong."""
    content, wrong = tree_of(text)
    if content is None:
        return None, wrong
    try:
        return kind.model_validate(content), []
    except ValidationError as error:
        found = error.errors(include_url=False)
    return None, [_wrong(text, content, one) for one in found]


def tree_of(text: str) -> tuple[dict[Any, Any] | None, list[Placed]]:
    """What the text says as keys and lists, none where it is no tree of them, and why."""
    if len(text) > LONGEST:
        return None, [Placed(1, "", _TOO_LONG)]
    try:
        if outgrown := _outgrown(text):
            return None, [outgrown]
        content = yaml.load(text, Loader=StrictLoader)  # noqa: S506 - a safe loader, stricter
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return None, [Placed(mark.line + 1 if mark else 1, "", filled(_NO_YAML, said=error.problem or ""))]
    except (yaml.YAMLError, ValueError) as error:
        return None, [Placed(1, "", filled(_NO_YAML, said=" ".join(str(error).split())[:200]))]
    if not isinstance(content, dict):
        return None, [Placed(1, "", _NO_KEYS)]
    return content, []


def _wrong(text: str, content: dict[Any, Any], error: Any) -> Placed:
    """What pydantic found wrong, at its place: what it says of the whole, at the part it names."""
    place, unfit = error["loc"], error.get("ctx", {}).get("error")
    if not place and isinstance(unfit, Unfit):
        place = tree.meant(content, *(str(unfit.values.get(what, "")) for what in ("what", "name")))
    return Placed(line_of(text, place), ".".join(map(str, place)), of_error(error))


def _outgrown(text: str) -> Placed | None:
    """What would grow beyond bounds when it is put together (nested too deep for the reader's stack, repeated), or what
    no record holds."""
    deep = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            return Placed(line, "", _REPEATED)
        if isinstance(event, yaml.ScalarEvent) and _is_odd(event.value):
            return Placed(line, "", _CONTROL)
        deep += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if deep > _DEEPEST:
            return Placed(line, "", _TOO_DEEP)
    return None


def _is_odd(words: str) -> bool:
    return bool(_HALVES.search(words)) or names.legible(words) != words


def text_of(definition: Definition, **instead: object) -> str:
    """The definition as somebody would type it, with some keys said otherwise."""
    said = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return dumped({**said, **instead})


def dumped(content: Mapping[str, Any]) -> str:
    """Keys and lists as somebody would type them."""
    return str(yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False, width=100))


def placed(text: str, sentences: Iterable[Said]) -> list[Placed]:
    """Sentences that begin with their place (`steps.county: …`), each with the line of that place."""
    found = []
    for sentence in sentences:
        place, _colon, words = sentence.partition(": ")
        known = bool(words) and " " not in place
        steps = [int(step) if step.isdigit() else step for step in place.split(".")]
        line = line_of(text, steps) if known else 1
        zh = sentence.zh.partition(": ")[2] if known else sentence.zh
        found.append(Placed(line, place if known else "", Text(en=words if known else str(sentence), zh=zh)))
    return found


def line_of(text: str, path: Sequence[int | str]) -> int:
    """The line (from 1) in which the key stands, or as much of the way to it as there is. Entries of a list are
    named by their number, code or name."""
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    line = node.start_mark.line if node else 0
    for step in path:
        found = _inside(node, step)
        if found is None:
            break
        mark, node = found
        line = mark
    return int(line) + 1


def _inside(node: yaml.Node | None, step: int | str) -> tuple[int, yaml.Node] | None:
    """The line and node a step further in."""
    if isinstance(node, yaml.MappingNode):
        return next(
            ((key.start_mark.line, value) for key, value in node.value if key.value == str(step)), None
        )
    if isinstance(node, yaml.SequenceNode):
        return next(
            (
                (entry.start_mark.line, entry)
                for number, entry in enumerate(node.value)
                if number == step or _name(entry) == step
            ),
            None,
        )
    return None


def _name(entry: yaml.Node) -> str | None:
    if not isinstance(entry, yaml.MappingNode):
        return None
    return next((value.value for key, value in entry.value if key.value in _NAMES), None)
