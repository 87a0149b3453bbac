"""A letter that is served anew has a paper of its own, with its own day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0004_rosters")]

    operations = [
        migrations.RemoveConstraint(model_name="paper", name="paper_once_per_step_and_party"),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                fields=("step", "code", "party", "made_at"), name="paper_once_per_step_and_serving"
            ),
        ),
    ]
