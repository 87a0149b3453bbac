-- The bodies of the demo's unions over five years, worked out of the posts (ORG-08 to ORG-16).
-- Values: today, at, work, county.

-- The terms that run, from the posts. Of seventeen unions one has none recorded, of five one no audit or women's
-- committee.
INSERT INTO registry_term (union_id, county_id, body, number, years, starts_on, ends_on, due_on, seats,
  approval_number, approved_on)
SELECT u.id, coalesce(u.county_id, u.id), held.body,
  1 + greatest(0, (held.starts_on - u.founded_on) / (365 * held.years)), held.years, held.starts_on, held.ends_on,
  held.ends_on, held.seats, '工组〔' || extract(year FROM held.starts_on)::int || '〕' || (u.id %% 90 + 10) || '号',
  least(held.starts_on + 12, %(today)s::date)
FROM (
  SELECT f.union_id, f.body, f.seats, f.ends_on, f.years,
    greatest(f.founded_on, (f.ends_on - make_interval(years => f.years))::date) AS starts_on
  FROM (
    SELECT p.union_id, CASE p.kind WHEN '04' THEN 'audit' WHEN '05' THEN 'women' ELSE 'committee' END AS body,
      count(*) AS seats, max(p.term_to) AS ends_on, min(u.founded_on) AS founded_on,
      CASE WHEN min(u.level) < 6 OR max(p.term_to) - min(p.term_from) > 3 * 366 THEN 5 ELSE 3 END AS years
    FROM registry_post p JOIN registry_union u ON u.id = p.union_id
    WHERE p.kind IN ('01', '02', '03', '04', '05') GROUP BY p.union_id, body) f) held
JOIN registry_union u ON u.id = held.union_id
WHERE u.id %% 17 <> 0 AND (held.body = 'committee' OR u.id %% 5 <> 0) AND held.starts_on < held.ends_on;

-- The officer's own union is to elect anew soon, and so are three others of the county.
UPDATE registry_term t SET due_on = soon.day, ends_on = soon.day, starts_on = least(t.starts_on, %(today)s::date - 700)
FROM (
  SELECT o.id, %(today)s::date
    + 25 * row_number() OVER (ORDER BY o.union_id <> %(work)s, o.seats < 3, o.due_on, o.id)::int AS day
  FROM registry_term o
  WHERE o.county_id = %(county)s AND o.body = 'committee' AND o.union_id NOT IN (
    SELECT u.id FROM registry_union u WHERE u.level < 6 OR u.dissolved_on IS NOT NULL)
  ORDER BY o.union_id <> %(work)s, o.seats < 3, o.due_on, o.id LIMIT 4) soon
WHERE soon.id = t.id;

-- The terms before, as far as the five years told reach.
INSERT INTO registry_term (union_id, county_id, body, number, years, starts_on, ends_on, due_on, ended_on, seats,
  approval_number, approved_on)
SELECT t.union_id, t.county_id, t.body, t.number - 1, t.years, b.starts_on, t.starts_on, t.starts_on, t.starts_on,
  t.seats, '工组〔' || extract(year FROM b.starts_on)::int || '〕' || (u.id %% 90 + 10) || '号', b.starts_on + 12
FROM registry_term t JOIN registry_union u ON u.id = t.union_id
CROSS JOIN LATERAL (SELECT (t.starts_on - make_interval(years => t.years))::date AS starts_on) b
WHERE t.number > 1 AND t.starts_on > %(today)s::date - 5 * 365 AND b.starts_on >= u.founded_on;

-- Posts know their term.
UPDATE registry_post p SET term_id = t.id FROM registry_term t
WHERE t.union_id = p.union_id AND t.ended_on IS NULL AND p.kind <= '05' AND t.body =
  CASE p.kind WHEN '04' THEN 'audit' WHEN '05' THEN 'women' ELSE 'committee' END;

-- Every fourth union's last election, and all of the county of the log-ins.
INSERT INTO registry_election (id, union_id, county_id, body, by_election, held_on, years, entitled, attended, seats,
  filled, declared, state, recorded_at, approval_number, approved_on, answer, decided_at)
SELECT gen_random_uuid(), t.union_id, t.county_id, t.body, false, t.starts_on, t.years, e.entitled,
  e.entitled - e.entitled * (t.union_id %% 20) / 100, t.seats, t.seats, '[]', 'approved', t.starts_on + 1,
  t.approval_number, t.approved_on, '', t.approved_on
FROM registry_term t
CROSS JOIN LATERAL (
  SELECT count(*)::int AS entitled FROM (
    SELECT FROM registry_membership m WHERE m.union_id = t.union_id AND m.valid_to IS NULL LIMIT 400) m) e
WHERE t.ended_on IS NULL AND t.body = 'committee' AND e.entitled > 2 * t.seats + 4
  AND (t.union_id %% 4 = 0 OR t.county_id = %(county)s);

UPDATE registry_term t SET election_id = e.id FROM registry_election e
WHERE e.union_id = t.union_id AND e.body = t.body AND t.ended_on IS NULL;

-- Who was elected, and one or two who stood and were not.
INSERT INTO registry_candidate (election_id, union_id, county_id, person_id, post, full_time, votes, elected)
SELECT DISTINCT ON (e.id, p.person_id) e.id, e.union_id, e.county_id, p.person_id, p.kind, p.full_time,
  e.attended - (p.id %% greatest(1, e.attended - e.entitled / 2 - 1)), true
FROM registry_election e
JOIN registry_term t ON t.election_id = e.id JOIN registry_post p ON p.union_id = e.union_id AND p.term_id = t.id;

-- Certificates; a few are still those of the term before.
INSERT INTO registry_certificate (union_id, county_id, number, name, term_id, issued_on, valid_until, recorded_at)
SELECT t.union_id, t.county_id, 'FR' || u.division || lpad(u.id::text, 7, '0'), u.name, c.id, c.approved_on + 20,
  c.due_on, c.approved_on + 21
FROM registry_term t JOIN registry_union u ON u.id = t.union_id
CROSS JOIN LATERAL (
  SELECT o.* FROM registry_term o WHERE o.union_id = t.union_id AND o.body = t.body
  ORDER BY CASE WHEN u.id %% 14 = 0 THEN o.number ELSE -o.number END LIMIT 1) c
WHERE t.ended_on IS NULL AND t.body = 'committee' AND u.credit_code IS NOT NULL AND u.id %% 2 = 0
  AND c.approved_on + 20 <= %(today)s;

-- What waits for the county's reply.
INSERT INTO registry_election (id, union_id, county_id, body, by_election, held_on, years, entitled, attended, seats,
  filled, declared, state, recorded_at, approval_number, answer)
SELECT gen_random_uuid(), t.union_id, t.county_id, t.body, false, %(today)s::date - 6, t.years, 60, 52, t.seats,
  t.seats, '["relative", "principal", "partner", "personnel", "foreign"]', 'reported', %(at)s, '', ''
FROM registry_term t
WHERE t.county_id = %(county)s AND t.ended_on IS NULL AND t.body = 'committee'
  AND t.union_id NOT IN (SELECT u.id FROM registry_union u WHERE u.dissolved_on IS NOT NULL)
  AND t.union_id NOT IN (%(work)s, t.county_id) AND t.due_on IN (%(today)s::date + 50, %(today)s::date + 75);

INSERT INTO registry_candidate (election_id, union_id, county_id, person_id, post, full_time, votes, elected)
SELECT DISTINCT ON (e.id, p.person_id) e.id, e.union_id, e.county_id, p.person_id, p.kind, p.full_time,
  51 - (p.id %% 18), true
FROM registry_election e JOIN registry_term t ON t.union_id = e.union_id AND t.body = e.body AND t.ended_on IS NULL
JOIN registry_post p ON p.union_id = e.union_id AND p.term_id = t.id
WHERE e.state = 'reported';

INSERT INTO registry_candidate (election_id, union_id, county_id, person_id, post, full_time, votes, elected)
SELECT e.id, e.union_id, e.county_id, m.person_id, '03', false, e.entitled / 3, false
FROM registry_election e
CROSS JOIN LATERAL (
  SELECT m.person_id FROM registry_membership m
  WHERE m.union_id = e.union_id AND m.valid_to IS NULL AND NOT EXISTS (
    SELECT FROM registry_post p WHERE p.person_id = m.person_id)
  ORDER BY m.person_id LIMIT 1 + e.seats / 20) m;

INSERT INTO registry_postponement (id, union_id, county_id, term_id, until, reason, state, asked_at, answer)
SELECT gen_random_uuid(), t.union_id, t.county_id, t.id, t.due_on + 120,
  '企业正在搬迁，职工分两地上班，暂时开不成会员大会。',
  'asked', %(at)s, ''
FROM registry_term t
WHERE t.county_id = %(county)s AND t.ended_on IS NULL AND t.body = 'committee'
  AND t.union_id NOT IN (SELECT u.id FROM registry_union u WHERE u.dissolved_on IS NOT NULL)
  AND t.union_id NOT IN (%(work)s, t.county_id) AND t.due_on > %(today)s::date
ORDER BY abs(t.due_on - (%(today)s::date + 100)), t.union_id LIMIT 1;
