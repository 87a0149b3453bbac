-- What is wrong in the data of the county of the log-ins, and who there agreed to be checked by the authority.
-- A person's lot is a number below 1024, always the same. Values: county, at, purpose, version.

UPDATE registry_person p SET
  occupation = CASE WHEN lot < 30 THEN '' ELSE p.occupation END,
  birth_date = CASE WHEN lot BETWEEN 30 AND 37 THEN p.birth_date + 365
    WHEN lot BETWEEN 38 AND 43 THEN NULL ELSE p.birth_date END,
  sex = CASE WHEN lot BETWEEN 44 AND 49 THEN CASE p.sex WHEN '1' THEN '2' ELSE '1' END
    WHEN lot BETWEEN 50 AND 55 THEN '0' ELSE p.sex END,
  hired_on = CASE WHEN lot BETWEEN 56 AND 60 THEN p.birth_date + 3650 ELSE p.hired_on END,
  real_name_level = CASE WHEN lot BETWEEN 61 AND 70 THEN 0 ELSE p.real_name_level END
FROM (
  SELECT o.id, hashtextextended(o.id::text, 34) & 1023 AS lot FROM registry_person o
  WHERE o.county_id = %(county)s) lots
WHERE p.id = lots.id AND lot < 71;

INSERT INTO registry_consent (person_id, purpose, text_version, given_at, channel, union_id, county_id)
SELECT p.id, %(purpose)s, %(version)s, %(at)s, 'page', p.union_id, p.county_id
FROM registry_person p JOIN registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL
WHERE p.county_id = %(county)s AND hashtextextended(p.id::text, 34) & 1023 >= 512
ON CONFLICT DO NOTHING;
