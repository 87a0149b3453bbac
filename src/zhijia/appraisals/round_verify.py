"""That rounds which named still are what was judged and decided."""

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Round
from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole

_NAMED = """
SELECT (SELECT count(*) FROM appraisals_standing s JOIN appraisals_nomination n ON n.id = s.nomination_id
          WHERE s.round_id = r.id AND s.chosen AND n.state = 'named'),
       (SELECT count(*) FROM appraisals_award a WHERE a.round_id = r.id),
       (SELECT coalesce(sum(f.quantity), 0) FROM facts_fact f
          JOIN appraisals_award a ON f.record_id = a.nomination_id::text
          WHERE a.round_id = r.id AND f.record = 'nomination' AND f.kind = 'round.named'),
       (SELECT count(*) FROM appraisals_award a WHERE a.round_id = r.id AND a.row_id IS NULL),
       (SELECT count(*) FROM appraisals_award a WHERE a.round_id = r.id
          AND a.monthly * a.months < (SELECT coalesce(sum(p.amount), 0) FROM payments_payment p
            WHERE p.source = 'award' AND p.source_id = a.id::text AND p.purpose = 'allowance'))
FROM appraisals_round r WHERE r.id = %s"""
_SUMS = """
SELECT count(*), count(*) FILTER (WHERE c.total <> (
  SELECT coalesce(sum(p.value::int), 0) FROM jsonb_each_text(c.points) p))
FROM appraisals_score c JOIN appraisals_judge j ON j.id = c.judge_id WHERE j.round_id = %s"""


def names_are_what_was_decided() -> Checked:
    """Whoever was chosen in a round that named has one award, one fact and one title, is paid no more than was decided,
    and each score is the sum of its criteria."""
    read, differences = 0, list[str]()
    with whole() as cursor:
        rounds = Round.objects.using("bulk").select_related("version").exclude(state=Round.State.DRAFT)
        for found in rounds.order_by("pk").iterator():
            cursor.execute(_SUMS, [found.pk])
            scores, wrong = cursor.fetchone()
            read += 1 + scores
            if wrong:
                differences.append(f"round {found.pk}: {wrong} scores are not the sum of their criteria")
            if found.state != Round.State.NAMED:
                continue
            cursor.execute(_NAMED, [found.pk])
            chosen, awards, facts, untitled, overpaid = cursor.fetchone()
            read += awards
            if not chosen == awards == facts:
                differences.append(f"round {found.pk}: {chosen} chosen, {awards} awards, {facts} facts")
            if untitled and round_versions.definition(found.version).gives.list:
                differences.append(f"round {found.pk}: {untitled} awards have no title")
            if overpaid:
                differences.append(f"round {found.pk}: {overpaid} are paid more than was decided")
    return Checked(read, tuple(differences))
