"""What the register holds already of whoever asks: shown in the form, never asked again, and kept as it stood when the
request was handed in. A number of the vault is kept masked."""

from datetime import date
from typing import Any

from zhijia.catalogue import codes, fields
from zhijia.catalogue.matter_rules import Matter, Question
from zhijia.catalogue.purposes import get as purpose_of
from zhijia.matters.models import Case
from zhijia.registry.models import Person, Union
from zhijia.registry.services import consents
from zhijia.ui.templatetags.ui import day as day_words
from zhijia.vault import services as vault

UNION = "union"


def of(case: Case, matter: Matter) -> dict[str, str]:
    """What is held for the questions that are not asked, by question; what we do not hold, or may not use for want of
    an agreement, is missing."""
    wanted = [question for question in matter.form if question.type == "held"]
    person = Person.objects.filter(pk=case.person_id).first() if wanted and case.person_id else None
    if person is None:
        return {}
    return {
        question.name: value
        for question in wanted
        if _may_be_used(question.fills_from, person) and (value := _value(question.fills_from, person))
    }


def in_words(question: Question, value: Any) -> str:
    """A kept value as people read it."""
    if question.fills_from == UNION:
        return str(value)
    field = fields.get(question.fills_from)
    if field.type == "code":
        return str(codes.label(field.code_list, value))
    return day_words(date.fromisoformat(value)) if field.type == "date" else str(value)


def _may_be_used(name: str, person: Person) -> bool:
    if name == UNION:
        return True
    purpose = fields.get(name).purpose
    return purpose_of(purpose).basis != "consent" or consents.agreed(person.pk, purpose)


def _value(name: str, person: Person) -> str:
    if name == UNION:
        return Union.objects.values_list("name", flat=True).get(pk=person.union_id) if person.union_id else ""
    if fields.get(name).sealed:
        return vault.masked(f"registry_person.{name}", person.pk)
    value = getattr(person, name)
    return value.isoformat() if isinstance(value, date) else str(value or "")
