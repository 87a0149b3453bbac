"""Which union or employer asks, where one does, and who went on with it there."""

from pathlib import Path

from django.db import migrations, models
from django.db.models import Q, Value

from zhijia.kernel.policies import Policy

FOR_EMPLOYER = "asking_employer_id = ANY ((SELECT access_employers())::int[])"
# Whoever acts for the employer that asks sees it, and goes on with it as services do.
POLICIES = (
    Policy("matters_case_of_employer", "SELECT", (FOR_EMPLOYER,)),
    Policy("matters_case_of_employer_begun", "INSERT", (f"state = 'draft' AND {FOR_EMPLOYER}",)),
    Policy(
        "matters_case_of_employer_changed",
        "UPDATE",
        (FOR_EMPLOYER,),
        check=("id = ANY ((SELECT matters_in_hand())::uuid[])",),
    ),
)


class Migration(migrations.Migration):
    dependencies = [("matters", "0005_papers_again"), ("registry", "0010_representatives")]

    operations = [
        migrations.AddField(model_name="case", name="asking_union_id", field=models.IntegerField(null=True)),
        migrations.AddField(model_name="case", name="asking_employer_id", field=models.IntegerField(null=True)),
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
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["asking_employer_id", "-changed_at"],
                condition=Q(asking_employer_id__isnull=False),
                name="matters_case_by_employer",
            ),
        ),
        migrations.RunSQL(
            " ".join(policy.sql("matters_case") for policy in POLICIES),
            " ".join(f'DROP POLICY "{policy.name}" ON matters_case;' for policy in POLICIES),
        ),
        migrations.RunSQL(
            (Path(__file__).parent / "asker.sql").read_text(encoding="utf-8"),
            "DROP TRIGGER matters_case_asker ON matters_case; DROP FUNCTION matters_guard_asker();",
        ),
        migrations.RunSQL(
            (Path(__file__).parent / "reserved.sql").read_text(encoding="utf-8"),
            "DROP FUNCTION matters_give_back(uuid, timestamptz);",
        ),
    ]
