"""Numbers decided by two people, and what keeps whatever was published as it is."""

from pathlib import Path

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0001_divisions'),
    ]

    operations = [
        migrations.CreateModel(
            name='ParameterChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(db_collation='C', max_length=100)),
                ('division', models.CharField(db_collation='C', default='', max_length=12)),
                ('since', models.DateField()),
                ('value', models.JSONField()),
                ('source', models.CharField(max_length=200)),
                ('effect', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='proposed', max_length=9)),
                ('made_by', models.BigIntegerField()),
                ('made_at', models.DateTimeField()),
                ('published_by', models.BigIntegerField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'catalogue_parameter_change',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), models.Q(('published_at__isnull', False), ('published_by__isnull', False), models.Q(('made_by', models.F('published_by')), _negated=True)), _connector='OR'), name='number_is_confirmed_by_a_second_person'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('key', 'division', 'since'), name='number_is_proposed_once')],
            },
        ),
        migrations.RunSQL(
            Path(__file__).with_name("published.sql").read_text(encoding="utf-8"),
            "DROP FUNCTION catalogue_published_stands(), catalogue_version_is_by_two(), catalogue_number_is_by_two(),"
            " catalogue_need_two(boolean, name);",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER catalogue_parameter_change_stands BEFORE UPDATE OR DELETE ON catalogue_parameter_change"
            " FOR EACH ROW EXECUTE FUNCTION catalogue_published_stands();"
            "CREATE TRIGGER catalogue_parameter_change_written BEFORE INSERT OR UPDATE OR DELETE ON"
            " catalogue_parameter_change FOR EACH ROW WHEN (current_user = 'zhijia_app')"
            " EXECUTE FUNCTION catalogue_number_is_by_two();",
            "DROP TRIGGER catalogue_parameter_change_stands ON catalogue_parameter_change;"
            "DROP TRIGGER catalogue_parameter_change_written ON catalogue_parameter_change;",
        ),
    ]
