-- What a definition says, as checks, columns and indexes of its list's partition. Everything is built here from the
-- published definition, names checked and values quoted: nobody hands SQL in.

-- The check of one field over "values": its type, that it is there where it is needed, its bounds and choices.
CREATE FUNCTION registers_check_of(field jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public AS $$
DECLARE
  name text := field ->> 'name';
  kind text := field ->> 'type';
  v text := format('("values" -> %L)', name);
  t text := format('("values" ->> %L)', name);
  low text := coalesce(field ->> 'least', CASE kind WHEN 'money' THEN '0' ELSE '-999999999999999' END);
  high text := coalesce(field ->> 'most', '999999999999999');
  longest text := coalesce(field ->> 'most', CASE kind WHEN 'long_text' THEN '4000' WHEN 'text' THEN '200' ELSE '6' END);
  codes text := (SELECT string_agg(quote_literal(c ->> 'code'), ', ') FROM jsonb_array_elements(field -> 'choices') c);
  uuid_shape text := '''^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$''';
  shape text;
  fits text;
BEGIN
  IF name !~ '^[a-z][a-z0-9_]{0,39}$' OR low !~ '^-?[0-9]{1,18}$' OR high !~ '^-?[0-9]{1,18}$' THEN
    RAISE EXCEPTION 'no field is called %', name USING ERRCODE = 'check_violation';
  END IF;
  shape := CASE WHEN kind IN ('whole', 'money') THEN 'number' WHEN kind = 'yes_no' THEN 'boolean'
    WHEN kind IN ('choices', 'file', 'photo', 'point') THEN 'array' ELSE 'string' END;
  fits := CASE
    WHEN (field ->> 'sealed')::boolean OR kind IN ('person', 'row') THEN format('%s ~ %s', t, uuid_shape)
    WHEN kind IN ('text', 'long_text') THEN format('length(%s) BETWEEN 1 AND %s', t, longest)
    WHEN kind IN ('whole', 'money') THEN
      format('%1$s ~ ''^-?[0-9]{1,15}$'' AND %1$s::bigint BETWEEN %2$s AND %3$s', t, low, high)
    WHEN kind = 'date' THEN format('%s ~ ''^[0-9]{4}-[0-9]{2}-[0-9]{2}$'' AND registers_day(%s) IS NOT NULL', t, t)
    WHEN kind = 'yes_no' THEN 'true'
    WHEN kind = 'choice' THEN format('%s IN (%s)', t, codes)
    WHEN kind = 'choices' THEN
      format('%1$s <@ jsonb_build_array(%2$s) AND jsonb_array_length(%1$s) BETWEEN 1 AND %3$s', v, codes,
        jsonb_array_length(field -> 'choices'))
    WHEN kind = 'code' THEN format('%s ~ ''^[A-Za-z0-9_.-]{1,60}$''', t)
    WHEN kind = 'mobile' THEN format('%s ~ ''^1[0-9]{10}$''', t)
    WHEN kind = 'division' THEN format('%s ~ ''^[0-9]{12}$''', t)
    WHEN kind IN ('union', 'employer') THEN format('%s ~ ''^[0-9]{1,9}$''', t)
    WHEN kind IN ('file', 'photo') THEN
      format('jsonb_array_length(%1$s) BETWEEN 1 AND %2$s AND NOT jsonb_path_exists(%1$s, '
        || '''$[*] ? (@.type() != "string" || !(@ like_regex "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"))'')', v, longest)
    WHEN kind = 'point' THEN
      format('jsonb_array_length(%1$s) = 2 AND jsonb_typeof(%1$s -> 0) = ''number'' AND jsonb_typeof(%1$s -> 1) = ''number'''
        || ' AND (%1$s ->> 0)::float8 BETWEEN -90 AND 90 AND (%1$s ->> 1)::float8 BETWEEN -180 AND 180', v)
    END;
  RETURN format('CASE jsonb_typeof(%s) WHEN %L THEN %s ELSE %s END', v, shape, fits,
    CASE WHEN (field ->> 'required')::boolean AND field ->> 'when' = '' THEN 'false'
      ELSE format('NOT "values" ? %L', name) END);
END
$$;

-- The day a text says; an error where there is none like it.
CREATE FUNCTION registers_day(said text) RETURNS date
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public AS $$
  SELECT make_date(substr(said, 1, 4)::int, substr(said, 6, 2)::int, substr(said, 9, 2)::int)
$$;

-- The kind of column a field stands in besides, where the list is found by it or holds it once.
CREATE FUNCTION registers_slot_of(field jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN NOT ((field ->> 'find')::boolean OR field ->> 'once' <> '') THEN NULL
    WHEN field ->> 'type' IN ('whole', 'money') THEN 'number' WHEN field ->> 'type' = 'date' THEN 'day' ELSE 'text' END
$$;

-- The value of a field as a column of that kind holds it.
CREATE FUNCTION registers_typed(field jsonb, kind text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT format(CASE kind WHEN 'number' THEN '("values" ->> %L)::bigint' WHEN 'day' THEN 'registers_day("values" ->> %L)'
    ELSE '("values" ->> %L)' END, field ->> 'name')
$$;

-- "values" as the definition wants them, read from those of the version before: what is called otherwise, what is new, what
-- goes.
CREATE FUNCTION registers_read_anew(said jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public AS $$
DECLARE
  field jsonb;
  expr text := '"values"';
BEGIN
  FOR field IN SELECT * FROM jsonb_array_elements(said -> 'fields') LOOP
    IF field ->> 'was' <> '' THEN
      expr := format('(%1$s - %2$L || CASE WHEN "values" ? %2$L THEN jsonb_build_object(%3$L, "values" -> %2$L) ELSE ''{}'' END)',
        expr, field ->> 'was', field ->> 'name');
    END IF;
    IF field -> 'default' IS DISTINCT FROM 'null'::jsonb THEN
      expr := format('(jsonb_build_object(%L, %L::jsonb) || %s)', field ->> 'name', field ->> 'default', expr);
      IF jsonb_typeof(field -> 'default') = 'string' THEN
        expr := replace(expr, format('%L::jsonb', field ->> 'default'), format('%L::text', field ->> 'default'));
      END IF;
    END IF;
  END LOOP;
  RETURN format('(%s - %L::text[])', expr, ARRAY(SELECT jsonb_array_elements_text(said -> 'dropped')));
END
$$;

-- How many rows of a list a definition would not fit, the numbers of the first (looked for only where there are some, and
-- only as many), and how many there are: asked before it is published.
CREATE FUNCTION registers_misfits(said jsonb, most int) RETURNS TABLE (many bigint, numbers bigint[], there bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  part text := (SELECT format('registers_row_%s', l.id) FROM public.registers_list l WHERE l.code = said ->> 'code');
  fits text;
  judged text;
BEGIN
  many := 0;
  numbers := '{}';
  there := 0;
  IF part IS NOT NULL AND to_regclass(part) IS NOT NULL THEN
    fits := (SELECT string_agg(format('(%s)', public.registers_check_of(f)), ' AND ') FROM jsonb_array_elements(said -> 'fields') f);
    judged := format(
      '(SELECT number, (%s AND "values" - %L::text[] = ''{}'' AND state = ANY (%L::text[])) IS TRUE AS fits'
      ' FROM (SELECT number, state, %s AS "values" FROM public.%I) a) r',
      fits, public.registers_names(said), public.registers_states(said), public.registers_read_anew(said), part);
    EXECUTE 'SELECT count(*) FILTER (WHERE NOT r.fits), count(*) FROM ' || judged INTO many, there;
    IF many > 0 THEN
      EXECUTE format('SELECT ARRAY(SELECT r.number FROM %s WHERE NOT r.fits ORDER BY r.number LIMIT %s)', judged, most) INTO numbers;
    END IF;
  END IF;
  RETURN NEXT;
END
$$;

CREATE FUNCTION registers_names(said jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT ARRAY(SELECT f ->> 'name' FROM jsonb_array_elements(said -> 'fields') f)
$$;

CREATE FUNCTION registers_states(said jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN jsonb_array_length(said -> 'states') = 0 THEN ARRAY['kept', 'ended']
    ELSE ARRAY(SELECT s ->> 'code' FROM jsonb_array_elements(said -> 'states') s) END
$$;

CREATE FUNCTION registers_ends(said jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN jsonb_array_length(said -> 'states') = 0 THEN ARRAY['ended']
    ELSE ARRAY(SELECT s ->> 'code' FROM jsonb_array_elements(said -> 'states') s WHERE (s ->> 'ends')::boolean) END
$$;

-- The fields these see.
CREATE FUNCTION registers_shown(said jsonb, who text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT ARRAY(SELECT f ->> 'name' FROM jsonb_array_elements(said -> 'fields') f WHERE f ->> 'see' = ANY (who))
$$;

-- Makes the place of a list, or makes it anew, so that it is what this published version says; answers the list's number.
-- A second call changes nothing; one that is killed leaves what was there before. Old rows are read by the version's rules.
CREATE FUNCTION registers_prepare(asked integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  made public.registers_version;
  list public.registers_list;
  said jsonb;
  part text;
  field jsonb;
  kind text;
  slot text;
  chosen jsonb := '{}';
  named text;
  sets text;
BEGIN
  SELECT v.* INTO made FROM public.registers_version v WHERE v.id = asked AND v.state = 'published'
    AND (v.shipped OR v.since <= (now() AT TIME ZONE 'Asia/Shanghai')::date);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such version is in force' USING ERRCODE = 'check_violation', CONSTRAINT = 'list_stands_under_what_is_published';
  END IF;
  said := made.content;
  INSERT INTO public.registers_list (code, slots, shown_public, shown_members) VALUES (made.code, '{}', '{}', '{}')
    ON CONFLICT (code) DO NOTHING;
  SELECT l.* INTO list FROM public.registers_list l WHERE l.code = made.code FOR UPDATE;
  IF list.version_id IS NOT NULL AND (
    SELECT v.number >= made.number FROM public.registers_version v WHERE v.id = list.version_id) THEN
    RETURN list.id;
  END IF;
  part := format('registers_row_%s', list.id);
  IF to_regclass(part) IS NULL THEN
    EXECUTE format('CREATE TABLE public.%I (LIKE public.registers_row INCLUDING DEFAULTS INCLUDING INDEXES, CHECK (register_id = %s))', part, list.id);
    EXECUTE format('ALTER TABLE registers_row ATTACH PARTITION %I FOR VALUES IN (%s)', part, list.id);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', part);
    EXECUTE format('REVOKE ALL ON %I FROM zhijia_app, zhijia_bulk, zhijia_sealer', part);
    EXECUTE format('CREATE SEQUENCE public.%I OWNED BY public.%I.number', format('registers_number_%s', list.id), part);
  END IF;
  FOR named IN SELECT c.conname FROM pg_constraint c WHERE c.conrelid = part::regclass AND c.contype = 'c'
    AND c.conname ~ '^(field_|slot_|fill_|no_other_field$|state_)' LOOP
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', part, named);
  END LOOP;
  FOR named IN SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = part::regclass AND c.relname ~ format('^list_%s_', list.id) LOOP
    EXECUTE format('DROP INDEX %I', named);
  END LOOP;

  IF list.version_id IS NOT NULL THEN
    EXECUTE format('UPDATE %I SET "values" = %2$s, version = version + 1, changed_at = greatest(now(), changed_at), changed_by = %3$s'
      ' WHERE %2$s IS DISTINCT FROM "values"', part, public.registers_read_anew(said), coalesce(made.published_by::text, 'NULL'));
  END IF;

  -- A field keeps the column it stands in, so that nothing is written anew without need.
  FOR field IN SELECT * FROM jsonb_array_elements(said -> 'fields') LOOP
    slot := list.slots ->> (field ->> 'name');
    kind := public.registers_slot_of(field);
    IF kind IS NOT NULL AND slot ~ format('^%s_', kind) THEN
      chosen := chosen || jsonb_build_object(field ->> 'name', slot);
    END IF;
  END LOOP;
  FOR field IN SELECT * FROM jsonb_array_elements(said -> 'fields') LOOP
    kind := public.registers_slot_of(field);
    CONTINUE WHEN kind IS NULL OR chosen ? (field ->> 'name');
    slot := (
      SELECT format('%s_%s', kind, n) FROM generate_series(1, CASE kind WHEN 'text' THEN 10 ELSE 6 END) n
      WHERE NOT EXISTS (SELECT FROM jsonb_each_text(chosen) c WHERE c.value = format('%s_%s', kind, n)) ORDER BY n LIMIT 1);
    IF slot IS NULL THEN
      RAISE EXCEPTION 'too many fields to find a list by' USING ERRCODE = 'check_violation', CONSTRAINT = 'list_has_so_many_columns';
    END IF;
    chosen := chosen || jsonb_build_object(field ->> 'name', slot);
  END LOOP;
  IF list.version_id IS NOT NULL THEN
    sets := (
      SELECT string_agg(format('%I = %s', s.slot, coalesce((
        SELECT public.registers_typed(f, split_part(s.slot, '_', 1)) FROM jsonb_array_elements(said -> 'fields') f
        WHERE chosen ->> (f ->> 'name') = s.slot), 'NULL')), ', ')
      FROM (SELECT value AS slot FROM jsonb_each_text(chosen) UNION SELECT value FROM jsonb_each_text(list.slots)) s);
    IF sets IS NOT NULL THEN
      EXECUTE format('UPDATE %I SET %s', part, sets);
    END IF;
  END IF;

  FOR field IN SELECT * FROM jsonb_array_elements(said -> 'fields') LOOP
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (%s)', part, 'field_' || (field ->> 'name'), public.registers_check_of(field));
    slot := chosen ->> (field ->> 'name');
    IF slot IS NOT NULL THEN
      EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (%I IS NOT DISTINCT FROM %s)', part, 'slot_' || (field ->> 'name'),
        slot, public.registers_typed(field, split_part(slot, '_', 1)));
      IF field ->> 'once' <> '' THEN
        EXECUTE format('CREATE UNIQUE INDEX %I ON %I (%s%I) WHERE ended_on IS NULL AND %4$I IS NOT NULL',
          format('list_%s_once_%s', list.id, field ->> 'name'), part,
          CASE field ->> 'once' WHEN 'union' THEN 'union_id, ' ELSE '' END, slot);
      END IF;
      IF (field ->> 'find')::boolean THEN
        EXECUTE format('CREATE INDEX %I ON %I (county_id, %I, id)', format('list_%s_%s', list.id, slot), part, slot);
      END IF;
    END IF;
    IF field ->> 'fills' IN ('employer', 'union') THEN
      EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (%I IS NOT DISTINCT FROM ("values" ->> %L)::integer)', part,
        'fill_' || (field ->> 'fills'), CASE field ->> 'fills' WHEN 'union' THEN 'other_union_id' ELSE 'employer_id' END,
        field ->> 'name');
    ELSIF field ->> 'fills' IN ('since', 'until') THEN
      EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (%I IS NOT DISTINCT FROM registers_day("values" ->> %L))', part,
        'fill_' || (field ->> 'fills'), field ->> 'fills', field ->> 'name');
    ELSIF field ->> 'fills' = 'division' THEN
      EXECUTE format('ALTER TABLE %I ADD CONSTRAINT fill_division CHECK (division = coalesce("values" ->> %L, ''''))', part, field ->> 'name');
    ELSIF field ->> 'fills' = 'point' THEN
      EXECUTE format('ALTER TABLE %I ADD CONSTRAINT fill_point CHECK (latitude IS NOT DISTINCT FROM ("values" -> %2$L ->> 0)::float8'
        ' AND longitude IS NOT DISTINCT FROM ("values" -> %2$L ->> 1)::float8)', part, field ->> 'name');
      -- What is near: a band of latitude of a county, or of the whole list where everybody sees the place.
      EXECUTE format('CREATE INDEX %I ON %I (county_id, latitude, longitude) WHERE latitude IS NOT NULL AND ended_on IS NULL',
        format('list_%s_near', list.id), part);
      IF field ->> 'see' IN ('public', 'members') THEN
        EXECUTE format('CREATE INDEX %I ON %I (latitude, longitude) WHERE latitude IS NOT NULL AND ended_on IS NULL',
          format('list_%s_open_near', list.id), part);
      END IF;
    ELSIF field ->> 'fills' = 'person' THEN
      EXECUTE format('ALTER TABLE %I ADD CONSTRAINT fill_person CHECK (person_id IS NOT DISTINCT FROM ("values" ->> %L)::uuid)', part, field ->> 'name');
    END IF;
  END LOOP;
  EXECUTE format('ALTER TABLE %I ADD CONSTRAINT no_other_field CHECK ("values" - %L::text[] = ''{}'')', part, public.registers_names(said));
  EXECUTE format('ALTER TABLE %I ADD CONSTRAINT state_is_known CHECK (state = ANY (%L::text[]))', part, public.registers_states(said));
  EXECUTE format('ALTER TABLE %I ADD CONSTRAINT state_ends_the_row CHECK ((state = ANY (%L::text[])) = (ended_on IS NOT NULL))', part, public.registers_ends(said));
  UPDATE public.registers_list l SET version_id = asked, slots = chosen, refreshed = CASE WHEN list.version_id IS NULL THEN asked ELSE l.refreshed END,
    shown_public = CASE WHEN (said ->> 'public')::boolean THEN public.registers_shown(said, '{public}') ELSE '{}' END,
    shown_members = CASE WHEN said -> 'title' <@ to_jsonb(public.registers_shown(said, '{public,members}'))
      THEN public.registers_shown(said, '{public,members}') ELSE '{}' END
    WHERE l.id = list.id;
  RETURN list.id;
END
$$;

-- Who sees a list without a right stands in its row: that is written by the function above alone.
REVOKE INSERT, UPDATE, DELETE ON registers_list FROM zhijia_app;
GRANT UPDATE (refreshed) ON registers_list TO zhijia_app;
