"""The checks that are one condition in SQL, by the name a rule of the catalogue calls them.

A person's stands over `p` (registry_person), `m` (the open membership), `u` (the union) and `phone` (the sealed phone's
row); a union's over `u`. `{name}` is a number the rule names under `parameters`. True means: broken.
"""

NUMBER, PHONE = 1, 2
"""The numbers of these kinds in the vault."""

PERSON = {
    "number_missing": f"NOT EXISTS (SELECT FROM vault_secret s WHERE s.kind = {NUMBER} AND s.row_id = p.id)",
    "phone_missing": "phone.row_id IS NULL",
    "birth_missing": "p.birth_date IS NULL",
    "sex_missing": "p.sex NOT IN ('1', '2')",
    "occupation_missing": "p.occupation = ''",
    "employer_missing": "p.employer_name = '' AND p.employer_id IS NULL AND m.status = '10' AND NOT u.holding_pool",
    "real_name_none": "p.real_name_level = 0",
    "authority_mismatch": """p.real_name_level NOT IN (2, 3, 9) AND EXISTS (
      SELECT FROM registry_authority_answer a WHERE a.person_id = p.id AND a.said = 'differ')""",
    "member_number_double": """m.member_number IN (
      SELECT o.member_number FROM registry_membership o WHERE o.county_id = %(county)s AND o.valid_to IS NULL
      GROUP BY o.member_number HAVING count(*) > 1)""",
    "phone_shared": """(SELECT count(*) FROM (
      SELECT FROM vault_secret o WHERE o.kind = phone.kind AND o.blind = phone.blind AND o.kind NOT IN (1, 41, 43)
      LIMIT {people}) same) >= {people}""",
    "union_dissolved": "u.dissolved_on <= %(today)s AND u.successor_id IS NULL",
    "employer_not_covered": """p.employer_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM registry_coverage c JOIN registry_union a ON a.id = c.union_id
      WHERE c.employer_id = p.employer_id AND c.valid_to IS NULL
        AND a.tree_left <= u.tree_left AND a.tree_right > u.tree_left)""",
    "hired_too_young": "p.hired_on < p.birth_date + make_interval(years => {years})",
    "past_retirement": """p.work_status = '01' AND m.status IN ('10', '11') AND p.birth_date <=
      %(today)s::date - make_interval(years => CASE WHEN p.sex = '2' THEN {women} ELSE {men} END)""",
    "not_fresh": """coalesce((p.sources -> 'phone' ->> 1)::date, p.changed_at::date) <
      %(today)s::date - make_interval(months => {months})""",
}

UNION = {
    "committee_missing": """u.level = 6 AND u.dissolved_on IS NULL AND NOT EXISTS (
      SELECT FROM registry_term t WHERE t.union_id = u.id AND t.body = 'committee' AND t.ended_on IS NULL)
      AND {members} <= (SELECT count(*) FROM registry_membership m WHERE m.union_id = u.id AND m.valid_to IS NULL)""",
    "credit_code_missing": "u.dissolved_on IS NULL AND u.level <= 6 AND u.credit_code IS NULL",
    "more_members_than_staff": """u.type = '50' AND u.staff_count < (
      SELECT count(*) FROM registry_membership m
      WHERE m.union_id = u.id AND m.valid_to IS NULL AND m.status = '10')""",
}

FOUND = """
CREATE TEMP TABLE IF NOT EXISTS quality_found (rule text, person_id uuid, union_id int, county_id int)
ON COMMIT DELETE ROWS"""
PEOPLE = """
INSERT INTO quality_found (rule, person_id, union_id, county_id)
SELECT r.rule, p.id, p.union_id, m.county_id
FROM registry_person p
JOIN registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL
JOIN registry_union u ON u.id = p.union_id
LEFT JOIN vault_secret phone ON phone.kind = 2 AND phone.row_id = p.id
CROSS JOIN LATERAL (VALUES {rules}) AS r (rule, broken)
WHERE {scope} AND r.broken"""
UNIONS = """
INSERT INTO quality_found (rule, union_id, county_id)
SELECT r.rule, u.id, coalesce(u.county_id, u.id) FROM registry_union u
CROSS JOIN LATERAL (VALUES {rules}) AS r (rule, broken)
WHERE u.id = ANY (%(unions)s) AND r.broken"""
NUMBERED = """
SELECT p.id, p.birth_date, p.sex, p.union_id, m.county_id
FROM registry_person p JOIN registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL
WHERE {scope} AND p.id_type = '111'"""
OPEN = """
INSERT INTO registry_quality_issue AS i (rule, person_id, union_id, county_id, state, opened_at, reason)
SELECT f.rule, f.person_id, f.union_id, f.county_id, 'open', %(at)s, '' FROM quality_found f
WHERE {kind}
ON CONFLICT ({key}) WHERE {kind_of_row} DO UPDATE
SET state = 'open', opened_at = excluded.opened_at, asked_at = NULL, closed_at = NULL, closed_by = NULL, reason = '',
  union_id = excluded.union_id, county_id = excluded.county_id
WHERE i.state = 'cleared'"""
CLOSE = """
UPDATE registry_quality_issue i SET state = 'cleared', closed_at = %(at)s
WHERE i.state <> 'cleared' AND i.rule = ANY (%(rules)s) AND {scope} AND NOT EXISTS (
  SELECT FROM quality_found f WHERE f.rule = i.rule AND f.{same} = i.{same})"""
TALLY = """
INSERT INTO registry_quality_tally (union_id, people, lost, waiting, matched, checked_at)
SELECT u.id, coalesce(held.people, 0), coalesce(found.lost, 0),
  coalesce(found.waiting, 0), coalesce(held.matched, 0), %(at)s
FROM registry_union u
LEFT JOIN (
  SELECT p.union_id, count(*) AS people, count(*) FILTER (WHERE p.real_name_level IN (2, 3, 9)) AS matched
  FROM registry_person p JOIN registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL
  WHERE p.union_id = ANY (%(unions)s) GROUP BY p.union_id) held ON held.union_id = u.id
LEFT JOIN (
  SELECT i.union_id, count(*) AS waiting, sum(w.weight) AS lost
  FROM registry_quality_issue i
  JOIN unnest(%(rules)s::text[], %(weights)s::int[]) AS w (rule, weight) ON w.rule = i.rule
  WHERE i.union_id = ANY (%(unions)s) AND i.state IN ('open', 'asked') GROUP BY i.union_id) found
  ON found.union_id = u.id
WHERE u.id = ANY (%(unions)s)
ON CONFLICT (union_id) DO UPDATE SET people = excluded.people, lost = excluded.lost,
  waiting = excluded.waiting, matched = excluded.matched, checked_at = excluded.checked_at"""
