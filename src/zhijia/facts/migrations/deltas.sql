-- Facts can be added to and read; each statement leaves its sums for the roll-ups (docs/adr/0011-facts.md).

CREATE FUNCTION facts_note_deltas() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO public.facts_delta (kind, union_id, county_id, month, quantity, amount, facts)
  SELECT kind, union_id, county_id, month, sum(quantity), sum(amount), count(*)
  FROM added GROUP BY kind, union_id, county_id, month;
  RETURN NULL;
END $$;

CREATE TRIGGER facts_fact_leaves_deltas AFTER INSERT ON facts_fact
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION facts_note_deltas();
CREATE TRIGGER facts_fact_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON facts_fact
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Takes back every standing fact of these records that who calls it may see; how many. It runs with the rights of its
-- caller: what has to take back facts of other unions too is a function of the owner that asks first (a merge of two
-- registrations), or the role `bulk`, which names its scope itself.
CREATE FUNCTION facts_reverse(of_record text, of_ids text[], of_kinds text[], by_run text) RETURNS bigint
LANGUAGE sql SET search_path = pg_catalog, public AS $$
  WITH taken_back AS (
    INSERT INTO public.facts_fact (kind, union_id, county_id, day, quantity, amount, person_id, dimensions, class,
      record, record_id, turn, run_id, reverses)
    SELECT fact.kind, fact.union_id, fact.county_id, fact.day, -fact.quantity, -fact.amount, fact.person_id,
      fact.dimensions, fact.class, fact.record, fact.record_id, fact.turn, by_run, fact.id
    FROM public.facts_fact fact
    WHERE fact.record_id = ANY (of_ids) AND fact.record = of_record AND fact.reverses IS NULL
      AND (of_kinds IS NULL OR fact.kind = ANY (of_kinds))
      AND NOT EXISTS (
        SELECT 1 FROM public.facts_fact back WHERE back.reverses = fact.id AND back.day = fact.day)
    RETURNING 1
  )
  SELECT count(*) FROM taken_back
$$;

-- Tells again what this run took back of these records, each on its own day, as the next turn: the run itself was
-- undone. Twice is once. Rights as above; it answers how many.
CREATE FUNCTION facts_tell_again(of_record text, of_ids text[], by_run text) RETURNS bigint
LANGUAGE sql SET search_path = pg_catalog, public AS $$
  WITH told AS (
    INSERT INTO public.facts_fact (kind, union_id, county_id, day, quantity, amount, person_id, dimensions, class,
      record, record_id, turn, run_id)
    SELECT fact.kind, fact.union_id, fact.county_id, fact.day, fact.quantity, fact.amount, fact.person_id,
      fact.dimensions, fact.class, fact.record, fact.record_id, fact.turn + 1, by_run
    FROM public.facts_fact fact
    JOIN public.facts_fact back ON back.reverses = fact.id AND back.day = fact.day AND back.run_id = by_run
    WHERE fact.record_id = ANY (of_ids) AND fact.record = of_record AND fact.reverses IS NULL
      AND NOT EXISTS (
        SELECT 1 FROM public.facts_fact again WHERE again.record_id = fact.record_id AND again.kind = fact.kind
          AND again.day = fact.day AND again.turn > fact.turn AND again.reverses IS NULL)
    RETURNING 1
  )
  SELECT count(*) FROM told
$$;

REVOKE ALL ON facts_fact FROM zhijia_app, zhijia_bulk, zhijia_sealer;
GRANT SELECT, INSERT ON facts_fact TO zhijia_app, zhijia_bulk;
-- What some days of places add up to, by kind: what a roll-up by month cannot say of a day within it. Sums alone, like
-- the roll-ups: whoever calls it names the places it may show.
CREATE FUNCTION facts_of_days(of_kinds text[], of_unions int[], of_counties int[], since date, until date)
RETURNS TABLE (kind text, quantity bigint, amount bigint, facts bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
BEGIN
  IF of_unions IS NOT NULL THEN
    RETURN QUERY SELECT kind, sum(quantity)::bigint, sum(amount)::bigint, count(*) FROM public.facts_fact
      WHERE union_id = ANY (of_unions) AND kind = ANY (of_kinds) AND day BETWEEN since AND until GROUP BY kind;
  ELSIF of_counties IS NOT NULL THEN
    RETURN QUERY SELECT kind, sum(quantity)::bigint, sum(amount)::bigint, count(*) FROM public.facts_fact
      WHERE county_id = ANY (of_counties) AND kind = ANY (of_kinds) AND day BETWEEN since AND until GROUP BY kind;
  ELSE
    RETURN QUERY SELECT kind, sum(quantity)::bigint, sum(amount)::bigint, count(*) FROM public.facts_fact
      WHERE kind = ANY (of_kinds) AND day BETWEEN since AND until GROUP BY kind;
  END IF;
END $$;

REVOKE ALL ON facts_delta, facts_union_month, facts_county_month, facts_union_total, facts_county_total, facts_fold
  FROM zhijia_app, zhijia_bulk, zhijia_sealer;
GRANT SELECT ON facts_delta, facts_union_month, facts_county_month, facts_union_total, facts_county_total, facts_fold
  TO zhijia_app;
GRANT SELECT, DELETE ON facts_delta TO zhijia_bulk;
GRANT SELECT, INSERT, UPDATE, DELETE ON facts_union_month, facts_county_month, facts_union_total, facts_county_total,
  facts_fold TO zhijia_bulk;
