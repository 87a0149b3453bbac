"""The terms of a union for its page, and what of them waits for an officer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateField, Exists, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from zhijia.catalogue import parameters
from zhijia.registry import term_rules, tree
from zhijia.registry.access import Rights
from zhijia.registry.models import (
    Body,
    Certificate,
    Election,
    Membership,
    Person,
    Post,
    Postponement,
    Term,
    Union,
)
from zhijia.registry.queries import work
from zhijia.registry.queries.counting import counted

LATE, SOON = "overdue", "soon"


@dataclass(frozen=True, slots=True)
class BodyNow:
    """One body of a union today: its open term, what of it waits for the union above, what is wrong.

    `vacant` seats nobody holds, to be filled by `fill_by`; `step` is the alarm the term is at.
    """

    body: str
    term: Term | None
    reported: Election | None
    asked: Postponement | None
    step: str
    vacant: int
    fill_by: date | None


@dataclass(frozen=True, slots=True)
class Terms:
    """A union's bodies, its certificate, and what the rulebook asks for that is not there."""

    bodies: Sequence[BodyNow]
    certificate: Certificate | None
    reissue_by: date | None
    renamed: bool
    missing: Sequence[str]


def of_union(union: Union, today: date) -> Terms:
    """The bodies and terms of a union, in a fixed number of statements."""
    found = {term.body: term for term in Term.objects.filter(union_id=union.pk, ended_on__isnull=True)}
    reported = Election.objects.filter(union_id=union.pk, state=Election.State.REPORTED)
    waiting = {election.body: election for election in reported}
    asked = Postponement.objects.filter(union_id=union.pk, state=Postponement.State.ASKED)
    asked_for = {postponement.term_id: postponement for postponement in asked}
    posts = list(Post.objects.filter(union_id=union.pk, term_id__in=[term.pk for term in found.values()]))
    steps = parameters.value("term.alarm_days", division=union.division, day=today)
    bodies = []
    for body in Body:
        term = found.get(body)
        vacant, fill_by = _vacancy(term, posts, union, today)
        bodies.append(
            BodyNow(
                body=body,
                term=term,
                reported=waiting.get(body),
                asked=asked_for.get(term.pk) if term else None,
                step=term_rules.alarm_step((term.due_on - today).days, steps) if term else "",
                vacant=vacant,
                fill_by=fill_by,
            )
        )
    certificate = Certificate.objects.filter(union_id=union.pk, replaced_on__isnull=True).first()
    committee = found.get(Body.COMMITTEE)
    reissue_by = None
    if certificate and committee and certificate.term_id != committee.pk:
        limit = parameters.value("term.certificate_report_days", division=union.division, day=today)
        reissue_by = (committee.approved_on or committee.starts_on) + timedelta(days=limit)
    return Terms(
        bodies=bodies,
        certificate=certificate,
        reissue_by=reissue_by,
        renamed=certificate is not None and certificate.name != union.name,
        missing=_missing(union, found, today),
    )


def earlier(union: Union) -> list[Term]:
    """The terms that are over, `until` when, latest first. With a union that ended all its terms did."""
    terms = Term.objects.filter(union_id=union.pk)
    if union.dissolved_on is None:
        terms = terms.filter(ended_on__isnull=False)
    last_day = Coalesce("ended_on", Value(union.dissolved_on, DateField()))
    return list(terms.annotate(until=last_day).order_by("-starts_on", "body")[: work.SHOWN])


def ending(rights: Rights, today: date, when: str = "") -> QuerySet[Term]:
    """Open terms that have come to an alarm, at unions whose elections the actor records or replies to, the most
    urgent first. `when` narrows to those overdue, or those that end within as many days."""
    steps = parameters.value("term.alarm_days", day=today)
    days = int(when) if when.isdigit() and int(when) in steps else max(steps)
    terms = Term.objects.filter(ended_on__isnull=True, due_on__lte=today + timedelta(days=days))
    if when == LATE:
        terms = terms.filter(due_on__lt=today)
    elif when:
        terms = terms.filter(due_on__gte=today)
    return _standing(_at(terms, _unions(rights))).order_by("due_on", "id")


def windows(today: date) -> list[int]:
    """The days before its end at which a term comes to an alarm, the nearest first."""
    return sorted(parameters.value("term.alarm_days", day=today))


def behind(terms: QuerySet[Term], after: int | None) -> QuerySet[Term]:
    """Those behind the row of this key in the order of `ending`; all where there is none such."""
    last = Term.objects.filter(pk=after).only("due_on").first() if after else None
    if last is None:
        return terms
    return terms.filter(Q(due_on__gt=last.due_on) | Q(due_on=last.due_on, pk__gt=last.pk))


def elections_to_answer(rights: Rights) -> QuerySet[Election]:
    """Elections of unions under the actor's that stand and wait for the reply, oldest first."""
    reported = Election.objects.filter(state=Election.State.REPORTED)
    return _under(reported, rights.unions("term.decide")).order_by("recorded_at")


def postponements_to_answer(rights: Rights) -> QuerySet[Postponement]:
    """Requests to put an election off that wait for the actor, oldest first."""
    asked = Postponement.objects.filter(state=Postponement.State.ASKED)
    return _under(asked, rights.unions("term.decide")).select_related("term").order_by("asked_at")


def waiting(rights: Rights, today: date) -> int:
    """How much waits: terms at an alarm, elections and requests to answer; counted no further than a cap."""
    kinds = (ending(rights, today), elections_to_answer(rights), postponements_to_answer(rights))
    return sum(many for many, _late in counted(kinds, most=work.SHOWN + 1))


def candidates_named(union: Union, words: Sequence[str]) -> dict[str, list[UUID]]:
    """Members at or under the union by what was written: their whole name or their member number."""
    under = tree.under(union.pk).values("pk")
    found: dict[str, list[UUID]] = {}
    numbered = Membership.objects.filter(
        member_number__in=words, valid_to__isnull=True, union_id__in=under
    ).values_list("member_number", "person_id")
    named = Person.objects.filter(name__in=words, union_id__in=under).values_list("name", "pk")
    for word, person_id in [*numbered, *named]:
        found.setdefault(word, []).append(person_id)
    return found


def _vacancy(term: Term | None, posts: Sequence[Post], union: Union, today: date) -> tuple[int, date | None]:
    """Seats nobody holds, and by when they are to be filled (ORG-13): from the day the first became free."""
    if term is None:
        return 0, None
    mine = [post for post in posts if post.term_id == term.pk]
    vacant = max(0, term.seats - sum(post.ended_on is None for post in mine))
    if not vacant:
        return 0, None
    left = sorted(post.ended_on for post in mine if post.ended_on is not None)
    since = left[-vacant] if len(left) >= vacant else term.starts_on
    months = parameters.value("term.vacancy_months", division=union.division, day=today)
    return vacant, term_rules.months_after(since, months)


def _missing(union: Union, found: dict[str, Term], today: date) -> list[str]:
    """Bodies the rulebook asks for by the number of members, and that are not there (ORG-04, ORG-14)."""
    if union.level != Union.Level.GRASSROOTS or union.dissolved_on or len(found) == len(Body):
        return []
    members = Membership.objects.filter(union_id=union.pk, valid_to__isnull=True)
    committee_from, women_from = (
        parameters.value(f"term.{key}", division=union.division, day=today)
        for key in ("committee_from", "women_committee_from")
    )
    missing = []
    if Body.COMMITTEE not in found and members.count() >= committee_from:
        missing.append("committee")
    if Body.WOMEN not in found:
        women = Person.objects.filter(union_id=union.pk, sex="2", pk__in=members.values("person_id"))
        if women[:women_from].count() >= women_from:
            missing.append("women")
    return missing


def _unions(rights: Rights) -> list[Union]:
    both = [*rights.unions("term.decide"), *rights.unions("term.record")]
    return list({union.pk: union for union in both}.values())


def _at(rows: QuerySet[Any], unions: Sequence[Union]) -> QuerySet[Any]:
    """Those rows that stand at or under one of the unions."""
    place = Q(county_id__in=[county for union in unions for county in union.county_ids])
    for union in unions:
        if not union.county_ids:
            place |= Q(union_id__in=tree.under(union.pk).values("pk"))
    return rows.filter(place)


def _under(rows: QuerySet[Any], unions: Sequence[Union]) -> QuerySet[Any]:
    """Those rows that stand under one of the unions, not at it."""
    return _standing(_at(rows, unions).exclude(union_id__in=[union.pk for union in unions]))


def _standing(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Without those of unions that were merged away or dissolved: nobody records or answers there any more."""
    return rows.exclude(Exists(Union.objects.filter(pk=OuterRef("union_id"), dissolved_on__isnull=False)))


def unions_of(rows: Sequence[Model]) -> dict[int, Union]:
    """The unions of these rows, by id."""
    return Union.objects.in_bulk({row.union_id for row in rows})  # type: ignore[attr-defined]
