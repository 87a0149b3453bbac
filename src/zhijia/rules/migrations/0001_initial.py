"""Rules a federation publishes itself."""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [("catalogue", "0002_parameter_change")]

    operations = [
        migrations.CreateModel(
            name='RuleVersion',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(db_collation='C', max_length=60)),
                ('number', models.IntegerField()),
                ('text', models.TextField(default='')),
                ('content', models.JSONField(default=dict)),
                ('digest', models.CharField(default='', max_length=64)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('proposed', 'Proposed'), ('published', 'Published')], default='draft', max_length=9)),
                ('shipped', models.BooleanField(default=False)),
                ('since', models.DateField(null=True)),
                ('made_by', models.BigIntegerField(null=True)),
                ('made_at', models.DateTimeField()),
                ('published_by', models.BigIntegerField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('copied_from', models.CharField(db_collation='C', default='', max_length=60)),
                ('returned', models.CharField(default='', max_length=500)),
                ('budget', models.BigIntegerField(null=True)),
                ('preview', models.JSONField(default=dict)),
            ],
            options={
                'db_table': 'rules_version',
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='ruleversion_once'), models.CheckConstraint(condition=models.Q(('shipped', True), models.Q(('state', 'published'), _negated=True), models.Q(('made_by', models.F('published_by')), _negated=True), _connector='OR'), name='ruleversion_is_published_by_a_second_person'), models.CheckConstraint(condition=models.Q(('shipped', True), models.Q(('state', 'published'), _negated=True), models.Q(('made_by__isnull', False), ('published_at__isnull', False), ('published_by__isnull', False), ('since__isnull', False)), _connector='OR'), name='ruleversion_says_who_published_it')],
            },
        ),
        migrations.RunSQL(
            "CREATE TRIGGER rules_version_stands BEFORE UPDATE OR DELETE ON rules_version"
            " FOR EACH ROW EXECUTE FUNCTION catalogue_published_stands();"
            "CREATE TRIGGER rules_version_written BEFORE INSERT OR UPDATE OR DELETE ON rules_version"
            " FOR EACH ROW WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION catalogue_version_is_by_two();",
            "DROP TRIGGER rules_version_stands ON rules_version; DROP TRIGGER rules_version_written ON rules_version;",
        ),
    ]
