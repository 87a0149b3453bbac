"""People, what they agreed to, and what they ask to have put right."""

import uuid

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from zhijia.kernel.tables import Keeping, ProtectedTable, Table


class Person(ProtectedTable):
    """A natural person, one row for life. Identity number, phone, card, address and e-mail lie in the vault
    under `registry_person.*` with this row's id; `union_id` and `county_id` are those of today's membership
    (or of the last one), kept in step by the services that move it.

    `name_initials` are `kernel.initials.initials(name)`: whoever writes a name writes them too.
    `sources` tells, for each field, where it came from and when: {"name": ["roster", "2026-11-21"]}.
    """

    keeping = Keeping("The register of members (工会法, MEM-02)", "retention.person_years_after_leaving")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=100, db_collation="C")
    name_initials = models.CharField(max_length=100, db_collation="C", default="")
    id_type = models.CharField(max_length=3, default="111")
    sex = models.CharField(max_length=1, default="0")
    birth_date = models.DateField(null=True)
    nationality = models.CharField(max_length=3, default="CHN")
    education = models.CharField(max_length=2, default="")
    hukou_type = models.CharField(max_length=1, default="")
    hukou_division = models.CharField(max_length=12, default="")
    home_division = models.CharField(max_length=12, default="")
    migrant = models.BooleanField(default=False)
    gig_group = models.CharField(max_length=2, default="00")
    occupation = models.CharField(max_length=60, default="")
    skill = models.CharField(max_length=2, default="")
    work_status = models.CharField(max_length=2, default="01")
    employer_id = models.IntegerField(null=True)
    employer_name = models.CharField(max_length=120, default="")
    hired_on = models.DateField(null=True)
    model_level = models.CharField(max_length=1, default="0")
    real_name_level = models.SmallIntegerField(default=0)
    sources = models.JSONField(default=dict)
    import_id = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "registry_person"
        indexes = [
            models.Index(fields=["union_id", "name", "id"], name="registry_person_by_union_name"),
            models.Index(fields=["county_id", "name", "id"], name="registry_person_by_county_name"),
            models.Index(fields=["name", "id"], name="registry_person_by_name"),
            BrinIndex(fields=["changed_at"], name="registry_person_by_change"),
            models.Index(fields=["county_id", "name_initials", "id"], name="registry_person_by_county_ini"),
            models.Index(fields=["name_initials", "id"], name="registry_person_by_initials"),
            models.Index(
                fields=["import_id"], name="registry_person_by_import", condition=Q(import_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Consent(ProtectedTable):
    """One purpose a person agreed to, asked by itself (PI-01). `withdrawn_at` ends it; the row stays."""

    keeping = Keeping("Proof of consent (PI-07)", "retention.consent_years_after_death")

    person_id = models.UUIDField()
    purpose = models.CharField(max_length=60)
    text_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    channel = models.CharField(max_length=10)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_consent"
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_one_in_force_per_purpose",
            )
        ]


class Lookup(Table):
    """How many look-ups a user made, for the enumeration limit. Who was looked for is not kept; `near` is a keyed
    digest of what numbers tried out in a row have in common."""

    keeping = Keeping("The limit on look-ups", "retention.lookup_days")

    user_id = models.BigIntegerField()
    at = models.DateTimeField()
    many = models.IntegerField()
    near = models.CharField(max_length=32, default="")

    class Meta:
        db_table = "registry_lookup"
        indexes = [models.Index(fields=["user_id", "at"], name="registry_lookup_by_user")]


class SavedView(Table):
    """The filters of a table a user gave a name, for themselves. Never a name or number of a person."""

    keeping = Keeping("The user's own convenience")

    user_id = models.BigIntegerField()
    page = models.CharField(max_length=30)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=300)
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "registry_saved_view"
        constraints = [
            models.UniqueConstraint(fields=["user_id", "page", "name"], name="saved_view_name_once")
        ]
