"""The dated trees change: what is planned, done and undone, and the names a union had."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_access")]

    operations = []
