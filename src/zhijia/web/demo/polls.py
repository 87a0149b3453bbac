"""What is asked at the officer's union and its county: ballots, surveys and a quiz, open and counted, and a low rating.
Through the services, as the people at work there and some members of the union do; the demo's member has not voted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from zhijia.accounts.models import User
from zhijia.catalogue import parameters
from zhijia.catalogue.questionnaire_rules import Question
from zhijia.kernel import days
from zhijia.kernel.actors import Actor, system
from zhijia.kernel.context import acting, whole
from zhijia.matters.models import Case
from zhijia.questionnaires import reading, versions
from zhijia.questionnaires.models import Poll, Rating
from zhijia.questionnaires.services import casting, counting, drafting, preparing, quizzing, rating, rolls
from zhijia.registry import term_rules, tree
from zhijia.registry.models import Membership, Person, Union
from zhijia.registry.services import corrections
from zhijia.web.demo.logins import MEMBER, OFFICER, REVIEWER, counties, make_member, workers, workplace
from zhijia.web.demo.words import words

KEYS = UUID("b1c6de54-7d0f-4a8e-8d2b-6f9f0b2f6c34")
SEED = 34
VOTERS, AMONG = 20, 90
"""Members who take part, and among how many they are looked for."""
BY_HAND = 9
"""The level of a name that was checked by hand with the document."""
AWAY = 8
"""Every so many of them does not come."""
STANDS = timedelta(days=60)
"""So long they have been members: on the roll of each poll."""
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
Typed = Mapping[str, Sequence[str]]


def make_polls(*, at: datetime) -> None:
    """Each poll once, whole or not at all; then a low rating that waits."""
    _name_checked(at)
    told, there = words("polls"), set(Poll.objects.using("bulk").values_list("once", flat=True))
    makers: dict[str, Callable[[dict[str, Any], datetime, UUID], None]] = {
        "committee": _committee,
        "director": _director,
        "survey": _survey,
        "needs": _needs,
        "quiz": _quiz,
        "flexible": _flexible,
    }
    for name, make in makers.items():
        once = uuid5(KEYS, name)
        if once not in there:
            with transaction.atomic():
                make(told["polls"][name], at, once)
    if not Rating.objects.using("bulk").filter(low=True).exists():
        _low_rating(at, told["low"])


def voters() -> list[Actor]:
    """Members of the officer's union for long with a checked name and an account, made where they have none; not the
    demo's member."""
    union, at = workplace(), days.now()
    since = days.business_day(at) - STANDS
    held = Membership.objects.using("bulk").filter(union_id=union.pk, valid_to=None, valid_from__lte=since)
    long = set(held.values_list("person_id", flat=True))
    levels = parameters.value(
        "questionnaires.real_name_levels", division=union.division, day=days.business_day(at)
    )
    fit = [one for one in workers(union, AMONG) if one.pk in long and one.real_name_level in levels]
    known = {user.person_id: user for user in User.objects.filter(person_id__in=[one.pk for one in fit])}
    chosen = [person for person in fit if not (person.pk in known and known[person.pk].login == MEMBER)]
    return [
        Actor(known[person.pk].pk, "demo", "demo-polls", person_id=person.pk)
        if person.pk in known
        else make_member(person=person, at=at)
        for person in chosen[:VOTERS]
    ]


def _name_checked(at: datetime) -> None:
    """The demo's member showed the document at the desk: who votes in secret has to be known (MEM-14)."""
    with whole():
        member = Person.objects.using("bulk").filter(
            pk__in=User.objects.filter(login=MEMBER).values("person_id")
        )
        member.filter(real_name_level__lt=BY_HAND).update(real_name_level=BY_HAND, changed_at=at)


def _committee(kept: dict[str, Any], at: datetime, once: UUID) -> None:
    """An open ballot of the union's members."""
    union, day = workplace(), days.business_day(at)
    members = Membership.objects.using("bulk").filter(
        union_id__in=tree.under(union.pk).values("pk"), valid_to=None
    )
    table, surplus = (
        parameters.value(key, division=union.division, day=day)
        for key in ("term.committee_sizes", "term.surplus_percent_committee")
    )
    seats = min(term_rules.committee_sizes(members.count(), table))
    stand = term_rules.fewest_candidates(seats=seats, surplus_percent=surplus)
    people = voters()
    poll = _opened(kept | {"seats": seats, "stand": stand}, at, once, people)
    for place, actor in enumerate(people[: len(people) // 2]):
        vote(actor, at, poll, [1 + (place + number) % stand for number in range(seats)])


def _director(kept: dict[str, Any], at: datetime, once: UUID) -> None:
    """A ballot of delegates that was counted: a stranger can count it anew."""
    people = voters()
    poll = _opened(kept, at, once, people)
    for (place, actor), mark in zip(enumerate(people), cycle(words("polls")["marks"]), strict=False):
        if place % AWAY != AWAY - 1:
            vote(actor, poll.opens_at + HOUR, poll, [mark])
    _count(poll)


def _survey(kept: dict[str, Any], at: datetime, once: UUID) -> None:
    """A survey that some have answered."""
    people = voters()
    poll = _opened(kept, at, once, people)
    _answered(poll, people[::3])


def _needs(kept: dict[str, Any], at: datetime, once: UUID) -> None:
    """A survey that was counted: some of its cells are small."""
    people = voters()
    poll = _opened(kept, at, once, people)
    _answered(poll, people)
    _count(poll)


def _flexible(kept: dict[str, Any], at: datetime, once: UUID) -> None:
    """A survey of those who ride, drive and deliver: some of the officer's union said that they do."""
    people = voters()[-len(kept["groups"]) :]
    with _as(OFFICER) as actor:
        for one, group in zip(people, kept["groups"], strict=False):
            if one.person_id is not None:
                corrections.put_right(
                    actor=actor, at=at - STANDS, person_id=one.person_id, field="gig_group", value=group
                )
    _answered(_opened(kept, at, once, people), people[1:])


def _quiz(kept: dict[str, Any], at: datetime, once: UUID) -> None:
    """A contest of the county that some entered; most of them agreed to be named."""
    poll = _made(REVIEWER, counties()[0], kept, at, once)
    with _as(REVIEWER) as actor:
        preparing.open_poll(actor=actor, at=poll.opens_at, poll_id=poll.pk)
    asked, told = versions.definition(poll.version), words("polls")
    for place, (member, right) in enumerate(zip(voters(), told["right"], strict=False)):
        when = poll.opens_at + HOUR * (place + 1)
        with acting(member):
            begun = quizzing.begin(actor=member, at=when, poll_id=poll.pk, practice=False)
            drawn = quizzing.drawn(asked, begun.seed)[:right]
            typed = {question.name: list(question.right) for question in drawn}
            quizzing.hand_in(actor=member, at=when + 7 * MINUTE, attempt_id=begun.pk, typed=typed)
            if place < told["named"]:
                quizzing.publish(actor=member, at=when + 8 * MINUTE, attempt_id=begun.pk, agreed=True)


def _low_rating(at: datetime, told: Typed) -> None:
    """Whoever asked for something at the officer's union says it went badly; the others are asked still."""
    member = User.objects.get(login=MEMBER).pk
    ended = Case.objects.using("bulk").filter(union_id=workplace().pk, closed_at__lte=at)
    last = ended.exclude(user_id=member).order_by("-closed_at").first()
    if last is None or last.closed_at is None:
        return
    with acting(system("demo-polls", "demo")) as asks:
        rating.ask(actor=asks, at=last.closed_at + HOUR)
    waiting = Rating.objects.using("bulk").filter(union_id=workplace().pk).exclude(user_id=member)
    row = waiting.order_by("-asked_at", "source_id").first()
    if row is not None:
        by = User.objects.get(pk=row.user_id)
        with acting(Actor(by.pk, "demo", "demo-polls", person_id=by.person_id)) as actor:
            rating.give(actor=actor, at=at, rating_id=row.pk, typed=told)


def _made(login: str, union: Union, kept: dict[str, Any], at: datetime, once: UUID) -> Poll:
    opens = at - timedelta(days=kept["opened"])
    with _as(login) as actor:
        return preparing.make(
            actor=actor, at=opens, once=once, union=union, code=kept["code"], title=kept["title"], opens_at=opens,
            closes_at=opens + timedelta(days=kept["open"]), seats=kept.get("seats", 0),
        )  # fmt: skip


def _opened(kept: dict[str, Any], at: datetime, once: UUID, people: Sequence[Actor]) -> Poll:
    """A poll at the officer's union with its candidates and roll; delegates are those people."""
    poll = _made(OFFICER, workplace(), kept, at, once)
    asked = versions.definition(poll.version)
    held = Membership.objects.using("bulk").filter(
        person_id__in=[one.person_id for one in people], valid_to=None
    )
    numbers = dict(held.values_list("person_id", "member_number"))
    named = [numbers[one.person_id] for one in people if one.person_id]
    with _as(OFFICER) as actor:
        about = cycle(words("polls")["about"])
        for number, told in zip(named[: kept.get("stand", 0)], about, strict=False):
            preparing.add_candidate(actor=actor, at=poll.opens_at, poll_id=poll.pk, number=number, about=told)
        delegates = named if asked.asks == "delegates" else ()
        rolls.write_down(actor=actor, at=poll.opens_at, poll_id=poll.pk, numbers=delegates)
        return preparing.open_poll(actor=actor, at=poll.opens_at, poll_id=poll.pk)


def vote(actor: Actor, at: datetime, poll: Poll, marks: Sequence[int]) -> None:
    """Somebody votes for the candidates of these numbers."""
    asked = versions.definition(poll.version)
    assert asked.candidates is not None
    typed = {f"{asked.candidates.name}.{number}": ["for"] for number in marks}
    with acting(actor):
        entry = casting.enter(actor=actor, at=at, poll_id=poll.pk)
        read = reading.read(asked.questions, typed, entry.ballot)
        casting.put_in(actor=actor, entry=entry, answers=read.answers)


def _answered(poll: Poll, people: Sequence[Actor]) -> None:
    """Each of them answers what is asked of them, the first of what is offered more often than the last."""
    asked, when = versions.definition(poll.version), poll.opens_at + HOUR
    for place, actor in enumerate(people):
        chance = Random(f"{SEED}-{poll.once}-{place}")  # noqa: S311  the demo's, to be repeated
        typed = {
            name: value for question in asked.questions for name, value in _typed(question, chance).items()
        }
        with acting(actor):
            entry = casting.enter(actor=actor, at=when, poll_id=poll.pk)
            said = reading.read(asked.questions, typed, entry.ballot, demanding=False).answers
            put = [question.name for page in drafting.pages(entry, said, when) for question in page]
            given = {name: said[name] for name in put if name in said}
            casting.put_in(actor=actor, entry=entry, answers=given)


def _typed(question: Question, chance: Random) -> dict[str, list[str]]:
    """What somebody types and marks at a question."""
    name, codes = question.name, [choice.code for choice in question.choices]
    match question.type:
        case "choice":
            return {name: [_skewed(codes, chance)]}
        case "choices":
            most = min(question.most or len(codes), len(codes))
            return {name: chance.sample(codes, chance.randint(1, most))}
        case "yes_no":
            return {name: [_skewed(["yes", "no"], chance)]}
        case "scale":
            return {name: [_skewed([str(mark) for mark in reversed(question.scale)], chance)]}
        case "matrix":
            marks = [str(mark) for mark in reversed(question.scale)]
            return {f"{name}.{row.code}": [_skewed(marks, chance)] for row in question.rows}
        case "ranking":
            places = chance.sample(range(1, len(question.ranked) + 1), len(question.ranked))
            ranked = zip(question.ranked, places, strict=True)
            return {f"{name}.{item.code}": [str(place)] for item, place in ranked}
        case _:
            return {name: [words("polls")["words"]]} if chance.random() < 0.1 else {}


def _skewed(offered: Sequence[str], chance: Random) -> str:
    return offered[int(chance.random() ** 2 * len(offered))]


def _count(poll: Poll) -> None:
    with _as(OFFICER) as actor:
        counting.count(actor=actor, at=poll.closes_at + HOUR, poll_id=poll.pk)


@contextmanager
def _as(login: str) -> Iterator[Actor]:
    with acting(Actor(User.objects.get(login=login).pk, "demo", "demo-polls", stepped_up=True)) as actor:
        yield actor
