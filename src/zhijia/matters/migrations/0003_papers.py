"""Papers made at a step, their numbers, and the page that says whether one is real."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from zhijia.matters.policies import of_case

ISSUED = """
-- What anybody who holds a paper may learn of it by its random id: who issued it, its number, its title, its day.
CREATE FUNCTION matters_paper_issued(paper uuid)
RETURNS TABLE (union_name text, number text, zh text, en text, made_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT u.name, p.number, p.words #>> '{zh,title}', p.words #>> '{en,title}', p.made_at
  FROM public.matters_paper p JOIN public.registry_union u ON u.id = p.union_id WHERE p.id = paper
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0002_materials")]

    operations = [
        migrations.CreateModel(
            name="PaperSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("union_id", models.IntegerField()),
                ("series", models.CharField(max_length=60)),
                ("year", models.IntegerField()),
                ("count", models.IntegerField()),
            ],
            options={
                "db_table": "matters_paper_series",
                "constraints": [models.UniqueConstraint(fields=("union_id", "series", "year"), name="paper_series_once_a_year")],
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("code", models.CharField(db_collation="C", max_length=60)),
                ("union_id", models.IntegerField()),
                ("number", models.CharField(max_length=60)),
                ("party", models.CharField(default="", max_length=120)),
                ("words", models.JSONField()),
                ("file_id", models.UUIDField(unique=True)),
                ("made_at", models.DateTimeField()),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="papers", to="matters.case")),
                ("step", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="papers", to="matters.step")),
            ],
            options={
                "db_table": "matters_paper",
                "constraints": [
                    models.UniqueConstraint(fields=("step", "code", "party"), name="paper_once_per_step_and_party"),
                    models.UniqueConstraint(fields=("union_id", "number"), name="paper_number_once_per_union"),
                ],
            },
        ),
        of_case("matters_paper"),
        migrations.RunSQL(ISSUED, "DROP FUNCTION matters_paper_issued(uuid);"),
    ]
