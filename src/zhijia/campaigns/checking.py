"""Whether a definition can be run: each thing wrong in a sentence with its place. Publishing one and running one ask
the same."""

from collections.abc import Iterator
from datetime import date

from zhijia.campaigns import asking, who
from zhijia.catalogue import campaign_checks, definitions, ports
from zhijia.catalogue.campaign_rules import Campaign
from zhijia.catalogue.sentences import Said, said
from zhijia.matters.services import versions as matters
from zhijia.registers.services import versions as lists
from zhijia.rules import answered
from zhijia.rules import versions as rules
from zhijia.rules.problems import RuleRefused
from zhijia.rules.types import Kind


def problems_of(campaign: Campaign, *, on: date) -> list[Said]:
    """What is wrong with a campaign, given the rules, matters and lists in force on the day, one sentence each."""
    found = campaign_checks.problems_of(
        campaign,
        definitions.load(),
        rules=rules.all_in_force(on=on),
        matters=matters.all_in_force(day=on),
        registers=lists.all_in_force(day=on),
    )
    return [*found, *_texts(campaign), *_conditions(campaign), *_prefilled(campaign)]


def _texts(campaign: Campaign) -> Iterator[Said]:
    """The roster's condition and the pot's weight, where they are no rules about what they are about."""
    texts = [("who.text", campaign.who.text, campaign.subject, True)]
    if campaign.pot and campaign.pot.weight != who.MEMBERS:
        texts.append(("pot.weight", campaign.pot.weight, "union", False))
    for place, text, subject, is_condition in texts:
        if not text:
            continue
        try:
            kind = who.checked(text, subject, campaign.purpose).root.type.kind
        except RuleRefused as refused:
            yield from _refused(place, refused)
        else:
            if kind is not (Kind.BOOL if is_condition else Kind.INT):
                yield said("says_otherwise", place)


def _conditions(campaign: Campaign) -> Iterator[Said]:
    for thing in campaign.returns:
        for question in thing.typed:
            if question.when:
                try:
                    answered.checked(asking.asking(campaign, thing), question.when)
                except RuleRefused as refused:
                    yield from _refused(f"each.{thing.code}.{question.name}.when", refused)


def _prefilled(campaign: Campaign) -> Iterator[Said]:
    for thing in campaign.returns:
        for question in thing.questions:
            if question.held and question.held.port and not ports.answered(asking.port(question.held)):
                yield said("no_figure", f"each.{thing.code}.{question.name}", name=question.held.port)


def _refused(place: str, refused: RuleRefused) -> Iterator[Said]:
    for problem in refused.problems:
        words = problem.words
        yield said("no_condition", place, at=problem.span.start + 1, en=words.en, zh=words.zh)
