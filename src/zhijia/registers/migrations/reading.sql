-- What somebody may read of a list without a right: of public lists the public's fields, of those members see theirs too.
-- A row that has ended is shown to nobody here. Words with a point in front are those of the fields they see.
CREATE FUNCTION registers_open(asked integer) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN access_user() IS NOT NULL THEN l.shown_members ELSE l.shown_public END
  FROM public.registers_list l WHERE l.id = asked
$$;

CREATE FUNCTION registers_shown_rows(asked integer, at_place text, grams text[], before uuid, chosen uuid, most integer)
RETURNS TABLE (id uuid, number bigint, title text, state text, since date, until date, division text,
  latitude double precision, longitude double precision, "values" jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT r.id, r.number, r.title, r.state, r.since, r.until,
    r.division, r.latitude, r.longitude,
    (SELECT coalesce(jsonb_object_agg(f.key, f.value), '{}') FROM jsonb_each(r."values") f WHERE f.key = ANY (o.fields))
  FROM (SELECT registers_open(asked) AS fields) o, public.registers_row r
  WHERE o.fields <> '{}' AND r.register_id = asked AND r.ended_on IS NULL
    AND (at_place = '' OR r.division ^@ at_place)
    AND (grams = '{}' OR r.words @> ARRAY(SELECT '.' || g FROM unnest(grams) g) OR EXISTS (
      SELECT FROM public.registers_text t WHERE t.row_id = r.id AND t.field = ANY (o.fields)
        AND t.words @> ARRAY(SELECT '.' || g FROM unnest(grams) g)))
    AND (before IS NULL OR r.id < before) AND (chosen IS NULL OR r.id = chosen)
  ORDER BY r.id DESC LIMIT least(most, 500)
$$;

-- Rows with these words of all lists, or with a file that says them, for whoever may see them: their keys alone, newest
-- first. The comparison of words is none that row policies let through to an index; so the same arms stand here.
CREATE FUNCTION registers_worded(asked integer[], grams text[], most integer) RETURNS TABLE (register_id integer, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  (SELECT r.register_id, r.id FROM public.registers_row r
    WHERE r.register_id = ANY (asked) AND r.words @> grams
      AND (r.county_id = ANY ((SELECT access_counties())::int[]) OR r.union_id = ANY ((SELECT access_unions())::int[])
        OR r.person_id = (SELECT access_person()) OR r.other_union_id = ANY ((SELECT access_unions())::int[])
        OR r.other_county_id = ANY ((SELECT access_counties())::int[]))
    ORDER BY r.id DESC LIMIT least(most, 2000))
  UNION
  (SELECT t.register_id, t.row_id FROM public.registers_text t
    WHERE t.register_id = ANY (asked) AND t.words @> grams
      AND (t.county_id = ANY ((SELECT access_counties())::int[]) OR t.union_id = ANY ((SELECT access_unions())::int[]))
    ORDER BY t.row_id DESC LIMIT least(most, 2000))
  ORDER BY 2 DESC LIMIT least(most, 2000)
$$;
