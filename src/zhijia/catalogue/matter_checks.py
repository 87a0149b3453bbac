"""What a definition of a matter says of others has to be there, and nothing we hold is asked again (promise 4)."""

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import TYPE_CHECKING

from zhijia.catalogue import ports
from zhijia.catalogue.kinds import as_written
from zhijia.catalogue.matter_rules import Material, Matter, Question
from zhijia.catalogue.matter_steps import BEFORE, Limit
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.catalogue.sentences import Said, said

if TYPE_CHECKING:
    from zhijia.catalogue.definitions import Library

PAPER_WORDS = {"union", "own", "party", "day", "until", "number", "case"}
"""What the words of a paper may name besides the questions."""


REGISTER = "register"
"""The purpose of what the register holds of every member, by law."""


def matter_problems(library: "Library") -> Iterator[Said]:
    """What is wrong with the matters of this library, one sentence each."""
    for matter in library.matters.values():
        for problem in problems_of(matter, library):
            yield problem.under(f"matters/{matter.code}.yaml")


def problems_of(
    matter: Matter, library: "Library", rules: Mapping[str, RuleDefinition] | None = None
) -> Iterator[Said]:
    """What is wrong with one matter, one sentence each; `rules` are those in force, the library's unless given."""
    if matter.group not in library.codes["matter_groups"].by_code:
        yield said("not_in_list", "group", name=matter.group, list="matter_groups")
    if matter.purpose not in library.purposes:
        yield said("no_purpose", "purpose", name=matter.purpose)
    if f"retention.{matter.retention}" not in library.parameters:
        yield said("no_parameter", "retention", name=f"retention.{matter.retention}")
    for place, limit in _limits(matter):
        if limit.parameter not in library.parameters:
            yield said("no_parameter", place, name=limit.parameter)
    permissions = library.codes["permissions"].by_code
    granted = {permission for role in library.roles.values() for permission in role.permissions}
    for step in matter.steps:
        if step.permission not in permissions:
            yield said("no_permission", f"steps.{step.code}", name=step.permission)
        elif step.permission not in granted:
            yield said("nobody_holds", f"steps.{step.code}", name=step.permission)
        if step.from_amount and step.from_amount not in library.parameters:
            yield said("no_parameter", f"steps.{step.code}", name=step.from_amount)
        if step.notice and step.notice.purpose not in library.purposes:
            yield said("no_purpose", f"steps.{step.code}", name=step.notice.purpose)
        elif step.notice and library.purposes[step.notice.purpose].basis != "consent":
            yield said("by_law", f"steps.{step.code}", name=step.notice.purpose)
        if step.notice and (matter.against_employer or matter.subject != "person"):
            yield said("no_notice", f"steps.{step.code}")
    yield from _order(matter)
    yield from _parts_at_steps(matter)
    yield from _papers(matter)
    if matter.steps and all(step.after_months for step in matter.steps):
        yield said("all_later", "steps")
    for place, question in _questions(matter):
        if question.code_list and question.code_list not in library.codes:
            yield said("no_code_list", place, name=question.code_list)
        if question.most_lines and question.most_lines not in library.parameters:
            yield said("no_parameter", place, name=question.most_lines)
        if question.type == "person" and matter.subject != "union":
            yield said("people_for_unions", place)
        yield from _held(matter, question, place, library)
    if matter.eligibility:
        rule = (library.rules if rules is None else rules).get(matter.eligibility)
        if rule is None or rule.subject != "person" or matter.subject != "person":
            yield said("no_rule", "eligibility", name=matter.eligibility)
    for told in matter.facts:
        if told.kind not in library.facts:
            yield said("no_fact", "facts", name=told.kind)
        if told.lines and matter.roster is None:
            yield said("no_roster", "facts", name=told.kind)
    names = {question.name: question for question in matter.form}
    named = names.get(matter.amount)
    if matter.amount and (named is None or (named.type != "money" and named.column("money") is None)):
        yield said("no_amount", "amount", name=matter.amount)
    elif matter.amount and matter.roster is not None and named is not matter.roster:
        yield said("amount_of_lines", "amount", name=matter.amount)
    yield from _items(matter, library)
    yield from _asked_again(matter, library)


def _held(matter: Matter, question: Question, place: str, library: "Library") -> Iterator[Said]:
    """What is shown of the register has to be about a person, and may be used for what the matter is for: what the law
    has the register hold, and what was agreed to for the same purpose."""
    if not question.fills_from:
        return
    if matter.subject != "person":
        yield said("for_a_person", place)
    if question.fills_from != "union":
        purpose = library.fields[question.fills_from].purpose
        if purpose not in {REGISTER, matter.purpose}:
            yield said("held_for", place, name=question.fills_from, held=purpose, purpose=matter.purpose)


def _questions(matter: Matter) -> Iterator[tuple[str, Question]]:
    """Every question of the form, and of its roster's lines, with its place."""
    for question in matter.form:
        yield f"form.{question.name}", question
        for column in question.columns:
            yield f"form.{question.name}.{column.name}", column


def _items(matter: Matter, library: "Library") -> Iterator[Said]:
    """Matters that cannot be asked for in one go with this one, and questions two of them ask differently."""
    if matter.items and (matter.form or matter.materials or matter.checks or matter.papers):
        yield said("items_ask", "items")
    asked: dict[str, tuple[str, object]] = {item.chosen_by: ("", None) for item in matter.items}
    for item in matter.items:
        about = library.matters.get(item.matter)
        if about is None or about.items or about.code == matter.code:
            yield said("no_part", "items", name=item.matter)
            continue
        if about.against_employer or about.roster or about.subject != matter.subject:
            yield said("not_together", "items", name=item.matter)
        if lacking := set(matter.who) - set(about.who) - _by_then(about):
            yield said("not_by", "items", name=item.matter, who=", ".join(sorted(lacking)))
        for name, question in (
            *((question.name, _bare(question)) for question in about.form if not question.at),
            *((f"materials.{paper.code}", _bare(paper)) for paper in about.materials if not paper.at),
        ):
            other, known = asked.setdefault(name, (item.matter, question))
            if known != question:
                yield said("asked_otherwise", "items", name=item.matter, what=name, other=other or "items")


def _by_then(about: Matter) -> set[str]:
    """Who may ask for it together with others though not by itself: what waits for those before it may be for members
    alone, which a newcomer is by then."""
    return {"non_member"} if about.steps and about.steps[0].waits == BEFORE else set()


def _bare(asked: Question | Material) -> object:
    """What is asked, whatever the condition under which it is."""
    return asked.model_copy(update={"when": ""})


def _order(matter: Matter) -> Iterator[Said]:
    """Steps that stand where nothing could come of them."""
    after_closing = False
    for step in matter.steps:
        if after_closing and not step.after_months:
            yield said("too_early", f"steps.{step.code}")
        after_closing = after_closing or step.after_months is not None
    deciding = [step for step in matter.steps if not step.after_months]
    unsigned = deciding and (deciding[-1].late == "pass" or deciding[-1].does in {"notice", "serve", "wait"})
    if unsigned and any(
        outcome.on not in {"refused", "withdrawn"}
        and not ports.answered(f"matters.unattended.{outcome.port}")
        for outcome in matter.outcomes
    ):
        yield said("by_nobody", f"steps.{deciding[-1].code}")


def _parts_at_steps(matter: Matter) -> Iterator[Said]:
    """What stands at a step that could not ask or tell it."""
    steps = {step.code: step for step in matter.steps}
    for place, at in (
        *((f"form.{question.name}", question.at) for question in matter.form),
        *((f"materials.{material.code}", material.at) for material in matter.materials),
        *((f"checks.{number}", check.at) for number, check in enumerate(matter.checks)),
        *((f"papers.{paper.code}", paper.at) for paper in matter.papers),
    ):
        if at and at not in steps:
            yield said("no_step", place, name=at)
    for question in matter.form:
        step = steps.get(question.at)
        if step and step.does in {"notice", "serve"}:
            yield said("nobody_answers", f"form.{question.name}", name=step.code)
        if step and step.does != "report" and question.sealed:
            yield said("not_sealed", f"form.{question.name}")
        if step and step.does != "report" and step.late == "pass":
            yield said("may_pass", f"form.{question.name}", name=step.code)
    for material in matter.materials:
        if material.at in steps and steps[material.at].does != "report":
            yield said("added_later", f"materials.{material.code}")
    for step in matter.steps:
        if step.does == "report" and (step.after_months or step.from_amount or step.late != "none"):
            yield said("waits_to_report", f"steps.{step.code}")


def _papers(matter: Matter) -> Iterator[Said]:
    """Papers whose words name what is not there, or that nobody would make."""
    steps = {step.code: step for step in matter.steps}
    known = PAPER_WORDS | {question.name for question in matter.form}
    sealed = {question.name for question in matter.form if question.sealed}
    for paper in matter.papers:
        step = steps.get(paper.at)
        unsigned = step and (
            step.does in {"notice", "report"} or (step.late == "pass" and step.does != "serve")
        )
        if step and unsigned:
            yield said("nobody_signs", f"papers.{paper.code}", name=step.code)
        texts = [text for text in (paper.to, paper.title, paper.body) if text is not None]
        for words in (words for text in texts for words in (text.zh, text.en)):
            try:
                named = {name for _words, name, _spec, _way in Formatter().parse(words) if name is not None}
            except ValueError:
                yield said("lone_brace", f"papers.{paper.code}")
                continue
            if named - known:
                yield said("nothing_to_fill", f"papers.{paper.code}", name=min(named - known))
            if named & sealed:
                yield said("sealed_printed", f"papers.{paper.code}", name=min(named & sealed))


def _asked_again(matter: Matter, library: "Library") -> Iterator[Said]:
    """Questions about the member's own data that the register answers already."""
    if matter.subject != "person" or "non_member" in matter.who:
        return
    held = {as_written(header): field for field in library.fields.values() for header in field.headers()}
    for question in matter.form:
        ways = (question.name, question.label.en, question.label.zh)
        field = library.fields.get(question.name) or next(
            (held[as_written(way)] for way in ways if as_written(way) in held), None
        )
        if field is not None and question.is_typed:
            yield said(
                "held_already",
                f"form.{question.name}",
                en=field.label.en,
                zh=field.label.zh,
                field=field.code,
            )


def _limits(matter: Matter) -> Iterator[tuple[str, Limit]]:
    for step in matter.steps:
        for limit in (
            step.limit,
            step.after_months,
            step.notice and step.notice.days,
            step.serving and step.serving.reply,
        ):
            if limit:
                yield f"steps.{step.code}", limit
    if matter.appeal:
        yield "appeal", matter.appeal
