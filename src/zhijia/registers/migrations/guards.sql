-- What a row was stays, whoever changes it: a change counts the version on, and what was there is written down. What only
-- follows a person, a union's border or the definition's columns leaves what the row says as it is.
CREATE FUNCTION registers_keep_past() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.register_id <> OLD.register_id OR NEW.number <> OLD.number OR NEW.made_at <> OLD.made_at
    OR (NEW.source, NEW.source_id, NEW.purpose) IS DISTINCT FROM (OLD.source, OLD.source_id, OLD.purpose) THEN
    RAISE EXCEPTION 'a row stays the row it is' USING ERRCODE = 'check_violation', CONSTRAINT = 'row_stays_the_row_it_is';
  END IF;
  IF (NEW.person_id, NEW.union_id, NEW.county_id) IS DISTINCT FROM (OLD.person_id, OLD.union_id, OLD.county_id) THEN
    UPDATE public.registers_past p SET union_id = NEW.union_id, county_id = NEW.county_id,
      person_id = CASE WHEN p.person_id = OLD.person_id AND NEW.version = OLD.version THEN NEW.person_id ELSE p.person_id END
      WHERE p.row_id = OLD.id;
    UPDATE public.registers_text t SET union_id = NEW.union_id, county_id = NEW.county_id WHERE t.row_id = OLD.id;
    UPDATE public.registers_due d SET union_id = NEW.union_id, county_id = NEW.county_id, person_id = NEW.person_id
      WHERE d.row_id = OLD.id;
    UPDATE public.registers_link l SET union_id = NEW.union_id, county_id = NEW.county_id,
      target = CASE WHEN l.kind = 'person' AND l.target = OLD.person_id::text AND NEW.person_id IS NOT NULL THEN NEW.person_id::text ELSE l.target END,
      person_id = CASE WHEN l.kind = 'person' AND l.target = OLD.person_id::text THEN NEW.person_id ELSE l.person_id END
      WHERE l.row_id = OLD.id;
  END IF;
  IF NEW.version = OLD.version THEN
    IF NEW.person_id IS DISTINCT FROM OLD.person_id AND OLD.person_id IS NOT NULL AND NEW.person_id IS NOT NULL
      AND NEW."values" = OLD."values" THEN
      -- Two registrations of one person became one: the row names who stays.
      NEW."values" := (
        SELECT jsonb_object_agg(f.key, CASE WHEN f.value = to_jsonb(OLD.person_id) THEN to_jsonb(NEW.person_id) ELSE f.value END)
        FROM jsonb_each(OLD."values") f);
      NEW.text_1 := CASE WHEN OLD.text_1 = OLD.person_id::text THEN NEW.person_id::text ELSE NEW.text_1 END;
      NEW.text_2 := CASE WHEN OLD.text_2 = OLD.person_id::text THEN NEW.person_id::text ELSE NEW.text_2 END;
      NEW.text_3 := CASE WHEN OLD.text_3 = OLD.person_id::text THEN NEW.person_id::text ELSE NEW.text_3 END;
      NEW.text_4 := CASE WHEN OLD.text_4 = OLD.person_id::text THEN NEW.person_id::text ELSE NEW.text_4 END;
      NEW.text_5 := CASE WHEN OLD.text_5 = OLD.person_id::text THEN NEW.person_id::text ELSE NEW.text_5 END;
      NEW.text_6 := CASE WHEN OLD.text_6 = OLD.person_id::text THEN NEW.person_id::text ELSE NEW.text_6 END;
      NEW.text_7 := CASE WHEN OLD.text_7 = OLD.person_id::text THEN NEW.person_id::text ELSE NEW.text_7 END;
      NEW.text_8 := CASE WHEN OLD.text_8 = OLD.person_id::text THEN NEW.person_id::text ELSE NEW.text_8 END;
      NEW.text_9 := CASE WHEN OLD.text_9 = OLD.person_id::text THEN NEW.person_id::text ELSE NEW.text_9 END;
      NEW.text_10 := CASE WHEN OLD.text_10 = OLD.person_id::text THEN NEW.person_id::text ELSE NEW.text_10 END;
    ELSIF (NEW.title, NEW.state, NEW.came_on, NEW.since, NEW.until, NEW.ended_on, NEW."values")
      IS DISTINCT FROM (OLD.title, OLD.state, OLD.came_on, OLD.since, OLD.until, OLD.ended_on, OLD."values") THEN
      RAISE EXCEPTION 'a row that changes counts its version on' USING ERRCODE = 'check_violation', CONSTRAINT = 'row_keeps_its_past';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.version <> OLD.version + 1 OR NEW.changed_at < OLD.changed_at THEN
    RAISE EXCEPTION 'a row that changes counts its version on by one' USING ERRCODE = 'check_violation', CONSTRAINT = 'row_keeps_its_past';
  END IF;
  INSERT INTO public.registers_past (register_id, row_id, version, number, union_id, county_id, person_id, other_union_id,
    other_county_id, division, title, state, came_on, since, until, ended_on, "values", recorded_from, recorded_to, changed_by)
  VALUES (OLD.register_id, OLD.id, OLD.version, OLD.number, OLD.union_id, OLD.county_id, OLD.person_id, OLD.other_union_id,
    OLD.other_county_id, OLD.division, OLD.title, OLD.state, OLD.came_on, OLD.since, OLD.until, OLD.ended_on, OLD."values",
    OLD.changed_at, NEW.changed_at, OLD.changed_by);
  RETURN NEW;
END
$$;
CREATE TRIGGER registers_row_keeps_its_past BEFORE UPDATE ON registers_row
  FOR EACH ROW EXECUTE FUNCTION registers_keep_past();

-- A row names people by other fields than the one it is about: when two registrations became one, it names who stays, and
-- that is written in its history. What follows the row itself (the trigger above) is not told again.
CREATE FUNCTION registers_link_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  gone text := OLD.person_id::text;
  stays text := NEW.person_id::text;
BEGIN
  UPDATE public.registers_row r SET version = r.version + 1, changed_at = greatest(now(), r.changed_at), changed_by = NULL,
    "values" = (SELECT jsonb_object_agg(f.key, CASE WHEN f.value = to_jsonb(gone) THEN to_jsonb(stays) ELSE f.value END)
      FROM jsonb_each(r."values") f),
    text_1 = CASE WHEN r.text_1 = gone THEN stays ELSE r.text_1 END, text_2 = CASE WHEN r.text_2 = gone THEN stays ELSE r.text_2 END,
    text_3 = CASE WHEN r.text_3 = gone THEN stays ELSE r.text_3 END, text_4 = CASE WHEN r.text_4 = gone THEN stays ELSE r.text_4 END,
    text_5 = CASE WHEN r.text_5 = gone THEN stays ELSE r.text_5 END, text_6 = CASE WHEN r.text_6 = gone THEN stays ELSE r.text_6 END,
    text_7 = CASE WHEN r.text_7 = gone THEN stays ELSE r.text_7 END, text_8 = CASE WHEN r.text_8 = gone THEN stays ELSE r.text_8 END,
    text_9 = CASE WHEN r.text_9 = gone THEN stays ELSE r.text_9 END, text_10 = CASE WHEN r.text_10 = gone THEN stays ELSE r.text_10 END
  WHERE r.register_id = OLD.register_id AND r.id = OLD.row_id AND r."values" ->> OLD.field = gone;
  NEW.target := stays;
  RETURN NEW;
END
$$;
CREATE TRIGGER registers_link_follows BEFORE UPDATE OF person_id ON registers_link FOR EACH ROW
  WHEN (pg_trigger_depth() = 0 AND OLD.kind = 'person' AND NEW.person_id <> OLD.person_id)
  EXECUTE FUNCTION registers_link_follows();

-- Those of these dues that were not told today are told from now on: answers them, in the transaction that sends the messages,
-- so that nobody is told twice and nobody is left out, whenever the job is killed.
CREATE FUNCTION registers_tell(asked bigint[], today date) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM public.registry_need(public.registry_is_job());
  RETURN QUERY UPDATE public.registers_due d SET alarmed_on = today
    WHERE d.id = ANY (asked) AND d.state = 'open' AND d.alarmed_on IS DISTINCT FROM today RETURNING d.id;
END
$$;

-- A row that goes (past its term, or an import taken back) takes along what hangs on it.
CREATE FUNCTION registers_row_gone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  DELETE FROM public.registers_past p WHERE p.row_id = OLD.id;
  DELETE FROM public.registers_link l WHERE l.row_id = OLD.id;
  DELETE FROM public.registers_due d WHERE d.row_id = OLD.id;
  DELETE FROM public.registers_text t WHERE t.row_id = OLD.id;
  -- What was sealed of it: the vault's kinds 91 to 93, under the keys that stand in its values.
  DELETE FROM public.vault_secret s WHERE s.kind BETWEEN 91 AND 93 AND s.row_id IN (
    SELECT (f.value #>> '{}')::uuid FROM jsonb_each(OLD."values") f
    WHERE f.value #>> '{}' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$');
  RETURN OLD;
END
$$;
CREATE TRIGGER registers_row_takes_along BEFORE DELETE ON registers_row
  FOR EACH ROW EXECUTE FUNCTION registers_row_gone();

-- What was is never written by hand, and changes only in whom and where it stands.
CREATE FUNCTION registers_guard_past() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF (NEW.register_id, NEW.row_id, NEW.version, NEW.title, NEW.state, NEW.since, NEW.until, NEW.ended_on, NEW."values",
      NEW.recorded_from, NEW.recorded_to, NEW.changed_by)
    IS DISTINCT FROM (OLD.register_id, OLD.row_id, OLD.version, OLD.title, OLD.state, OLD.since, OLD.until, OLD.ended_on,
      OLD."values", OLD.recorded_from, OLD.recorded_to, OLD.changed_by) THEN
    RAISE EXCEPTION 'what was is never changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'past_stands';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER registers_past_stands BEFORE UPDATE ON registers_past
  FOR EACH ROW EXECUTE FUNCTION registers_guard_past();

CREATE TRIGGER registers_version_stands BEFORE UPDATE OR DELETE ON registers_version
  FOR EACH ROW EXECUTE FUNCTION catalogue_published_stands();
CREATE TRIGGER registers_version_written BEFORE INSERT OR UPDATE OR DELETE ON registers_version
  FOR EACH ROW WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION catalogue_version_is_by_two();
