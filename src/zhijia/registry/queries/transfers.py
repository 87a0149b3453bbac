"""What one side of a transfer decides on (MEM-07): what this side knows itself, and nothing of the other side."""

from dataclasses import dataclass

from zhijia.registry.models import Application, Person, RosterImport, TransferLeg, Union


@dataclass(frozen=True, slots=True)
class ToDecide:
    """One leg as its own side may see it. `person` is filled for the side the person leaves, whose member they are;
    `application` or `roster` for the side that asked, where it can still be read."""

    leg: TransferLeg
    union: Union
    person: Person | None
    application: Application | None
    roster: RosterImport | None

    @property
    def occupation(self) -> str:
        known = self.person or self.application
        return known.occupation if known else ""

    @property
    def workplace(self) -> str:
        if self.person:
            return self.person.employer_name
        return self.application.workplace if self.application else ""


def to_decide(leg: TransferLeg) -> ToDecide:
    """The leg with what its side knows. Who the other union is, and since when, is asked nowhere."""
    union = Union.objects.get(pk=leg.union_id)
    if leg.side == TransferLeg.Side.OUT:
        return ToDecide(leg, union, Person.objects.filter(pk=leg.person_id).first(), None, None)
    asked = Application.objects.filter(
        person_id=leg.person_id, union_id=leg.union_id, state=Application.State.OTHER_SIDE
    ).first()
    roster = RosterImport.objects.filter(pk=leg.import_id).first() if leg.import_id else None
    return ToDecide(leg, union, None, asked, roster)
