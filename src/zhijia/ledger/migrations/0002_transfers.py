from pathlib import Path

from django.db import migrations

TRANSFERS = (Path(__file__).parent / "transfers.sql").read_text(encoding="utf-8")
UNDO = """
DROP INDEX ledger_entry_carried;
DROP INDEX ledger_entry_back;
DROP INDEX ledger_entry_got;
DROP INDEX ledger_entry_sent;
DROP FUNCTION ledger_other_side;
"""


class Migration(migrations.Migration):

    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunSQL(TRANSFERS, UNDO)]
