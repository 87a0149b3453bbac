"""What a definition of a matter says of others has to be there, and nothing we hold is asked again (promise 4)."""

from collections.abc import Iterator
from string import Formatter
from typing import TYPE_CHECKING

from zhijia.catalogue import ports
from zhijia.catalogue.kinds import as_written
from zhijia.catalogue.matter_rules import Limit, Material, Matter, Question

if TYPE_CHECKING:
    from zhijia.catalogue.definitions import Library

PAPER_WORDS = {"union", "own", "party", "day", "until", "number", "case"}
"""What the words of a paper may name besides the questions."""


REGISTER = "register"
"""The purpose of what the register holds of every member, by law."""


def matter_problems(library: "Library") -> Iterator[str]:
    """What is wrong with the matters of this library, one sentence each."""
    for matter in library.matters.values():
        for problem in problems_of(matter, library):
            yield f"matters/{matter.code}.yaml: {problem}"


def problems_of(matter: Matter, library: "Library") -> Iterator[str]:
    """What is wrong with one matter, one sentence each."""
    if matter.group not in library.codes["matter_groups"].by_code:
        yield f"group: {matter.group} is not one of the code list matter_groups."
    if matter.purpose not in library.purposes:
        yield f"purpose: there is no purpose {matter.purpose}."
    if f"retention.{matter.retention}" not in library.parameters:
        yield f"retention: there is no parameter retention.{matter.retention}."
    for place, limit in _limits(matter):
        if limit.parameter not in library.parameters:
            yield f"{place}: there is no parameter {limit.parameter}."
    permissions = library.codes["permissions"].by_code
    granted = {permission for role in library.roles.values() for permission in role.permissions}
    for step in matter.steps:
        if step.permission not in permissions:
            yield f"steps.{step.code}: {step.permission} is not a declared permission."
        elif step.permission not in granted:
            yield f"steps.{step.code}: no role holds {step.permission}, so nobody could do this step."
        if step.from_amount and step.from_amount not in library.parameters:
            yield f"steps.{step.code}: there is no parameter {step.from_amount}."
        if step.notice and step.notice.purpose not in library.purposes:
            yield f"steps.{step.code}: there is no purpose {step.notice.purpose}."
        elif step.notice and library.purposes[step.notice.purpose].basis != "consent":
            yield f"steps.{step.code}: a notice needs an agreement, and {step.notice.purpose} rests on the law."
        if step.notice and (matter.against_employer or matter.subject != "person"):
            yield f"steps.{step.code}: what is against an employer, or about no person, hangs up no notice."
    yield from _order(matter)
    yield from _parts_at_steps(matter)
    yield from _papers(matter)
    if matter.steps and all(step.after_months for step in matter.steps):
        yield "steps: every step falls due after the case has closed, so nobody could decide it."
    for place, question in _questions(matter):
        if question.code_list and question.code_list not in library.codes:
            yield f"{place}: there is no code list {question.code_list}."
        if question.most_lines and question.most_lines not in library.parameters:
            yield f"{place}: there is no parameter {question.most_lines}."
        if question.type == "person" and matter.subject != "union":
            yield f"{place}: people are listed where a union asks for them, not in a member's own request."
        yield from _held(matter, question, place, library)
    if matter.eligibility:
        rule = library.rules.get(matter.eligibility)
        if rule is None or rule.subject != "person" or matter.subject != "person":
            yield f"eligibility: there is no rule {matter.eligibility} about persons."
    for told in matter.facts:
        if told.kind not in library.facts:
            yield f"facts: there is no kind of fact {told.kind}."
        if told.lines and matter.roster is None:
            yield f"facts: {told.kind} is told of lines, and no roster is asked for."
    names = {question.name: question for question in matter.form}
    named = names.get(matter.amount)
    if matter.amount and (named is None or (named.type != "money" and named.column("money") is None)):
        yield f"amount: {matter.amount} is no question of this form for an amount."
    yield from _items(matter, library)
    yield from _asked_again(matter, library)


def _held(matter: Matter, question: Question, place: str, library: "Library") -> Iterator[str]:
    """What is shown of the register has to be about a person, and may be used for what the matter is for: what the law
    has the register hold, and what was agreed to for the same purpose."""
    if not question.fills_from:
        return
    if matter.subject != "person":
        yield f"{place}: what the register holds of a person is shown where a person asks."
    if question.fills_from != "union":
        purpose = library.fields[question.fills_from].purpose
        if purpose not in {REGISTER, matter.purpose}:
            yield f"{place}: {question.fills_from} is held for {purpose} and not shown for {matter.purpose}."


def _questions(matter: Matter) -> Iterator[tuple[str, Question]]:
    """Every question of the form, and of its roster's lines, with its place."""
    for question in matter.form:
        yield f"form.{question.name}", question
        for column in question.columns:
            yield f"form.{question.name}.{column.name}", column


def _items(matter: Matter, library: "Library") -> Iterator[str]:
    """Matters that cannot be asked for in one go with this one, and questions two of them ask differently."""
    if matter.items and (matter.form or matter.materials or matter.checks or matter.papers):
        yield "items: what is asked for stands with the items; leave form, materials, checks and papers out."
    asked: dict[str, tuple[str, object]] = {item.chosen_by: ("", None) for item in matter.items}
    for item in matter.items:
        about = library.matters.get(item.matter)
        if about is None or about.items or about.code == matter.code:
            yield f"items: {item.matter} is no matter that can be a part of this one."
            continue
        if about.against_employer or about.roster or about.subject != matter.subject:
            yield f"items: {item.matter} cannot be asked for together with others."
        if lacking := set(matter.who) - set(about.who):
            yield f"items: {item.matter} cannot be asked for by {', '.join(sorted(lacking))}."
        for name, question in (
            *((question.name, _bare(question)) for question in about.form if not question.at),
            *((f"materials.{paper.code}", _bare(paper)) for paper in about.materials if not paper.at),
        ):
            other, known = asked.setdefault(name, (item.matter, question))
            if known != question:
                yield f"items: {item.matter} asks {name} in another way than {other or 'the choice of items'}."


def _bare(asked: Question | Material) -> object:
    """What is asked, whatever the condition under which it is."""
    return asked.model_copy(update={"when": ""})


def _order(matter: Matter) -> Iterator[str]:
    """Steps that stand where nothing could come of them."""
    after_closing = False
    for step in matter.steps:
        if after_closing and not step.after_months:
            yield f"steps.{step.code}: a step before closing stands after one that falls due later; move it up."
        after_closing = after_closing or step.after_months is not None
    deciding = [step for step in matter.steps if not step.after_months]
    unsigned = deciding and (deciding[-1].late == "pass" or deciding[-1].does in {"notice", "serve", "wait"})
    if unsigned and any(
        outcome.on not in {"refused", "withdrawn"}
        and not ports.answered(f"matters.unattended.{outcome.port}")
        for outcome in matter.outcomes
    ):
        yield (
            f"steps.{deciding[-1].code}: the outcome is done by the right of whoever decides last, and here nobody"
            " might; let a step follow that somebody decides."
        )


def _parts_at_steps(matter: Matter) -> Iterator[str]:
    """What stands at a step that could not ask or tell it."""
    steps = {step.code: step for step in matter.steps}
    for place, at in (
        *((f"form.{question.name}", question.at) for question in matter.form),
        *((f"materials.{material.code}", material.at) for material in matter.materials),
        *((f"checks.{number}", check.at) for number, check in enumerate(matter.checks, start=1)),
        *((f"papers.{paper.code}", paper.at) for paper in matter.papers),
    ):
        if at and at not in steps:
            yield f"{place}: at: there is no step {at}."
    for question in matter.form:
        step = steps.get(question.at)
        if step and step.does in {"notice", "serve"}:
            yield f"form.{question.name}: at: nobody answers questions at the step {step.code}."
        if step and step.does != "report" and question.sealed:
            yield f"form.{question.name}: at: what whoever decides answers is not sealed."
        if step and step.does != "report" and step.late == "pass":
            yield f"form.{question.name}: at: the step {step.code} may pass without anybody who answers."
    for material in matter.materials:
        if material.at in steps and steps[material.at].does != "report":
            yield f"materials.{material.code}: at: documents are added when handing in or at a step that reports."
    for step in matter.steps:
        if step.does == "report" and (step.after_months or step.from_amount or step.late != "none"):
            yield f"steps.{step.code}: a step that reports waits for whoever asked: late is none, nothing falls due."


def _papers(matter: Matter) -> Iterator[str]:
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
            yield f"papers.{paper.code}: at: nobody signs the step {step.code} for certain."
        texts = [text for text in (paper.to, paper.title, paper.body) if text is not None]
        for words in (words for text in texts for words in (text.zh, text.en)):
            try:
                named = {name for _words, name, _spec, _way in Formatter().parse(words) if name is not None}
            except ValueError:
                yield f"papers.{paper.code}: a brace stands alone; write it twice."
                continue
            if named - known:
                yield f"papers.{paper.code}: there is no {{{min(named - known)}}} to fill in."
            if named & sealed:
                yield f"papers.{paper.code}: {{{min(named & sealed)}}} is sealed and is never printed."


def _asked_again(matter: Matter, library: "Library") -> Iterator[str]:
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
            yield (
                f"form.{question.name}: the register holds {field.label.en} ({field.label.zh}, field {field.code})"
                " already; show it (type held, fills_from), or leave it out."
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
