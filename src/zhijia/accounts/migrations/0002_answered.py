from django.db import migrations, models

from zhijia.kernel.policies import USER, Policy, protect


class Migration(migrations.Migration):

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Answered',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('user_id', models.BigIntegerField()),
                ('route', models.CharField(db_collation='C', max_length=80)),
                ('key', models.CharField(db_collation='C', max_length=80)),
                ('digest', models.CharField(db_collation='C', max_length=64)),
                ('answer', models.BinaryField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'accounts_answered',
                'indexes': [models.Index(fields=['at'], name='accounts_answered_by_day')],
                'constraints': [models.UniqueConstraint(fields=('user_id', 'key', 'route'), name='answered_once_per_key')],
            },
        ),
        protect("accounts_answered", Policy("accounts_answered_own", arms=(USER,))),
    ]
