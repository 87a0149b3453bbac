"""An employer's members move together; members who may have left are asked."""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import zhijia.kernel.ids
from zhijia.kernel.policies import COUNTY, UNION, Policy, protect

UNDO = """
DROP TRIGGER registry_leg_is_followed ON registry_transfer_leg;
DROP FUNCTION registry_leg_follows();
DROP FUNCTION registry_transfers_to_follow(int);
DROP FUNCTION registry_transfer_sides(uuid);
DROP FUNCTION registry_transfer_followed(uuid, text, text, uuid);
DROP FUNCTION registry_transfer_joined(uuid, int, uuid, bigint);
DROP FUNCTION registry_transfer_called_off(uuid, timestamptz);
DROP FUNCTION registry_pass_transfer(uuid, timestamptz);
DROP FUNCTION registry_follower_names(int, int, int);
DROP FUNCTION registry_follower_counts(int, int, int);
DROP FUNCTION registry_followers(int, int, uuid[], uuid, int);
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0008_loads")]

    operations = [
        migrations.AddField("transferleg", "batch_id", models.UUIDField(null=True)),
        migrations.AddField("transferleg", "object_until", models.DateField(null=True)),
        migrations.AddField("transferleg", "case_id", models.UUIDField(null=True)),
        migrations.AddField("transferleg", "applicant_id", models.BigIntegerField(null=True)),
        migrations.AddField("transferleg", "to_follow", models.BooleanField(default=False)),
        migrations.AlterField(
            "transferleg",
            "state",
            models.CharField(choices=[("pending", "Pending"), ("approved", "Approved"), ("refused", "Refused"), ("cancelled", "Cancelled"), ("objected", "Objected"), ("skipped", "Skipped")], default="pending", max_length=10),
        ),
        migrations.AddIndex(
            "transferleg",
            models.Index(condition=models.Q(("batch_id__isnull", False)), fields=["batch_id", "side", "id"], name="registry_leg_by_batch"),
        ),
        migrations.AddIndex(
            "transferleg",
            models.Index(condition=models.Q(("case_id__isnull", False)), fields=["case_id"], name="registry_leg_by_case"),
        ),
        migrations.AddIndex(
            "transferleg",
            models.Index(condition=models.Q(("to_follow", True)), fields=["transfer_id"], name="registry_leg_to_follow"),
        ),
        migrations.CreateModel(
            "TransferBatch",
            [
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.UUIDField(default=zhijia.kernel.ids.new_id, primary_key=True, serialize=False)),
                ("once", models.UUIDField(unique=True)),
                ("other_union_id", models.IntegerField()),
                ("other_county_id", models.IntegerField()),
                ("employer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.employer")),
                ("side", models.CharField(max_length=3)),
                ("closed", models.BooleanField(default=False)),
                ("chosen", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None)),
                ("reason", models.CharField(max_length=200)),
                ("state", models.CharField(choices=[("preparing", "Preparing"), ("open", "Open"), ("answered", "Answered"), ("refused", "Refused"), ("withdrawn", "Withdrawn"), ("done", "Done")], default="preparing", max_length=10)),
                ("user_id", models.BigIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("due_on", models.DateField(null=True)),
                ("object_until", models.DateField()),
                ("after", models.UUIDField(null=True)),
                ("lines", models.IntegerField(default=0)),
                ("skipped", models.IntegerField(default=0)),
                ("moved", models.IntegerField(default=0)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.BigIntegerField(null=True)),
                ("answer", models.CharField(default="", max_length=200)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "registry_transfer_batch",
                "indexes": [
                    models.Index(fields=["union_id", "state"], name="registry_batch_by_union"),
                    models.Index(fields=["county_id", "state"], name="registry_batch_by_county"),
                    models.Index(fields=["other_union_id", "state"], name="registry_batch_by_other_union"),
                    models.Index(fields=["other_county_id", "state"], name="registry_batch_by_other_cnty"),
                ],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("state__in", ("preparing", "open", "answered"))), fields=("union_id", "employer"), name="batch_one_going_per_union_and_employer"),
                ],
            },
        ),
        migrations.CreateModel(
            "LeaveProposal",
            [
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("membership_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("why", models.CharField(choices=[("dues", "Dues"), ("officer", "Officer")], max_length=10)),
                ("words", models.CharField(default="", max_length=200)),
                ("since", models.DateField()),
                ("state", models.CharField(choices=[("asked", "Asked"), ("stays", "Stays"), ("kept", "Kept"), ("confirmed", "Confirmed"), ("ended", "Ended")], default="asked", max_length=10)),
                ("owner_id", models.BigIntegerField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.BigIntegerField(null=True)),
                ("answer_until", models.DateField()),
                ("due_on", models.DateField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.BigIntegerField(null=True)),
                ("reason", models.CharField(default="", max_length=200)),
            ],
            options={
                "db_table": "registry_leave_proposal",
                "indexes": [
                    models.Index(fields=["person_id"], name="registry_leave_by_person"),
                    models.Index(fields=["union_id", "state", "due_on"], name="registry_leave_by_union"),
                    models.Index(fields=["county_id", "state", "due_on"], name="registry_leave_by_county"),
                ],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("state", "asked")), fields=("membership_id",), name="leave_one_open_per_membership"),
                ],
            },
        ),
        # Both sides of an employer's move see it; a member sees their own two legs of it.
        protect(
            "registry_transfer_batch",
            Policy(
                "registry_transfer_batch_either_side",
                arms=(COUNTY, UNION, f"other_{COUNTY}", f"other_{UNION}"),
            ),
        ),
        protect("registry_leave_proposal"),
        migrations.RunSQL(Path(__file__).with_name("moves.sql").read_text(encoding="utf-8"), UNDO),
    ]
