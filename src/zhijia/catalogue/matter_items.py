"""Several matters asked for in one go: their questions and documents as one form, each asked once. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from zhijia.catalogue.matter_rules import Check, Included, Material, Matter, Question
from zhijia.catalogue.text import Text

Asked = TypeVar("Asked", Question, Material)


def together(matter: Matter, items: Mapping[str, Matter]) -> Matter:
    """The matter with the form and the documents these items ask for when they are handed in: what two of them ask is
    asked once, as soon as either asks it; what the applicant may leave out is asked for last, each followed by what it
    asks besides."""
    included = [(item, items[item.matter]) for item in matter.items if item.matter in items]
    asked = {name: getattr(matter, name) for name in Matter.model_fields}
    choices = {item.chosen_by: _choice(item, about) for item, about in included if item.optional}
    questions = _once(
        [(each.name, item, each) for item, about in included for each in about.form if not each.at]
    )
    materials = _once(
        [(each.code, item, each) for item, about in included for each in about.materials if not each.at]
    )
    checks = [_check(item, check) for item, about in included for check in about.checks if not check.at]
    return Matter.model_validate(
        {
            **asked,
            "form": tuple(_in_order(choices, questions)),
            "materials": tuple(materials),
            "checks": tuple(dict.fromkeys(checks)),
        }
    )


def wanted(matter: Matter, answers: Mapping[str, object]) -> list[Included]:
    """The items that are asked for, given the answers: all but those the applicant leaves out."""
    return [item for item in matter.items if not item.optional or answers.get(item.chosen_by) is True]


def _choice(item: Included, about: Matter) -> Question:
    words = Text(en=f"Also ask for: {about.label.en}", zh=f"同时办理：{about.label.zh}")
    return Question(name=item.chosen_by, label=words, type="yes_no", hint=about.guidance)


def _in_order(choices: Mapping[str, Question], questions: Sequence[Question]) -> Iterator[Question]:
    """First what is asked whatever is chosen, then each choice with what hangs on it."""
    waiting = {question.name: question for question in questions}
    for question in questions:
        if not _hangs_on(question, choices):
            yield waiting.pop(question.name)
    behind: list[str] = []
    for name, choice in choices.items():
        yield choice
        behind.append(name)
        for question in list(waiting.values()):
            if set(_hangs_on(question, choices)) <= set(behind):
                yield waiting.pop(question.name)


def _hangs_on(question: Question, choices: Iterable[str]) -> list[str]:
    """The choices a question's condition names."""
    return [name for name in choices if re.search(rf"\banswers\.{name}\b", question.when)]


def _check(item: Included, check: Check) -> Check:
    """What has to hold where the item is asked for."""
    return (
        check.model_copy(update={"rule": f"!answers.{item.chosen_by} || ({check.rule})"})
        if item.optional
        else check
    )


def _once(found: Sequence[tuple[str, Included, Asked]]) -> list[Asked]:
    """Each of them once, where it is asked first, under the conditions of all who ask it."""
    kept: dict[str, Asked] = {}
    for name, _item, asked in found:
        kept.setdefault(name, asked)
    return [
        asked.model_copy(
            update={
                "when": _either(_condition(item, other.when) for key, item, other in found if key == name)
            }
        )
        for name, asked in kept.items()
    ]


def _condition(item: Included, when: str) -> str:
    """When one item asks something: as soon as it is asked for, and its own condition says so."""
    parts = [f"answers.{item.chosen_by}"] if item.optional else []
    return " && ".join([*parts, *([f"({when})"] if when else [])])


def _either(conditions: Iterable[str]) -> str:
    """A condition that holds as soon as one of these does; empty where one of them always does."""
    all_of_them = dict.fromkeys(conditions)
    return "" if "" in all_of_them else " || ".join(f"({condition})" for condition in all_of_them)
