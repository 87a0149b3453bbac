"""Whom an account is close to, as the register and the lists of relatives say: what recusal is decided by."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.db.models import Q

from zhijia.appraisals.rules import recusing
from zhijia.kernel import rows
from zhijia.registry.models import Coverage, Grant, Membership, Union


def judges(people: Mapping[int, UUID | None], day: date, names: Collection[str]) -> dict[int, recusing.Judge]:
    """Of each account (with its person, where there is one): the unions it is a member of, or works at by a right of a
    union of a workplace; the employers there; which of these `names` it declared to be relatives, or where those work,
    at whatever union it did. Four statements for all of them."""
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
    kin: dict[tuple[UUID, bool], set[str]] = {}
    asked = [persons, list(names), day]
    for person_id, name, works in rows.run("SELECT * FROM appraisals_kin(%s::uuid[], %s::text[], %s)", asked):
        kin.setdefault((person_id, works), set()).add(name)
    covered = employers({union for found in unions.values() for union in found})
    found = {}
    for user_id, person in people.items():
        own = unions.get(user_id, set()) | (unions.get(person, set()) if person else set())
        found[user_id] = recusing.Judge(
            user_id=user_id,
            person_id=person,
            unions=frozenset(own),
            employers=frozenset(key for union in own for key in covered.get(union, {})),
            relatives=frozenset(kin.get((person, False), ()) if person else ()),
            relatives_work_for=frozenset(kin.get((person, True), ()) if person else ()),
        )
    return found


def employers(union_ids: Collection[int]) -> dict[int, dict[int, str]]:
    """The employers each union covers today, with their names."""
    found: dict[int, dict[int, str]] = {}
    covers = Coverage.objects.filter(union_id__in=union_ids, valid_to__isnull=True)
    for union_id, key, name in covers.values_list("union_id", "employer_id", "employer__name"):
        found.setdefault(union_id, {})[key] = name
    return found
