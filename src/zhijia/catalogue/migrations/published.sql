-- What was published stands: a version or number in force is never changed or taken away, whoever writes.
CREATE FUNCTION catalogue_published_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF OLD.state = 'published' THEN
    RAISE EXCEPTION 'what was published is never changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'published_stands';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  IF NEW.state = 'published' AND OLD.state <> 'proposed' THEN
    RAISE EXCEPTION 'nothing is published before it was proposed' USING ERRCODE = 'check_violation', CONSTRAINT = 'published_after_it_was_proposed';
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION catalogue_need_two(fine boolean, of_table name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF fine IS NOT TRUE THEN
    RAISE EXCEPTION 'one writes it, a second at the top publishes it' USING ERRCODE = 'insufficient_privilege',
      CONSTRAINT = 'written_by_one_published_by_another', TABLE = of_table;
  END IF;
END
$$;

-- A version is begun by who works somewhere, in their own name, and theirs alone until they propose it. What is proposed stays as it
-- is, with one count of what it would do: a second person who works at the top publishes it or gives it back. It holds from the day
-- that was proposed, or from that of its publishing where this is later. What came with the program is written down at its first use,
-- whoever's that is, in nobody's name. `bulk` and the owner load what others decided and are not asked.
CREATE FUNCTION catalogue_version_is_by_two() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  asking bigint := public.access_user();
  decided text[] := '{state,since,published_by,published_at}';
  fine boolean;
BEGIN
  IF TG_OP = 'DELETE' THEN
    fine := OLD.state = 'draft' AND OLD.made_by = asking;
  ELSIF TG_OP = 'INSERT' AND NEW.shipped THEN
    fine := NEW.state = 'published' AND num_nonnulls(NEW.made_by, NEW.published_by, NEW.published_at) = 0;
  ELSIF TG_OP = 'INSERT' THEN
    fine := NEW.state = 'draft' AND NEW.made_by = asking AND num_nonnulls(NEW.published_by, NEW.published_at) = 0
      AND public.registry_works_somewhere();
  ELSIF NEW.state = 'published' THEN
    fine := asking <> OLD.made_by AND NEW.published_by = asking AND to_jsonb(NEW) - decided = to_jsonb(OLD) - decided
      AND NEW.since = greatest(OLD.since, (NEW.published_at AT TIME ZONE 'Asia/Shanghai')::date)
      AND public.registry_works_at_the_top();
  ELSIF num_nonnulls(NEW.published_by, NEW.published_at) > 0 OR (NEW.code, NEW.number, NEW.shipped, NEW.made_by, NEW.made_at)
      IS DISTINCT FROM (OLD.code, OLD.number, OLD.shipped, OLD.made_by, OLD.made_at) THEN
    fine := false;
  ELSIF OLD.state = 'draft' THEN
    fine := OLD.made_by = asking AND (NEW.state = 'draft' OR coalesce(to_jsonb(NEW) -> 'preview', '{}') = '{}');
  ELSIF to_jsonb(NEW) - 'preview' = to_jsonb(OLD) - 'preview' THEN
    fine := to_jsonb(OLD) -> 'preview' = '{}' AND (OLD.made_by = asking OR public.registry_is_job());
  ELSE
    fine := NEW.state = 'draft' AND to_jsonb(NEW) - '{state,returned}'::text[] = to_jsonb(OLD) - '{state,returned}'::text[]
      AND (OLD.made_by = asking OR public.registry_works_at_the_top());
  END IF;
  PERFORM public.catalogue_need_two(fine, TG_TABLE_NAME);
  RETURN coalesce(NEW, OLD);
END
$$;

-- A number is proposed by who works somewhere, in their own name; a second person who works at the top confirms it as it was
-- proposed. What it would do is counted once. Whoever proposed it or works somewhere takes it back.
CREATE FUNCTION catalogue_number_is_by_two() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  asking bigint := public.access_user();
  decided text[] := '{state,published_by,published_at}';
  fine boolean;
BEGIN
  IF TG_OP = 'DELETE' THEN
    fine := false;
  ELSIF TG_OP = 'INSERT' THEN
    fine := NEW.state = 'proposed' AND NEW.made_by = asking AND num_nonnulls(NEW.published_by, NEW.published_at) = 0
      AND NEW.effect = '{}' AND public.registry_works_somewhere();
  ELSIF NEW.state = 'published' THEN
    fine := asking <> OLD.made_by AND NEW.published_by = asking AND to_jsonb(NEW) - decided = to_jsonb(OLD) - decided
      AND public.registry_works_at_the_top();
  ELSIF to_jsonb(NEW) - 'effect' = to_jsonb(OLD) - 'effect' THEN
    fine := OLD.state = 'proposed' AND OLD.effect = '{}' AND (OLD.made_by = asking OR public.registry_is_job());
  ELSE
    fine := OLD.state = 'proposed' AND NEW.state = 'withdrawn' AND to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state'
      AND public.registry_works_somewhere();
  END IF;
  PERFORM public.catalogue_need_two(fine, TG_TABLE_NAME);
  RETURN coalesce(NEW, OLD);
END
$$;
