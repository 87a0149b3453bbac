"""What became one with a person: for their own page and for officers'."""

from collections.abc import Sequence
from uuid import UUID

from zhijia.registry.models import Merge
from zhijia.vault import services as vault


def merges_into(person_id: UUID) -> list[Merge]:
    """The merges a person stands on today, as far as the actor may see them."""
    return list(Merge.objects.filter(person_id=person_id, undone_at__isnull=True).order_by("merged_at"))


def other_numbers(merges: Sequence[Merge]) -> list[tuple[str, str]]:
    """The person's other documents, kind and masked number: those of the registrations merged into theirs."""
    kinds = {done.gone_id: done.gone_id_type for done in merges}
    if not kinds:
        return []
    masked = vault.masked_many("registry_person.id_number", list(kinds))
    return [(kinds[row], number) for row, number in masked.items()]
