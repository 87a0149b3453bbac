"""The roll of a poll: who is asked, written down on a day and fixed from then on."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.questionnaires.services import preparing
from zhijia.registry.models import Membership, Union
from zhijia.registry.services.terms.elections import VOTING
from zhijia.rules import finding
from zhijia.rules import versions as rules
from zhijia.rules.finding import Scope
from zhijia.rules.understanding import of_definition

STEP = 5_000
# Whom the sample asks is drawn by SHA-256 of the poll's seed and the person's id: it can be drawn again.
_MEMBERS = """
INSERT INTO questionnaires_voter (poll_id, person_id, way, union_id, county_id)
SELECT %(poll)s, m.person_id, '', %(union)s, %(county)s
FROM registry_membership m
JOIN registry_union u ON u.id = m.union_id
JOIN registry_union top ON top.id = %(union)s
WHERE u.tree_left >= top.tree_left AND u.tree_left < top.tree_right
  AND m.valid_to IS NULL AND m.valid_from <= %(day)s AND m.status = ANY (%(statuses)s)
  AND (%(people)s::uuid[] IS NULL OR m.person_id = ANY (%(people)s::uuid[]))
ORDER BY sha256(convert_to(%(seed)s || ':' || m.person_id, 'UTF8'))
LIMIT %(most)s"""
_NUMBERS = """
SELECT m.member_number, m.person_id, m.status FROM registry_membership m
JOIN registry_union u ON u.id = m.union_id
JOIN registry_union top ON top.id = %(union)s
WHERE m.member_number = ANY (%(numbers)s) AND m.valid_to IS NULL
  AND u.tree_left >= top.tree_left AND u.tree_left < top.tree_right"""


def write_down(*, actor: Actor, at: datetime, poll_id: int, numbers: Sequence[str] = ()) -> int:
    """Write down who is asked, as the register is today; how many. Again writes it anew, until the poll opens.
    Delegates are named by their member `numbers`. Retained members are on the roll of no ballot (MEM-09); a survey asks
    them too."""
    poll, asked, actor = preparing.drafted(actor, poll_id)
    union, today = Union.objects.get(pk=poll.union_id), days.business_day(at)
    poll.voters.all().delete()
    if asked.asks == "accounts":
        raise Refusal("nobody_on_a_roll", _("Everybody with an account may take part: there is no roll."))
    people: list[Any] | None = None
    if asked.asks == "delegates":
        people = _delegates(union, numbers)
    elif asked.asks == "rule":
        people = _by_rule(asked, union, today)
    with connection.cursor() as cursor:
        cursor.execute(
            _MEMBERS,
            {
                "poll": poll.pk, "union": union.pk, "county": union.stands_in, "day": today,
                "statuses": [str(status) for status in _statuses(asked)], "people": people, "seed": poll.seed,
                "most": parameters.value(asked.sample, division=union.division, day=today) if asked.sample else None,
            },
        )  # fmt: skip
        many = int(cursor.rowcount)
    poll.roll_on, poll.entitled = today, many
    poll.save(update_fields=["roll_on", "entitled"])
    if not many:
        raise Refusal("roll_empty", _why_nobody(asked, today))
    preparing.told(actor, at, "poll.roll", poll, many=many)
    return many


def _statuses(asked: Questionnaire) -> Sequence[str]:
    """The states of membership that are asked: whoever votes, in a ballot; else every member."""
    return VOTING if asked.sort == "ballot" else Membership.OPEN


def _why_nobody(asked: Questionnaire, today: date) -> Any:
    if asked.asks == "rule":
        rule = rules.in_force(asked.rule, on=today)
        return _("Nobody can be asked here: the rule “%(rule)s” holds for no member of this union.") % {
            "rule": rule.label
        }
    if asked.sort == "ballot":
        return _("Nobody can be asked here: no member of this union can vote.")
    return _("Nobody can be asked here: this union has no members.")


def _delegates(union: Union, numbers: Sequence[str]) -> list[Any]:
    """The people of these member numbers. Raises Refusal naming how many are no members here, or cannot vote."""
    asked = sorted({number for number in numbers if number})
    if not asked:
        raise Refusal("delegates_missing", _("Write down the delegates, a member number a line."))
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, {"union": union.pk, "numbers": asked})
        found = cursor.fetchall()
    votes = {str(status) for status in VOTING}
    lacking = len(asked) - len(found)
    retained = sum(status not in votes for _number, _person, status in found)
    if lacking or retained:
        raise Refusal(
            "delegates_unknown",
            _(
                "%(lacking)s of these numbers belong to no member here, and %(retained)s to retained members, who do"
                " not vote. Put the list right and send it again."
            )
            % {"lacking": lacking, "retained": retained},
        )
    return [person for _number, person, _status in found]


def _by_rule(asked: Questionnaire, union: Union, today: date) -> list[Any]:
    """Whom the questionnaire's rule holds for, at or below the union."""
    rule = of_definition(rules.in_force(asked.rule, on=today), on=today).main.rule
    people: list[Any] = []
    while True:
        after = people[-1] if people else None
        found = finding.find(rule, scope=Scope(union=union.pk), on=today, after=after, rows=STEP)
        people += found
        if len(found) < STEP:
            return people
