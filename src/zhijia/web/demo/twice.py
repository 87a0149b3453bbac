"""Some people of the demo stand in the register twice, so that the page where that is put right is not empty.

Nobody is added: somebody who is there takes the name and phone of another, under another document.
"""

from datetime import datetime

from zhijia.audit.services import Place
from zhijia.kernel import actors
from zhijia.kernel.codes.documents import PASSPORT, RESIDENT_ID
from zhijia.kernel.context import whole
from zhijia.registry.identity_rules import other_form
from zhijia.registry.models import Person, Union
from zhijia.registry.services.identities import finding
from zhijia.vault import services as vault
from zhijia.web.demo.logins import counties, workers, workplace

COMPARED = 200_000
"""Registrations at most that are compared while a demo is loaded; a larger province is compared at night."""
TAKEN_FROM = 12
"""The workers chosen come after those who have something else to do in the demo."""


def make_twice(people: int, *, at: datetime) -> None:
    """Make three people stand twice: in the officer's union, across two unions of its county, and across counties.
    Then compare everybody, as the nightly job does, unless there are too many."""
    work, (near, far) = workplace(), counties()
    there = [_union_of(near, work), _union_of(far, work)]
    mine = workers(work, TAKEN_FROM + 4)[TAKEN_FROM:]
    others = [*mine[3:4], *(workers(union, TAKEN_FROM)[-1] for union in there if union is not None)]
    for place, (person, double) in enumerate(zip(mine, others, strict=False)):
        _copy(person, double, place, at)
    if people <= COMPARED:
        finding.run(actor=actors.system("demo-twice", "demo"), at=at)


def _union_of(county: Union, other: Union) -> Union | None:
    held = Union.objects.filter(county=county, type="50", level=Union.Level.GRASSROOTS).exclude(pk=other.pk)
    return held.order_by("id").first()


def _copy(person: Person, double: Person, place: int, at: datetime) -> None:
    """The double says the same name, birth date and phone, under a passport or under the number of 15 digits."""
    with whole():
        number = vault.read_many_inside(finding.NUMBER, [person.pk])[person.pk]
        phone = vault.read_many_inside(finding.PHONE, [person.pk])[person.pk]
        short = other_form(number) if place == 0 else None
        double.name, double.name_initials = person.name, person.name_initials
        double.sex, double.birth_date, double.changed_at = person.sex, person.birth_date, at
        double.id_type = RESIDENT_ID if short else PASSPORT
        double.save(
            using="bulk",
            update_fields=["name", "name_initials", "sex", "birth_date", "id_type", "changed_at"],
        )
        where = Place(double.union_id, double.county_id, double.pk)
        for kind, value in ((finding.NUMBER, short or f"E{place:08d}"), (finding.PHONE, phone)):
            vault.seal(kind, double.pk, value, place=where, at=at, using="bulk")
