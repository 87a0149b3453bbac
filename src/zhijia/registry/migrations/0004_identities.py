"""One person once: pairs that may be one person, and what became of them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_reorganisations")]

    operations = []
