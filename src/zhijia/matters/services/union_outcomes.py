"""What the registry does when a union asked: a union is founded, a re-election is registered. Each reads its case and
ends in the registry's own service, by the right of whoever decided last; `given` names the answers, and the paper whose
number is that of the reply."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes, ports
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.matters import committee
from zhijia.matters.models import Case, Step
from zhijia.matters.services import grounds, outcomes, papers
from zhijia.registry import tree
from zhijia.registry.models import Membership, Person, Union
from zhijia.registry.services import founding, terms
from zhijia.registry.services.terms import elections, first

KINDS = {"single": "50", "joint": "51", "village": "52", "region": "40", "sector": "41"}
"""What a definition calls the types of union that are founded by request (ORG-03)."""
Given = Mapping[str, str]


def found_union(*, actor: Actor, at: datetime, case: Case, given: Given) -> None:
    """The union stands under the one that decided, covers its employer, and its first term begins (ORG-05)."""
    said = _answers(case, given)
    parent = _decided_at(case)
    union = founding.found(
        actor=actor,
        at=at,
        once=case.pk,
        parent_id=parent.pk,
        planned=_planned(said),
        elected=_elected(said, days.business_day(at), find=True),
        number=papers.number_of(case, given["paper"]),
    )
    case.other_union_id, case.other_county_id = union.pk, union.stands_in
    case.save(update_fields=["other_union_id", "other_county_id"])


def can_found_union(*, at: datetime, case: Case, given: Given) -> None:
    """Whether the name and the employer are free and, once it was reported, the election stands."""
    said = _answers(case, given)
    parent = _parent_of(case)
    founding.check_planned(_planned(said), parent_id=parent.pk)
    if said.get("held_on"):
        today = days.business_day(at)
        founding.check_elected(_elected(said, today, find=False), division=said["division"], today=today)


def register_election(*, actor: Actor, at: datetime, case: Case, given: Given) -> None:
    """The election is on the register, replied to by the paper's number: the new term and its posts begin, the alarm of
    the old one ends (ORG-08, ORG-13)."""
    said = _answers(case, given)
    election = terms.record_election(
        actor=actor,
        at=at,
        once=case.pk,
        union_id=case.union_id,
        result=_result(case.union_id, said, days.business_day(at)),
        reported_by=case.user_id,
    )
    terms.approve_election(
        actor=actor,
        at=at,
        election_id=election.pk,
        number=papers.number_of(case, given["paper"]),
        day=days.business_day(at),
    )


def can_register_election(*, at: datetime, case: Case, given: Given) -> None:
    """Whether the election stands: enough came, enough votes, a size that goes with the members (ORG-09, ORG-10)."""
    result = _result(case.union_id, _answers(case, given), days.business_day(at))
    elections.check(at=at, union_id=case.union_id, result=result)


def register() -> None:
    """Answer the ports that definitions name."""
    for name, done, ready in (
        ("registry.found_union", found_union, can_found_union),
        ("registry.election", register_election, can_register_election),
    ):
        ports.register(f"{outcomes.OUTCOME}.{name}", done)
        ports.register(f"{outcomes.READY}.{name}", ready)


def _answers(case: Case, given: Given) -> dict[str, Any]:
    """The answers by what the outcome calls them."""
    values = grounds.values_of(case)
    return {what: values.get(name) for what, name in given.items() if what != "paper"}


def _planned(said: Mapping[str, Any]) -> founding.Planned:
    single = said["kind"] == "single"
    return founding.Planned(
        name=said["name"].strip(),
        type=KINDS[said["kind"]],
        division=said["division"],
        employer=(said.get("employer") or "") if single else "",
        employer_code=(said.get("employer_code") or "") if single else "",
    )


def _elected(said: Mapping[str, Any], today: date, *, find: bool) -> founding.Elected:
    lines = _stood(said["stood"], today)
    known = _by_number([line.who for line in lines if line.is_number]) if find else {}
    return founding.Elected(
        held_on=date.fromisoformat(said["held_on"]),
        years=_years(said["years"]),
        entitled=said["entitled"],
        attended=said["attended"],
        seats=said["seats"],
        stood=[first.Stood(line.post, line.votes, known.get(line.who)) for line in lines],
    )


def _result(union_id: int, said: Mapping[str, Any], today: date) -> elections.Result:
    lines = _stood(said["stood"], today)
    people = _members(union_id, [line.who for line in lines])
    return elections.Result(
        body=said["body"],
        by_election=False,
        held_on=date.fromisoformat(said["held_on"]),
        years=_years(said["years"]),
        entitled=said["entitled"],
        attended=said["attended"],
        seats=said["seats"],
        candidates=[elections.Standing(people[line.who], line.post, line.votes) for line in lines],
        declared=said.get("declared") or [],
    )


def _stood(text: str, today: date) -> list[committee.Stood]:
    return committee.read(text, post_of=lambda words: codes.read("post_kinds", words, today))


def _years(said: str) -> int:
    """How long the term is: the answer is called `years_3` or `years_5`."""
    return int(said.rpartition("_")[2])


def _members(union_id: int, named: Sequence[str]) -> dict[str, UUID]:
    """Who is meant by each name or member number among the members of the union and those under it. Raises Refusal for
    one nobody has, and for a name that several have."""
    under = tree.under(union_id).values("pk")
    found = dict(_by_number(named, under))
    of_name: dict[str, list[UUID]] = {}
    for person_id, name in Person.objects.filter(name__in=set(named), union_id__in=under).values_list(
        "pk", "name"
    ):
        of_name.setdefault(name, []).append(person_id)
    for name in named:
        people = of_name.get(name, [])
        if name not in found and len(people) != 1:
            raise Refusal(
                "committee_who",
                _("%(name)s: several members have this name. Write the member number instead.")
                % {"name": name}
                if people
                else _("%(name)s is no member of this union. Compare the name with the register.")
                % {"name": name},
            )
        found.setdefault(name, people[0] if people else found[name])
    return found


def _by_number(numbers: Sequence[str], under: Any = None) -> dict[str, UUID]:
    members = Membership.objects.filter(member_number__in=numbers, valid_to__isnull=True)
    if under is not None:
        members = members.filter(union_id__in=under)
    return dict(members.values_list("member_number", "person_id"))


def _decided_at(case: Case) -> Union:
    """The union whose step was decided last; where it was late and the one above decided, the one it was late at."""
    last = case.steps.filter(state=Step.State.DONE).order_by("number").last()
    if last is None:
        return _parent_of(case)
    return Union.objects.get(pk=last.from_seat_id or last.seat_id)


def _parent_of(case: Case) -> Union:
    """The union a new one will stand under: the nearest of township level or higher where the case began."""
    path = tree.path(Union.objects.get(pk=case.union_id))
    above = [union for union in path if union.level <= Union.Level.TOWNSHIP]
    return above[-1] if above else path[0]
