"""That counted polls still are what was counted, and points those of the answers."""

from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole
from zhijia.questionnaires import rules, versions
from zhijia.questionnaires.models import Attempt, Poll
from zhijia.questionnaires.services import quizzing

_LINES = """
SELECT s.question, s.item, s.said, count(*) FROM questionnaires_strip s WHERE s.poll_id = %s GROUP BY 1, 2, 3"""
_OPEN = """
SELECT s.id::text, s.question, s.item, s.said FROM questionnaires_strip s WHERE s.poll_id = %s AND s.open"""
_ENDS = """
SELECT (SELECT count(*) FROM questionnaires_receipt r WHERE r.poll_id = p.id), (
  SELECT count(*) FROM questionnaires_voter v WHERE v.poll_id = p.id AND v.way = 'here')
FROM questionnaires_poll p WHERE p.id = %s"""


def counted_ballots_are_the_result() -> Checked:
    """The lines of the ballots, with the papers, add up to the result; their digest is the one published; there are as
    many receipts as ballots, and on a roll as many who took part."""
    read, differences = 0, list[str]()
    with whole() as cursor:
        polls = Poll.objects.using("bulk").select_related("version")
        for poll in polls.filter(state=Poll.State.COUNTED).order_by("pk").iterator():
            cursor.execute(_OPEN, [poll.pk])
            rows = cursor.fetchall()
            cursor.execute(_LINES, [poll.pk])
            lines = {(question, item, said): many for question, item, said, many in cursor.fetchall()}
            counts = rules.added([], poll.result["paper"])
            counts.update(lines)
            cursor.execute(_ENDS, [poll.pk])
            receipts, here = cursor.fetchone()
            read += len(rows) + receipts + 1
            said = {(q, item, way): many for q, item, way, many in poll.result["lines"] if many}
            on_roll = versions.definition(poll.version).asks != "accounts"
            if rules.digest(rules.published(rows)) != poll.digest:
                differences.append(f"poll {poll.pk}: the ballots are not those whose digest was published")
            elif {line: many for line, many in counts.items() if many} != said:
                differences.append(f"poll {poll.pk}: the ballots do not add up to the result")
            elif receipts != poll.result["here"] or (on_roll and here != receipts):
                differences.append(f"poll {poll.pk}: {receipts} receipts, {here} marked on the roll")
    return Checked(read, tuple(differences))


def tries_have_the_points_of_their_answers() -> Checked:
    """Every try that was handed in has the points of its answers to the questions its seed drew."""
    read, differences = 0, list[str]()
    with whole():
        tries = Attempt.objects.using("bulk").filter(ended_at__isnull=False).select_related("poll__version")
        for row in tries.order_by("pk").iterator():
            read += 1
            questions = quizzing.drawn(versions.definition(row.poll.version), row.seed)
            if row.points != quizzing.worth(questions, row.answers):
                differences.append(f"try {row.pk}: its points are not those of its answers")
    return Checked(read, tuple(differences))
