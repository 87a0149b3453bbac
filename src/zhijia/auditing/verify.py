"""Proves that every sample draws the same again from its seed and the ledger, and that reports are what was counted."""

from zhijia.auditing import rules
from zhijia.auditing.models import Engagement, Sample
from zhijia.auditing.queries import candidates
from zhijia.auditing.services import sampling, stages
from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole

_SHOWN = 20
_FACTS = """
WITH told AS (
  SELECT record_id, sum(quantity) AS many, sum(amount) AS fen FROM facts_fact
  WHERE kind = %(kind)s GROUP BY record_id
), kept AS ({kept})
SELECT coalesce(kept.id, told.record_id), coalesce(kept.many, 0), coalesce(told.many, 0), coalesce(kept.fen, 0),
  coalesce(told.fen, 0)
FROM kept FULL JOIN told ON told.record_id = kept.id
WHERE (kept.many, kept.fen) IS DISTINCT FROM (told.many, told.fen) ORDER BY 1 LIMIT %(most)s"""
_KEPT = {
    "audit.reported": "SELECT id::text, 1 AS many, 0 AS fen FROM auditing_engagement WHERE reported_on IS NOT NULL",
    "audit.found": "SELECT f.id::text, 1 AS many, f.amount AS fen FROM auditing_finding f"
    " JOIN auditing_engagement e ON e.id = f.engagement_id WHERE e.reported_on IS NOT NULL",
    "audit.corrected": "SELECT id::text, 1 AS many, corrected AS fen FROM auditing_finding WHERE state = 'verified'",
}


def samples_draw_the_same() -> Checked:
    """Every sample, drawn again by its seed from the entries as the ledger has them, takes the entries it took."""
    read, wrong = 0, []
    with whole():
        for sample in Sample.objects.using("bulk").order_by("id").iterator(chunk_size=20):
            read += 1
            wrong += _differing(sample)
    return Checked(read, tuple(wrong[:_SHOWN]))


def reports_count() -> Checked:
    """Every report is what was frozen, and reports, findings and what was put right are the facts told of them."""
    wrong = []
    with whole() as cursor:
        found = Engagement.objects.using("bulk").filter(reported_on__isnull=False).order_by("id")
        read = found.count()
        for audit in found.iterator(chunk_size=200):
            if stages.sha256_of(audit.report or {}) != audit.report_sha256:
                wrong.append(f"The report of audit {audit.pk} is not what was frozen.")
        for kind, kept in _KEPT.items():
            cursor.execute(_FACTS.format(kept=kept), {"kind": kind, "most": _SHOWN})
            wrong += [
                f"{kind} of {record}: {many} and {fen} fen are kept, {told} and {told_fen} are told."
                for record, many, told, fen, told_fen in cursor.fetchall()
            ]
    return Checked(read, tuple(wrong[:_SHOWN]))


def _differing(sample: Sample) -> list[str]:
    found = candidates.numbered(sample.population, subject=sample.subject, using="bulk")
    there = [one.id for one in found], [one.amount for one in found]
    if there != (sample.population, sample.amounts) or rules.digest(*there) != sample.digest:
        return [f"Sample {sample.pk} was drawn from others than the books have."]
    drawn = sorted(sampling.again(sample, found))
    if drawn != sorted(sample.items.using("bulk").values_list("number", flat=True)):
        return [f"Sample {sample.pk} is not what its seed draws."]
    return []
