"""Cases whose term is over are emptied: the day it happened, and the one way in which verdicts lose their words."""

from pathlib import Path

from django.db import migrations, models

UNDO = """
DROP FUNCTION matters_emptied_at(uuid);
DROP TRIGGER matters_case_emptied ON matters_case;
DROP FUNCTION matters_guard_emptied();
DROP TRIGGER matters_line_answer_only_grows ON matters_line_answer;
CREATE TRIGGER matters_line_answer_only_grows BEFORE UPDATE OR DELETE ON matters_line_answer
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP TRIGGER matters_decision_only_grows ON matters_decision;
CREATE TRIGGER matters_decision_only_grows BEFORE UPDATE OR DELETE ON matters_decision
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP FUNCTION matters_only_emptied();
"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0006_asking_unions")]

    operations = [
        migrations.AddField("case", "emptied_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["closed_at"],
                condition=models.Q(("closed_at__isnull", False), ("emptied_at__isnull", True)),
                name="matters_case_ended",
            ),
        ),
        migrations.RunSQL(Path(__file__).with_name("emptied.sql").read_text(encoding="utf-8"), UNDO),
    ]
