"""A definition as it was written in the program's pages: drafted and proposed by one person, published by a second."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, Q

from zhijia.catalogue.kinds import Definition
from zhijia.kernel import ciphers
from zhijia.kernel.tables import Table


class Version(Table):
    """One version of a definition. `text` is what was typed, `content` what it says once it could be used. Shipped ones
    come with the program. A published version never changes (a trigger refuses it). `copied_from` is the code of what a
    copy was made of; `returned` is why a second person gave it back, until it is proposed again."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PROPOSED = "proposed"
        PUBLISHED = "published"

    id = models.AutoField(primary_key=True)
    code = models.CharField(max_length=60, db_collation="C")
    number = models.IntegerField()
    text = models.TextField(default="")
    content = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, default="")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    shipped = models.BooleanField(default=False)
    since = models.DateField(null=True)
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    published_by = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    copied_from = models.CharField(max_length=60, default="", db_collation="C")
    returned = models.CharField(max_length=500, default="")

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="%(class)s_once"),
            models.CheckConstraint(
                condition=Q(shipped=True) | ~Q(state="published") | ~Q(made_by=F("published_by")),
                name="%(class)s_is_published_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(shipped=True)
                | ~Q(state="published")
                | Q(
                    made_by__isnull=False,
                    published_by__isnull=False,
                    published_at__isnull=False,
                    since__isnull=False,
                ),
                name="%(class)s_says_who_published_it",
            ),
        ]


Kept = TypeVar("Kept", bound=Version)


def latest(model: type[Kept], *, on: date, code: str = "") -> dict[str, Kept]:
    """What was written here and is in force on the day, by code: of several versions the newest. One statement."""
    rows = model._default_manager.filter(state=Version.State.PUBLISHED, shipped=False, since__lte=on)
    return {row.code: row for row in (rows.filter(code=code) if code else rows).order_by("number")}


def content(definition: Definition) -> dict[str, Any]:
    """The definition as plain data."""
    return definition.model_dump(mode="json", by_alias=True)


def digest(definition: Definition) -> str:
    """What tells two texts of a definition apart. A key that definitions learn later changes none of those before."""
    said: Mapping[str, Any] = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return ciphers.sm3(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hex()
