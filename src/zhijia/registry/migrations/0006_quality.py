"""What is missing or contradicts itself, as a work list."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_terms")]

    operations = []
