"""The one table of sealed values."""

from django.db import models
from django.db.models import Q

from zhijia.kernel.tables import Keeping, ProtectedTable
from zhijia.vault.kinds import UNIQUE


class Secret(ProtectedTable):
    """A value of one kind and one row of another table, sealed for exactly that place.

    `sealed` is SM4-GCM with the kind's name and `row_id` as associated data; `key_id` repeats the number
    inside it, so that a rotation finds what is left. `blind` is the keyed index of the normal form under the
    index key `blind_version`. `row_id` of an account is its number as a uuid. Rows are found by their key or
    their index alone, so the arms of the policy need no index of their own."""

    keeping = Keeping("As long as the row it belongs to, and destroyed with it (PI-07)")

    pk = models.CompositePrimaryKey("kind", "row_id")
    kind = models.SmallIntegerField()
    row_id = models.UUIDField()
    blind = models.UUIDField(null=True)
    blind_version = models.IntegerField(null=True)
    sealed = models.BinaryField()
    key_id = models.IntegerField()
    person_id = models.UUIDField(null=True)
    user_id = models.BigIntegerField(null=True)
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "vault_secret"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "blind"], condition=Q(kind__in=UNIQUE), name="secret_held_once_where_unique"
            ),
            models.CheckConstraint(
                condition=Q(blind__isnull=True, blind_version__isnull=True)
                | Q(blind__isnull=False, blind_version__isnull=False),
                name="secret_index_has_its_version",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "blind"],
                condition=~Q(kind__in=UNIQUE) & Q(blind__isnull=False),
                name="vault_secret_by_blind",
            ),
            models.Index(
                fields=["person_id"], condition=Q(person_id__isnull=False), name="vault_secret_by_person"
            ),
        ]

    def __str__(self) -> str:
        return f"secret of kind {self.kind}"
