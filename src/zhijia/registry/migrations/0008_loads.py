"""Whole files of a province."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_exports")]

    operations = []
