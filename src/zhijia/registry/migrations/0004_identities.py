"""One person once: pairs that may be one person, and what became of them."""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models

from zhijia.kernel.policies import COUNTY, UNION, Policy, protect

UNDO = """
DROP FUNCTION registry_unmerge(uuid, timestamptz, date, text);
DROP FUNCTION registry_worked_on(registry_merge);
DROP FUNCTION registry_merge_people(uuid, uuid, uuid, uuid, text, timestamptz, date);
DROP FUNCTION registry_following();
"""
OTHER_COUNTY, OTHER_UNION = f"other_{COUNTY}", f"other_{UNION}"
NOBODY = ("false",)


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_reorganisations"), ("vault", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='CutBlock',
            fields=[
                ('pk', models.CompositePrimaryKey('kind', 'key', blank=True, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=10)),
                ('key', models.BigIntegerField()),
                ('registrations', models.IntegerField()),
                ('counted_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'registry_cut_block',
            },
        ),
        migrations.CreateModel(
            name='Blocks',
            fields=[
                ('person_id', models.UUIDField(primary_key=True, serialize=False)),
                ('birth', models.BigIntegerField(null=True)),
                ('body', models.BigIntegerField(null=True)),
                ('tail', models.BigIntegerField(null=True)),
                ('phone', models.BigIntegerField(null=True)),
                ('seen', models.DateTimeField()),
            ],
            options={
                'db_table': 'registry_blocks',
                'indexes': [models.Index(condition=models.Q(('birth__isnull', False)), fields=['birth'], name='registry_blocks_by_birth'), models.Index(condition=models.Q(('body__isnull', False)), fields=['body'], name='registry_blocks_by_body'), models.Index(condition=models.Q(('tail__isnull', False)), fields=['tail'], name='registry_blocks_by_tail'), models.Index(condition=models.Q(('phone__isnull', False)), fields=['phone'], name='registry_blocks_by_phone')],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('pair_id', models.UUIDField()),
                ('person_id', models.UUIDField()),
                ('gone_id', models.UUIDField()),
                ('gone_id_type', models.CharField(max_length=3)),
                ('person_union_id', models.IntegerField(null=True)),
                ('gone_union_id', models.IntegerField(null=True)),
                ('user_id', models.BigIntegerField(null=True)),
                ('reason', models.CharField(max_length=200)),
                ('merged_at', models.DateTimeField()),
                ('merged_by', models.BigIntegerField(null=True)),
                ('objection', models.CharField(default='', max_length=300)),
                ('objected_at', models.DateTimeField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_by', models.BigIntegerField(null=True)),
                ('undo_reason', models.CharField(default='', max_length=200)),
            ],
            options={
                'db_table': 'registry_merge',
                'indexes': [models.Index(fields=['person_id'], name='registry_merge_by_person'), models.Index(fields=['county_id', '-merged_at'], name='registry_merge_by_county'), models.Index(fields=['union_id', '-merged_at'], name='registry_merge_by_union')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('gone_id',), name='merge_once_until_undone'), models.CheckConstraint(condition=models.Q(('person_id', models.F('gone_id')), _negated=True), name='merge_of_two')],
            },
        ),
        migrations.CreateModel(
            name='Moved',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('merge_id', models.UUIDField()),
                ('thing', models.CharField(max_length=60)),
                ('row', models.CharField(max_length=60)),
                ('followed', models.BooleanField(db_default=True)),
                ('status', models.CharField(db_default='', max_length=10)),
                ('ended_on', models.DateField(null=True)),
                ('joined_on', models.DateField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'registry_moved',
                'indexes': [models.Index(fields=['merge_id', 'thing'], name='registry_moved_by_merge')],
            },
        ),
        migrations.CreateModel(
            name='Pair',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('first_id', models.UUIDField()),
                ('second_id', models.UUIDField()),
                ('other_union_id', models.IntegerField()),
                ('other_county_id', models.IntegerField()),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)),
                ('score', models.SmallIntegerField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('different', 'Different'), ('merged', 'Merged')], default='open', max_length=10)),
                ('found_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.BigIntegerField(null=True)),
                ('reason', models.CharField(default='', max_length=200)),
            ],
            options={
                'db_table': 'registry_pair',
                'indexes': [models.Index(fields=['county_id', 'state', '-score', 'id'], name='registry_pair_by_county'), models.Index(fields=['union_id', 'state', '-score', 'id'], name='registry_pair_by_union'), models.Index(fields=['second_id'], name='registry_pair_by_second')],
                'constraints': [models.UniqueConstraint(fields=('first_id', 'second_id'), name='pair_once'), models.CheckConstraint(condition=models.Q(('first_id__lt', models.F('second_id'))), name='pair_smaller_id_first')],
            },
        ),
        # Digests to group by, and what a merge moved: for the batch and the functions alone.
        protect("registry_blocks", Policy("registry_blocks_for_the_batch", arms=NOBODY)),
        protect("registry_moved", Policy("registry_moved_for_functions", arms=NOBODY)),
        # Who has both registrations in scope sees that they may be one person; one side alone sees nothing.
        protect(
            "registry_pair",
            Policy(
                "registry_pair_both_in_scope",
                arms=(f"({COUNTY} OR {UNION}) AND ({OTHER_COUNTY} OR {OTHER_UNION})",),
            ),
        ),
        protect("registry_merge"),
        migrations.RunSQL(Path(__file__).with_name("identities.sql").read_text(encoding="utf-8"), UNDO),
    ]
