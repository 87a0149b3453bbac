"""Editions of the standard: each is kept from the first time somebody's file names it."""

from datetime import date, datetime

from zhijia.catalogue import standards
from zhijia.registry.models import StandardEdition


def named(*, at: datetime) -> str:
    """The version in force, for a file or a run that names it; its content is kept from now on."""
    content = standards.content()
    edition = StandardEdition(
        version=content["version"],
        issued_on=date.fromisoformat(content["issued"]),
        content=content,
        published_at=at,
    )
    StandardEdition.objects.bulk_create([edition], ignore_conflicts=True)
    return str(content["version"])


def find(version: str) -> standards.Content | None:
    """What was published under this version; None for one nobody published."""
    if version == standards.version():
        return standards.content()
    kept = StandardEdition.objects.filter(version=version).only("content").first()
    return kept.content if kept else None


def earlier() -> list[StandardEdition]:
    """The editions before the one in force, newest first."""
    kept = StandardEdition.objects.exclude(version=standards.version())
    return list(kept.defer("content").order_by("-published_at"))
