"""Which union asks, where one does, and who went on with it there."""

from django.db import migrations, models
from django.db.models import Q, Value


class Migration(migrations.Migration):
    dependencies = [("matters", "0005_papers_again")]

    operations = [
        migrations.AddField(model_name="case", name="asking_union_id", field=models.IntegerField(null=True)),
        migrations.AddField(
            model_name="case",
            name="hands",
            field=models.JSONField(default=list, db_default=Value([], models.JSONField())),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["asking_union_id", "-changed_at"],
                condition=Q(asking_union_id__isnull=False),
                name="matters_case_by_asking",
            ),
        ),
    ]
