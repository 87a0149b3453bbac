"""Rules that a federation wrote and published itself; those of the program are files of the catalogue."""

from django.db import models

from zhijia.catalogue.versions import Version
from zhijia.kernel.tables import Keeping


class RuleVersion(Version):
    """A rule as it was published once: a decision names the code and number it used. `budget` is what there is to pay
    for it, in fen; `preview` counts what it would do, as the person who proposed it saw it."""

    keeping = Keeping("What decisions were made by", None)

    budget = models.BigIntegerField(null=True)
    preview = models.JSONField(default=dict)

    class Meta(Version.Meta):
        db_table = "rules_version"
