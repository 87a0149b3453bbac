"""Tables that leave the house."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_quality")]

    operations = []
