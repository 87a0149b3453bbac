"""What several tables of dues say alike."""

from django.db.models import F

from zhijia.catalogue.split_kinds import BENEFICIARIES

WHY = "What was owed, paid and shared is kept as long as the books it stands in (DUE-10)"
ADDED_UP = sum((F(name) for name in BENEFICIARIES[1:]), F(BENEFICIARIES[0]))
"""The shares of all beneficiaries added up."""
