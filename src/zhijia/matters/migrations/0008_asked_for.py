"""What a step asks of the applicant is kept with it; whoever sees a case finds the papers made in it."""

from django.db import migrations, models

PAPERS = """
CREATE POLICY files_of_papers ON files_stored_file FOR SELECT USING (
  CASE WHEN owner = 'matters.paper'
    THEN EXISTS (SELECT FROM matters_case AS held WHERE held.id = owner_id::uuid) ELSE false END)"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0007_emptied"), ("files", "0001_initial")]

    operations = [
        migrations.AddField("step", "asked_for", models.TextField(db_default="", default="")),
        migrations.RunSQL(PAPERS, "DROP POLICY files_of_papers ON files_stored_file;"),
    ]
