-- Goods of a drive: the open pieces of a thing that goods for this person are for, their own and their household's (a row of the
-- list `members` names the person, and in `household` the row that stands on the roster).
CREATE FUNCTION campaigns_waiting(of_drive int, of_thing text, who uuid, members int, household text) RETURNS SETOF bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT p.id FROM public.campaigns_piece p
  WHERE p.person_id = who AND p.drive_id = of_drive AND p.thing = of_thing AND p.state = 'open'
  UNION
  SELECT p.id FROM public.registers_row m
  JOIN public.campaigns_entry e ON e.drive_id = of_drive AND e.row_id = (m.values ->> household)::uuid
  JOIN public.campaigns_piece p ON p.entry_id = e.id AND p.thing = of_thing AND p.state = 'open'
  WHERE m.register_id = members AND m.person_id = who AND m.ended_on IS NULL
$$;

-- Of these people, all on the roster of an issue, those for whom nothing waits in the drive, or what waits was handed out already
-- (to them or another of their household) and is only not counted yet, and those who have died. It answers whoever keeps the books of the union the
-- goods leave, who may not read the roster; to anybody else it says that nobody waits.
CREATE FUNCTION campaigns_not_waiting(of_drive int, of_thing text, of_issue bigint, of_union int, people uuid[], members int, household text)
RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH handed AS MATERIALIZED (
    SELECT h.person_id, i.id AS issue, waiting.piece
    FROM public.assets_issue i JOIN public.assets_handed h ON h.issue_id = i.id
    CROSS JOIN LATERAL public.campaigns_waiting(of_drive, of_thing, h.person_id, members, household) AS waiting (piece)
    WHERE i.source = 'campaign' AND i.source_id = of_drive::text AND i.purpose = of_thing
      AND NOT EXISTS (SELECT FROM public.assets_return r WHERE r.issue_id = i.id AND h.id = ANY (r.lines))
      AND NOT EXISTS (
        SELECT FROM public.campaigns_piece had WHERE had.source <> '' AND had.source = 'issue:' || i.id || '.' || h.id))
  SELECT one FROM unnest(people) AS one
  WHERE NOT public.ledger_reaches(of_union)
    OR EXISTS (SELECT FROM public.registry_dead(ARRAY[one])) OR NOT EXISTS (
    SELECT FROM handed mine WHERE mine.issue = of_issue AND mine.person_id = one AND NOT EXISTS (
      SELECT FROM handed other WHERE other.piece = mine.piece
        AND (other.issue <> of_issue OR other.person_id < one)))
  ORDER BY one
$$;

-- Whether what a piece's source names is a line of goods that came back.
CREATE FUNCTION campaigns_came_back(source text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN source ~ '^issue:[0-9]+[.][0-9]+$' AND EXISTS (
    SELECT FROM public.assets_return r
    WHERE r.issue_id = substring(source FROM '[0-9]+')::bigint AND substring(source FROM '[0-9]+$')::bigint = ANY (r.lines));
END $$;
