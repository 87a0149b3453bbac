-- Whatever a kept rule looks at leaves a touch when it changes, whoever writes and however many rows at once, in the
-- same transaction (docs/adr/0016-watches.md). `watches_heard` says which columns count; a table without a line there
-- costs one look at it a statement.
--
-- A touch names rows by a column that leads to the rule's subject: `registry_membership`, `person_id`, 7f…. From
-- `wide_from` rows of one statement on, rows that stand at a union are noted by their union alone, one touch a union;
-- what a row led to before is noted one by one even then.

CREATE FUNCTION watches_hear() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  kept public.watches_heard;
  wide boolean := false;
  changed text;
  pairs text;
  at_a_union text;
BEGIN
  SELECT * INTO kept FROM public.watches_heard h WHERE h.heard = TG_TABLE_NAME;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  at_a_union := CASE WHEN kept.wide = '' THEN 'false' ELSE format('n.%I IS NOT NULL', kept.wide) END;
  IF TG_OP = 'INSERT' THEN
    IF kept.wide <> '' THEN
      wide := (SELECT count(*) > kept.wide_from FROM (SELECT FROM added LIMIT kept.wide_from + 1) AS few);
    END IF;
    IF wide THEN
      EXECUTE format(
        'INSERT INTO public.watches_touch (heard, link, value, wide)'
        ' SELECT DISTINCT %1$L, %2$L, n.%2$I::text, true FROM added n WHERE n.%2$I IS NOT NULL', kept.heard, kept.wide);
    END IF;
    pairs := (SELECT string_agg(format('(%1$L, n.%1$I::text)', c), ', ') FROM unnest(kept.links) c);
    EXECUTE format(
      'INSERT INTO public.watches_touch (heard, link, value)'
      ' SELECT DISTINCT %L, l.link, l.value FROM added n CROSS JOIN LATERAL (VALUES %s) AS l (link, value)'
      ' WHERE l.value IS NOT NULL AND NOT ($1 AND %s)', kept.heard, pairs, at_a_union) USING wide;
  ELSIF TG_OP = 'DELETE' THEN
    pairs := (SELECT string_agg(format('(%1$L, o.%1$I::text)', c), ', ') FROM unnest(kept.links) c);
    EXECUTE format(
      'INSERT INTO public.watches_touch (heard, link, value)'
      ' SELECT DISTINCT %L, l.link, l.value FROM gone o CROSS JOIN LATERAL (VALUES %s) AS l (link, value)'
      ' WHERE l.value IS NOT NULL', kept.heard, pairs);
  ELSE
    changed := (
      SELECT string_agg(format('CASE WHEN o.%1$I IS DISTINCT FROM n.%1$I THEN %1$L END', c), ', ')
      FROM unnest(kept.columns) c);
    IF kept.wide <> '' THEN
      wide := (SELECT count(*) > kept.wide_from FROM (SELECT FROM gone LIMIT kept.wide_from + 1) AS few);
    END IF;
    IF wide THEN
      EXECUTE format(
        'INSERT INTO public.watches_touch (heard, link, value, wide, changed)'
        ' SELECT %1$L, %2$L, n.%2$I::text, true, array_agg(DISTINCT c.name) FROM gone o JOIN added n ON n.id = o.id'
        ' CROSS JOIN LATERAL unnest(ARRAY[%3$s]::text[]) AS c (name)'
        ' WHERE c.name IS NOT NULL AND n.%2$I IS NOT NULL GROUP BY n.%2$I',
        kept.heard, kept.wide, changed);
    END IF;
    pairs := (
      SELECT string_agg(format(
        '(%1$L, n.%1$I::text, true), (%1$L, CASE WHEN o.%1$I IS DISTINCT FROM n.%1$I THEN o.%1$I::text END, false)', c), ', ')
      FROM unnest(kept.links) c);
    EXECUTE format(
      'INSERT INTO public.watches_touch (heard, link, value, changed)'
      ' SELECT DISTINCT %1$L, l.link, l.value, w.changed FROM gone o JOIN added n ON n.id = o.id'
      ' CROSS JOIN LATERAL (SELECT array_remove(ARRAY[%2$s]::text[], NULL) AS changed) AS w'
      ' CROSS JOIN LATERAL (VALUES %3$s) AS l (link, value, stands)'
      ' WHERE w.changed <> ''{}'' AND l.value IS NOT NULL AND NOT ($1 AND l.stands AND %4$s)',
      kept.heard, changed, pairs, at_a_union) USING wide;
  END IF;
  RETURN NULL;
END $$;

-- The union in whose list a clue stands: so many `steps` above the place or more, not below `lowest` (1 is the nation),
-- the first one at which somebody holds one of these roles on the day; where nobody does, the place itself.
CREATE FUNCTION watches_seat(place integer, with_roles text[], steps integer, lowest integer, on_day date) RETURNS integer
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  WITH RECURSIVE up (id, step) AS (
    SELECT place, 0
    UNION ALL
    SELECT p.parent_id, up.step + 1 FROM up
    JOIN public.registry_parent p ON p.union_id = up.id AND p.tree = 'organisation' AND p.valid_to IS NULL
  )
  SELECT coalesce((
    SELECT up.id FROM up JOIN public.registry_union u ON u.id = up.id
    WHERE up.step >= steps AND u.level <= lowest AND EXISTS (
      SELECT FROM public.registry_grant g JOIN public.accounts_user a ON a.id = g.user_id AND a.is_active
      WHERE g.union_id = up.id AND g.role = ANY (with_roles)
        AND g.valid_from <= on_day AND (g.valid_to IS NULL OR g.valid_to > on_day))
    ORDER BY up.step LIMIT 1), place)
$$;

REVOKE ALL ON watches_heard, watches_touch, watches_kept, watches_state, watches_clue, watches_told
  FROM zhijia_app, zhijia_bulk, zhijia_sealer;
GRANT SELECT ON watches_heard, watches_touch, watches_kept, watches_state TO zhijia_app;
GRANT UPDATE (union_id, county_id) ON watches_state TO zhijia_app;
GRANT SELECT, UPDATE ON watches_clue TO zhijia_app;
GRANT SELECT, INSERT, UPDATE ON watches_told TO zhijia_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON watches_heard, watches_touch, watches_kept, watches_state, watches_clue, watches_told
  TO zhijia_bulk;
