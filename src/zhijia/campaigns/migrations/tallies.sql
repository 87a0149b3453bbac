-- What changes on a roster is counted as it changes, once for each statement, at the union and at its county.
CREATE FUNCTION campaigns_tally() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  said text := CASE TG_TABLE_NAME
    WHEN 'campaigns_piece' THEN 'drive_id, county_id, union_id, thing, begins_on, ends_on,
      CASE WHEN state <> ''void'' THEN due_on END AS due_on, (done_at AT TIME ZONE ''Asia/Shanghai'')::date AS done_on,
      state, late, amount'
    ELSE 'drive_id, county_id, union_id, '''' AS thing, NULL::date AS begins_on, NULL::date AS ends_on, NULL::date AS due_on,
      NULL::date AS done_on, CASE WHEN left_on IS NULL THEN ''open'' ELSE ''void'' END AS state, false AS late, 0 AS amount'
    END;
  came text := format('SELECT 1 AS n, %s FROM added', said);
  went text := format('SELECT -1 AS n, %s FROM removed', said);
BEGIN
  EXECUTE format($sum$
    INSERT INTO public.campaigns_tally
      (drive_id, county_id, union_id, thing, begins_on, ends_on, due_on, done_on, state, late, many, amount)
    SELECT drive_id, county_id, place.union_id, thing, begins_on, ends_on, due_on, done_on, state, late, sum(n), sum(n * amount)
    FROM (%s) AS changed CROSS JOIN LATERAL (VALUES (changed.union_id), (NULL)) AS place (union_id)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 HAVING sum(n) <> 0 OR sum(n * amount) <> 0
  $sum$, CASE TG_OP WHEN 'INSERT' THEN came WHEN 'DELETE' THEN went ELSE came || ' UNION ALL ' || went END);
  RETURN NULL;
END $$;
CREATE TRIGGER campaigns_piece_comes AFTER INSERT ON campaigns_piece
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION campaigns_tally();
CREATE TRIGGER campaigns_piece_changes AFTER UPDATE ON campaigns_piece
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION campaigns_tally();
CREATE TRIGGER campaigns_piece_goes AFTER DELETE ON campaigns_piece
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION campaigns_tally();
CREATE TRIGGER campaigns_entry_comes AFTER INSERT ON campaigns_entry
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION campaigns_tally();
CREATE TRIGGER campaigns_entry_changes AFTER UPDATE ON campaigns_entry
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION campaigns_tally();
CREATE TRIGGER campaigns_entry_goes AFTER DELETE ON campaigns_entry
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION campaigns_tally();
REVOKE INSERT, UPDATE, DELETE ON campaigns_tally FROM zhijia_app;

-- What is to be done, what is due first before the rest, at one place after the other.
CREATE INDEX campaigns_piece_due_at_county
  ON campaigns_piece (drive_id, thing, county_id, (coalesce(due_on, DATE '9999-12-31')), id) WHERE state = 'open';
CREATE INDEX campaigns_piece_due_at_union
  ON campaigns_piece (drive_id, thing, union_id, (coalesce(due_on, DATE '9999-12-31')), id) WHERE state = 'open';
