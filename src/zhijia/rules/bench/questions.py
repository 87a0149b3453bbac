"""Five questions, each as a rule and as the best SQL we can write for it by hand."""

from dataclasses import dataclass

_BELOW = """AND person.union_id IN (
    SELECT below.id FROM rules_bench_union AS above
    JOIN rules_bench_union AS below ON below.tree_left BETWEEN above.tree_left AND above.tree_right
    WHERE above.id = 1)"""


@dataclass(frozen=True, slots=True)
class Question:
    """Who is it? `by_hand` counts the same people below the same union."""

    name: str
    rule: str
    hand: str

    @property
    def by_hand(self) -> str:
        """The whole statement."""
        return "\n".join((self.hand, _BELOW))


QUESTIONS = (
    Question(
        "join",
        "person.migrant && years(person.born_on, today) < 35 && person.employer.in_arrears"
        " && person.employer.staff >= 500",
        """SELECT count(*) FROM rules_bench_person AS person
JOIN rules_bench_employer AS employer ON employer.id = person.employer_id
WHERE person.migrant AND person.born_on > date '1991-11-21' AND employer.in_arrears AND employer.staff >= 500""",
    ),
    Question(
        "exists",
        'person.income < decimal("2000") && person.children.exists(c, c.at_school && years(c.born_on, today) < 18)',
        """SELECT count(*) FROM rules_bench_person AS person
WHERE person.income < 2000 AND EXISTS (
    SELECT 1 FROM rules_bench_child AS child
    WHERE child.person_id = person.id AND child.at_school AND child.born_on > date '2008-11-21')""",
    ),
    Question(
        "not-exists",
        'years(person.born_on, today) >= 60 && !person.payments.exists(p, p.kind == "warmth"'
        ' && p.paid_on > today - duration("8760h"))',
        """SELECT count(*) FROM rules_bench_person AS person
WHERE person.born_on <= date '1966-11-21' AND NOT EXISTS (
    SELECT 1 FROM rules_bench_payment AS payment
    WHERE payment.person_id = person.id AND payment.kind = 'warmth' AND payment.paid_on > date '2025-11-21')""",
    ),
    Question(
        "count",
        "size(person.children.filter(c, years(c.born_on, today) < 18)) >= 2",
        """SELECT count(*) FROM rules_bench_person AS person
JOIN (SELECT child.person_id FROM rules_bench_child AS child WHERE child.born_on > date '2008-11-21'
    GROUP BY child.person_id HAVING count(*) >= 2) AS several ON several.person_id = person.id
WHERE true""",
    ),
    Question(
        "sum",
        "sum(person.payments.map(p, p.fen)) > 900000"
        ' && max(person.payments.map(p, p.paid_on)) < today - duration("8760h") && person.employer.in_arrears',
        """SELECT count(*) FROM rules_bench_person AS person
JOIN rules_bench_employer AS employer ON employer.id = person.employer_id AND employer.in_arrears
JOIN (SELECT payment.person_id FROM rules_bench_payment AS payment GROUP BY payment.person_id
    HAVING sum(payment.fen) > 900000 AND max(payment.paid_on) < date '2025-11-21') AS paid ON paid.person_id = person.id
WHERE true""",
    ),
)
