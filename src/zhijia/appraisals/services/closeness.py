"""Whom an account is close to, as the register and the lists of relatives say: what recusal is decided by."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.db.models import Q

from zhijia.appraisals.rules import recusing
from zhijia.ledger.spending_models import Kin
from zhijia.registry.models import Coverage, Grant, Membership, Union


def judges(people: Mapping[int, UUID | None], day: date) -> dict[int, recusing.Judge]:
    """Of each account (with its person, where there is one): the unions it is a member of, or works at by a right of a
    union of a workplace; the employers there; the relatives it declared. Four statements for all of them."""
    persons = [person for person in people.values() if person is not None]
    standing = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    unions: dict[int | UUID, set[int]] = {}
    members = Membership.objects.filter(person_id__in=persons, valid_to__isnull=True)
    for person_id, union_id in members.values_list("person_id", "union_id"):
        unions.setdefault(person_id, set()).add(union_id)
    grants = Grant.objects.filter(
        standing, user_id__in=list(people), union__level__gte=Union.Level.GRASSROOTS
    )
    for user_id, union_id in grants.values_list("user_id", "union_id"):
        unions.setdefault(user_id, set()).add(union_id)
    kin: dict[UUID, list[tuple[str, str]]] = {}
    declared = Kin.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), person_id__in=persons)
    for person_id, name, works_for in declared.values_list("person_id", "name", "works_for"):
        kin.setdefault(person_id, []).append((name, works_for))
    covered = employers({union for found in unions.values() for union in found})
    found = {}
    for user_id, person in people.items():
        own = unions.get(user_id, set()) | (unions.get(person, set()) if person else set())
        relatives = kin.get(person, []) if person else []
        found[user_id] = recusing.Judge(
            user_id=user_id,
            person_id=person,
            unions=frozenset(own),
            employers=frozenset(key for union in own for key in covered.get(union, {})),
            relatives=frozenset(name for name, _works_for in relatives),
            relatives_work_for=frozenset(works_for for _name, works_for in relatives if works_for),
        )
    return found


def employers(union_ids: Collection[int]) -> dict[int, dict[int, str]]:
    """The employers each union covers today, with their names."""
    found: dict[int, dict[int, str]] = {}
    covers = Coverage.objects.filter(union_id__in=union_ids, valid_to__isnull=True)
    for union_id, key, name in covers.values_list("union_id", "employer_id", "employer__name"):
        found.setdefault(union_id, {})[key] = name
    return found
