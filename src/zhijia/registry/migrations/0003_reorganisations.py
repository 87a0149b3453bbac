"""The dated trees change: what is planned, done and undone, the names a union had, and what is kept of today's fund and
industry tree."""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models


def union(related_name: str, **options: object) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to="registry.union", **options
    )


UNDO = """
DROP TRIGGER facts_union_total_is_added ON facts_union_total;
DROP TRIGGER facts_union_total_is_changed ON facts_union_total;
DROP TRIGGER facts_union_total_is_removed ON facts_union_total;
DROP TRIGGER facts_union_total_is_emptied ON facts_union_total;
DROP FUNCTION registry_tree_totals_follow();
"""
GUARDS_UNDO = """
DROP TRIGGER registry_union_is_founded ON registry_union;
DROP TRIGGER registry_union_stands_where_it_hangs ON registry_union;
DROP TRIGGER registry_parent_is_founded ON registry_parent;
DROP TRIGGER registry_tree_place_is_kept ON registry_tree_place;
DROP TRIGGER registry_tree_total_is_kept ON registry_tree_total;
DROP TRIGGER registry_tree_turn_is_kept ON registry_tree_turn;
DROP TRIGGER registry_plan_is_decided ON registry_reorganisation;
DROP FUNCTION registry_plan_is_decided();
DROP FUNCTION registry_kept_by_who_works();
DROP FUNCTION registry_place_is_true();
DROP FUNCTION registry_edge_is_founded();
DROP FUNCTION registry_union_is_founded();
DROP FUNCTION registry_refuse_tree(text, text, name);
DROP FUNCTION registry_works_in(int);
DROP TRIGGER registry_coverage_is_its_unions ON registry_coverage;
DROP FUNCTION registry_coverage_is_its_unions();
DROP FUNCTION registry_works_somewhere();
DROP FUNCTION registry_works_at_the_top();
GRANT UPDATE, DELETE ON registry_union, registry_parent, registry_reorganisation TO zhijia_app;
GRANT INSERT, UPDATE, DELETE ON registry_union_name, registry_county_change TO zhijia_app;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_access"), ("facts", "0001_initial")]

    operations = [
        migrations.AddField("union", "successor", union("merged", null=True)),
        migrations.AddIndex(
            "union",
            models.Index(condition=models.Q(level__lte=4), fields=["tree_left"], name="registry_union_high"),
        ),
        migrations.AddConstraint(
            "parent",
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="union_parent_ends_after_it_began",
            ),
        ),
        migrations.CreateModel(
            "Reorganisation",
            [
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("found", "Found"), ("rename", "Rename"), ("move", "Move"), ("merge", "Merge"), ("split", "Split"), ("dissolve", "Dissolve")], max_length=10)),
                ("state", models.CharField(choices=[("planned", "Planned"), ("done", "Done"), ("undone", "Undone"), ("stopped", "Stopped")], default="planned", max_length=10)),
                ("effective_on", models.DateField()),
                ("plan", models.JSONField()),
                ("counts", models.JSONField(default=dict)),
                ("union", union("reorganisations")),
                ("place", union("+")),
                ("reason", models.CharField(max_length=200)),
                ("approval_number", models.CharField(default="", max_length=60)),
                ("user_id", models.BigIntegerField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.BigIntegerField(null=True)),
                ("failure", models.CharField(default="", max_length=60)),
            ],
            options={
                "db_table": "registry_reorganisation",
                "indexes": [models.Index(fields=["state", "effective_on", "recorded_at"], name="reorganisation_by_day")],
            },
        ),
        migrations.CreateModel(
            "UnionName",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("union", union("names")),
                ("name", models.CharField(db_collation="C", max_length=120)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "registry_union_name",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(valid_to__gte=models.F("valid_from")), name="union_name_ends_after_it_began"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "CountyChange",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("union", union("county_changes")),
                ("from_county", union("+")),
                ("to_county", union("+")),
                ("day", models.DateField(db_index=True)),
                ("reorganisation", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="county_changes", to="registry.reorganisation")),
            ],
            options={"db_table": "registry_county_change"},
        ),
        migrations.CreateModel(
            "TreePlace",
            [
                ("pk", models.CompositePrimaryKey("union_id", "tree", blank=True, editable=False, primary_key=True, serialize=False)),
                ("union_id", models.IntegerField()),
                ("tree", models.CharField(db_collation="C", max_length=12)),
                ("head_id", models.IntegerField()),
                ("tree_left", models.BigIntegerField()),
                ("tree_right", models.BigIntegerField()),
            ],
            options={
                "db_table": "registry_tree_place",
                "indexes": [
                    models.Index(fields=["tree", "tree_left"], name="registry_place_by_interval"),
                    models.Index(
                        condition=models.Q(head_id=models.F("union_id")),
                        fields=["tree", "tree_left"],
                        name="registry_place_heads",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "TreeTotal",
            [
                ("pk", models.CompositePrimaryKey("tree", "head_id", "kind", blank=True, editable=False, primary_key=True, serialize=False)),
                ("tree", models.CharField(db_collation="C", max_length=12)),
                ("head_id", models.IntegerField()),
                ("kind", models.TextField(db_collation="C")),
                ("quantity", models.BigIntegerField()),
                ("amount", models.BigIntegerField()),
                ("facts", models.BigIntegerField()),
            ],
            options={"db_table": "registry_tree_total"},
        ),
        migrations.CreateModel(
            "TreeTurn",
            [
                ("tree", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("turn", models.BigIntegerField()),
            ],
            options={"db_table": "registry_tree_turn"},
        ),
        migrations.RunSQL(Path(__file__).with_name("trees.sql").read_text(encoding="utf-8"), UNDO),
        migrations.RunSQL(Path(__file__).with_name("tree_guards.sql").read_text(encoding="utf-8"), GUARDS_UNDO),
    ]
