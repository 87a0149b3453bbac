"""Rosters: the lines of a case, and what was said of each."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from zhijia.matters.policies import of_case

ONLY_GROWS = """
CREATE TRIGGER matters_line_answer_only_grows BEFORE UPDATE OR DELETE ON matters_line_answer
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER matters_line_answer_stays BEFORE TRUNCATE ON matters_line_answer
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
NO_MORE = """
DROP TRIGGER matters_line_answer_only_grows ON matters_line_answer;
DROP TRIGGER matters_line_answer_stays ON matters_line_answer;
"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0003_papers")]

    operations = [
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("person_id", models.UUIDField(null=True)),
                ("shown_name", models.CharField(default="", max_length=100)),
                ("values", models.JSONField(default=dict)),
                ("asked", models.BigIntegerField(null=True)),
                ("verdict", models.CharField(choices=[("grant", "Grant"), ("less", "Less"), ("refuse", "Refuse")], default="", max_length=6)),
                ("granted", models.BigIntegerField(null=True)),
                ("reason", models.CharField(default="", max_length=300)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="matters.case")),
            ],
            options={
                "db_table": "matters_line",
                "constraints": [
                    models.UniqueConstraint(fields=("case", "number"), name="line_once_per_number"),
                    models.CheckConstraint(
                        condition=~models.Q(("verdict", "refuse")) | (~models.Q(("reason", "")) & (models.Q(("granted", 0)) | models.Q(("asked__isnull", True)))),
                        name="line_is_refused_whole_and_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("granted__isnull", True)) | models.Q(("granted__gte", 0), ("granted__lte", models.F("asked"))),
                        name="line_is_granted_what_was_asked_at_most",
                    ),
                ],
                "indexes": [
                    models.Index(condition=models.Q(("person_id__isnull", False)), fields=["person_id"], name="matters_line_by_person"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LineAnswer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("by_user_id", models.BigIntegerField(null=True)),
                ("verdict", models.CharField(choices=[("grant", "Grant"), ("less", "Less"), ("refuse", "Refuse")], max_length=6)),
                ("granted", models.BigIntegerField(null=True)),
                ("reason", models.CharField(default="", max_length=300)),
                ("at", models.DateTimeField()),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="line_answers", to="matters.case")),
                ("step", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="line_answers", to="matters.step")),
            ],
            options={
                "db_table": "matters_line_answer",
                "indexes": [models.Index(fields=["case", "number"], name="matters_line_answer_by_line")],
            },
        ),
        of_case("matters_line", applicants=True),
        of_case("matters_line_answer"),
        migrations.RunSQL(ONLY_GROWS, NO_MORE),
    ]
