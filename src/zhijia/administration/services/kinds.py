"""The kinds of definitions that are written in the program's pages, and what is wrong with a text of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals import round_conditions, round_versions
from zhijia.appraisals.models import AppraisalVersion, RoundVersion
from zhijia.appraisals.services import checking as appraisal_checking
from zhijia.appraisals.services import versions as appraisals
from zhijia.campaigns import checking as campaign_checking
from zhijia.campaigns import versions as campaigns
from zhijia.campaigns.models import CampaignVersion
from zhijia.catalogue import definitions, written
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.catalogue.campaign_rules import Campaign
from zhijia.catalogue.kinds import Definition
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.catalogue.register_rules import Register
from zhijia.catalogue.round_rules import Round
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.catalogue.split_kinds import SplitRule
from zhijia.catalogue.text import Text
from zhijia.catalogue.versions import Version
from zhijia.catalogue.written import Placed
from zhijia.dues import versions as splits
from zhijia.dues.models import SplitVersion
from zhijia.dues.services import choosing
from zhijia.matters.models import MatterVersion
from zhijia.matters.services import checking
from zhijia.matters.services import versions as matters
from zhijia.questionnaires import checking as questionnaire_checking
from zhijia.questionnaires import versions as questionnaires
from zhijia.questionnaires.models import QuestionnaireVersion
from zhijia.registers.jobs import bring_up
from zhijia.registers.models import RegisterVersion
from zhijia.registers.services import checking as register_checking
from zhijia.registers.services import versions as lists
from zhijia.rules import versions as rules
from zhijia.rules.models import RuleVersion
from zhijia.rules.problems import RuleRefused
from zhijia.rules.understanding import of_definition, spot

_CHANGED = Text(
    en="This stands as it is: {value}. For another one, copy the definition under another code.",
    zh="这一项不能改，应为 {value}。要另立一项，请复制定义并使用新的代码。",
)
_NO_PURPOSE = Text(en="There is no purpose of this name.", zh="没有这个用途。")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: its table, its form, those in force on a day, what is wrong with one that has the right form, what
    follows once a version is published, and what stands in the way of a sound one."""

    name: str
    label: Any
    about: Any
    model: type[Version]
    definition: type[Definition]
    in_force: Callable[[date], Mapping[str, Definition]]
    problems: Callable[[Any, str, date], list[Placed]]
    published: Callable[[Version], object] = lambda _version: None
    hindered: Callable[[Any, str], list[Placed]] = lambda _found, _text: []


def read(kind: Kind, version: Version, text: str, *, on: date) -> tuple[Any, list[Placed]]:
    """The definition of a text typed for this version, none where it has no right form, and what is wrong with it or
    stands in its way."""
    found, wrong = usable(kind, version, text, on=on)
    return found, wrong if wrong or found is None else kind.hindered(found, text)


def usable(kind: Kind, version: Version, text: str, *, on: date) -> tuple[Any, list[Placed]]:
    """The same, whatever of what is there already stands in its way."""
    found, wrong = written.read(kind.definition, text)
    if found is None:
        return None, wrong
    fixed = {"code": version.code, "version": version.number}
    wrong = [
        Placed(
            written.line_of(text, [key]),
            key,
            Text(en=_CHANGED.en.format(value=value), zh=_CHANGED.zh.format(value=value)),
        )
        for key, value in fixed.items()
        if getattr(found, key) != value
    ]
    return found, [*wrong, *kind.problems(found, text, on)]


def _matter_problems(matter: Matter, text: str, on: date) -> list[Placed]:
    return written.placed(text, checking.problems_of(matter, on=on))


def _questionnaire_problems(asked: Questionnaire, text: str, on: date) -> list[Placed]:
    return written.placed(text, questionnaire_checking.problems_of(asked, on=on))


def _campaign_problems(campaign: Campaign, text: str, on: date) -> list[Placed]:
    return written.placed(text, campaign_checking.problems_of(campaign, on=on))


def _appraisal_problems(appraisal: Appraisal, text: str, on: date) -> list[Placed]:
    return written.placed(text, appraisal_checking.problems_of(appraisal, on=on))


def _round_problems(asked: Round, text: str, on: date) -> list[Placed]:
    return written.placed(text, round_conditions.problems_of(asked, on=on))


def _rule_problems(rule: RuleDefinition, text: str, on: date) -> list[Placed]:
    if rule.purpose not in definitions.load().purposes:
        return [Placed(written.line_of(text, ["purpose"]), "purpose", _NO_PURPOSE)]
    try:
        of_definition(rule, on=on)
    except LookupError:
        words = Text(en="There is no entity of this name.", zh="没有这类对象。")
        return [Placed(written.line_of(text, ["subject"]), "subject", words)]
    except RuleRefused as refused:
        key = next((key for key in ("text", "condition", "amount") if getattr(rule, key) == refused.text), "")
        return [
            Placed(_line(text, key, refused.text, problem.span.start), key, problem.words)
            for problem in refused.problems
        ]
    return []


def _register_problems(register: Register, text: str, on: date) -> list[Placed]:
    library = replace(
        definitions.load(), registers=lists.all_in_force(day=on), matters=matters.all_in_force(day=on)
    )
    return written.placed(text, register_checking.problems_of(register, library))


def _rows_in_the_way(register: Register, text: str) -> list[Placed]:
    return written.placed(text, register_checking.misfits(register))


def _split_problems(split: SplitRule, text: str, on: date) -> list[Placed]:
    try:
        choosing.checked(split)
    except RuleRefused as refused:
        line = written.line_of(text, ["condition"])
        return [Placed(line, "condition", problem.words) for problem in refused.problems]
    return []


def _line(text: str, key: str, rule: str, start: int) -> int:
    """The line of a place in a rule: a text under `|` or `>` begins in the line after its key."""
    line = written.line_of(text, [key])
    begins = text.splitlines()[line - 1].rstrip()
    below = begins.endswith(("|", "|-", ">", ">-"))
    return line + below + (spot(rule, start, start).line - 1 if below else 0)


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "matters",
            _("What can be asked for"),
            _("Something a worker, a union or an employer asks for, and who decides it."),
            MatterVersion,
            Matter,
            lambda on: matters.all_in_force(day=on),
            _matter_problems,
        ),
        Kind(
            "rules",
            _("Rules"),
            _("Whom something holds for, and how much they are due."),
            RuleVersion,
            RuleDefinition,
            lambda on: rules.all_in_force(on=on),
            _rule_problems,
        ),
        Kind(
            "splits",
            _("How contributions are shared"),
            _("Which union gets what part of the money that comes in."),
            SplitVersion,
            SplitRule,
            lambda on: splits.all_in_force(on=on),
            _split_problems,
        ),
        Kind(
            "registers",
            _("Registers"),
            _("A list that unions keep: stations, studios, sessions, visits."),
            RegisterVersion,
            Register,
            lambda on: lists.all_in_force(day=on),
            _register_problems,
            lambda version: bring_up.defer(code=version.code),
            _rows_in_the_way,
        ),
        Kind(
            "questionnaires",
            _("Votes and surveys"),
            _("Many are asked the same: a survey, a quiz, a secret ballot, a public vote."),
            QuestionnaireVersion,
            Questionnaire,
            lambda on: questionnaires.all_in_force(day=on),
            _questionnaire_problems,
        ),
        Kind(
            "appraisals",
            _("Appraisals"),
            _("Unions, employers or places are scored by a scheme of items and points."),
            AppraisalVersion,
            Appraisal,
            lambda on: appraisals.all_in_force(day=on),
            _appraisal_problems,
        ),
        Kind(
            "rounds",
            _("Awards and contests"),
            _("Many are put forward and some are chosen: awards, grants, contests."),
            RoundVersion,
            Round,
            lambda on: round_versions.all_in_force(day=on),
            _round_problems,
        ),
        Kind(
            "campaigns",
            _("Drives and returns"),
            _("Everybody on a roster gets a visit, a return, goods or money, by a day."),
            CampaignVersion,
            Campaign,
            lambda on: campaigns.all_in_force(day=on),
            _campaign_problems,
        ),
    )
}
