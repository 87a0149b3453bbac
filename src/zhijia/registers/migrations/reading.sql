-- What somebody may read of a list without a right: of public lists the public's fields, of those members see theirs too.
-- A row that has ended is shown to nobody here. Words with a point in front are those of the fields they see.
CREATE FUNCTION registers_open(asked integer) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN access_user() IS NOT NULL THEN l.shown_members ELSE l.shown_public END
  FROM public.registers_list l WHERE l.id = asked
$$;

-- Which field fills what of a row of the list: {point: its name, division: …}.
CREATE FUNCTION registers_filling(asked integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(jsonb_object_agg(f ->> 'fills', f ->> 'name'), '{}')
  FROM public.registers_list l JOIN public.registers_version v ON v.id = l.version_id,
    jsonb_array_elements(v.content -> 'fields') f
  WHERE l.id = asked AND f ->> 'fills' <> ''
$$;

CREATE FUNCTION registers_shown_rows(asked integer, at_place text, grams text[], before uuid, chosen uuid, most integer)
RETURNS TABLE (id uuid, number bigint, title text, state text, since date, until date, division text,
  latitude double precision, longitude double precision, "values" jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT r.id, r.number, r.title, r.state,
    CASE WHEN o.fills ->> 'since' = ANY (o.fields) THEN r.since END,
    CASE WHEN o.fills ->> 'until' = ANY (o.fields) THEN r.until END,
    CASE WHEN o.fills ->> 'division' = ANY (o.fields) THEN r.division ELSE '' END,
    CASE WHEN o.fills ->> 'point' = ANY (o.fields) THEN r.latitude END,
    CASE WHEN o.fills ->> 'point' = ANY (o.fields) THEN r.longitude END,
    (SELECT coalesce(jsonb_object_agg(f.key, f.value), '{}') FROM jsonb_each(r."values") f WHERE f.key = ANY (o.fields))
  FROM (SELECT registers_open(asked) AS fields, registers_filling(asked) AS fills) o, public.registers_row r
  WHERE o.fields <> '{}' AND r.register_id = asked AND r.ended_on IS NULL
    AND (at_place = '' OR o.fills ->> 'division' = ANY (o.fields) AND r.division ^@ at_place)
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

-- The great-circle distance of two places in metres, on the sphere of the earth's mean radius (the haversine formula).
CREATE FUNCTION registers_metres(from_latitude double precision, from_longitude double precision,
  latitude double precision, longitude double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT 2 * 6371008.8 * asin(least(1, sqrt(sind((latitude - from_latitude) / 2) ^ 2
    + cosd(from_latitude) * cosd(latitude) * sind((longitude - from_longitude) / 2) ^ 2)))
$$;

-- Those of the lists whose places whoever asks sees without a right.
CREATE FUNCTION registers_open_places(asked integer[]) RETURNS integer[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT ARRAY(SELECT l.id FROM public.registers_list l
    WHERE l.id = ANY (asked) AND registers_filling(l.id) ->> 'point' = ANY (registers_open(l.id)))
$$;

-- The rows of open lists in a window of degrees, the nearest first, in the fields whoever asks sees.
CREATE FUNCTION registers_shown_near(asked integer[], at_latitude double precision, at_longitude double precision,
  south double precision, north double precision, west double precision, east double precision, most integer)
RETURNS TABLE (register_id integer, id uuid, title text, state text, latitude double precision, longitude double precision,
  "values" jsonb, metres double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT n.register_id, n.id, n.title, n.state, n.latitude, n.longitude,
    (SELECT coalesce(jsonb_object_agg(f.key, f.value), '{}') FROM jsonb_each(n."values") f
      WHERE f.key = ANY (registers_open(n.register_id))), n.metres
  FROM (
    SELECT r.register_id, r.id, r.title, r.state, r.latitude, r.longitude, r."values",
      registers_metres(at_latitude, at_longitude, r.latitude, r.longitude) AS metres
    FROM public.registers_row r
    WHERE r.register_id = ANY (ARRAY(SELECT unnest(registers_open_places(asked)))) AND r.ended_on IS NULL
      AND r.latitude BETWEEN south AND north AND r.longitude BETWEEN west AND east
    ORDER BY metres, r.id LIMIT least(most, 500)) n
  ORDER BY n.metres, n.id
$$;

-- Where a union is to be found: the newest of its rows whose place everybody sees for whom the lists are open.
CREATE FUNCTION registers_union_place(asked integer)
RETURNS TABLE (title text, latitude double precision, longitude double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT r.title, r.latitude, r.longitude FROM public.registers_row r
  WHERE r.register_id = ANY (ARRAY(SELECT unnest(registers_open_places(ARRAY(SELECT l.id FROM public.registers_list l)))))
    AND r.union_id = asked AND r.ended_on IS NULL AND r.latitude IS NOT NULL
  ORDER BY r.id DESC LIMIT 1
$$;
