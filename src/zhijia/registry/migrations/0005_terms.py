"""Terms of committees, and what an election decided."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_identities")]

    operations = []
