"""Answers of one case taken over into another: an objection, a part of what was asked for in one go."""

from collections.abc import Mapping
from datetime import datetime

from zhijia.audit import services as audit
from zhijia.kernel.ids import new_id
from zhijia.matters.models import Answer, Case
from zhijia.matters.services.lacking import VALUE
from zhijia.vault import services as vault


def answers(source: Case, target: Case, *, sealed: Mapping[str, bool], at: datetime) -> None:
    """Copy the answers to these questions, with whether each is sealed; a sealed one is sealed anew."""
    place = audit.Place(target.union_id, target.county_id, target.person_id)
    kept = list(source.answers.filter(name__in=list(sealed)))
    copies = [Answer(id=new_id(), case=target, name=answer.name, value=answer.value) for answer in kept]
    Answer.objects.bulk_create(copies)
    for answer, copy in zip(kept, copies, strict=True):
        if sealed[answer.name] and answer.value is not None:
            clear = vault.read_inside(VALUE, answer.pk)
            vault.seal(VALUE, copy.pk, clear, place=place, at=at, user_id=target.user_id)
