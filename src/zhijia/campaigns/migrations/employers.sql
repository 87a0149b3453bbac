-- What drives ask of the employers who is asking acts for today: pieces whose definition says that the employer answers itself.
CREATE FUNCTION campaigns_asked_of_employers() RETURNS TABLE (piece bigint, entry bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT p.id, e.id FROM public.campaigns_entry e
  JOIN public.campaigns_drive d ON d.id = e.drive_id
  JOIN public.campaigns_version v ON v.id = d.version_id
  JOIN public.campaigns_piece p ON p.entry_id = e.id
  WHERE e.employer_id = ANY (public.access_employers())
    AND v.content -> 'each' @> jsonb_build_array(jsonb_build_object('code', p.thing, 'by_employer', true))
$$;

-- The employers on the rosters of these drives for which an account acts today: the others cannot answer themselves. Who looked at
-- their letter may be a union that whoever asks does not see.
CREATE FUNCTION campaigns_represented(drives int[]) RETURNS TABLE (employer int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT DISTINCT r.employer_id FROM public.campaigns_entry e
  JOIN public.registry_representative r ON r.employer_id = e.employer_id
    AND r.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
    AND (r.valid_to IS NULL OR r.valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date)
  JOIN public.accounts_user a ON a.id = r.user_id AND a.is_active
  WHERE e.drive_id = ANY (drives)
$$;

-- Whoever acts for an employer changes of its piece that its return was sent, and nothing else.
CREATE FUNCTION campaigns_employer_sends() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  sent text[] := '{state,done_at,done_by,late}';
BEGIN
  IF current_user = 'zhijia_app'
    AND NOT (OLD.union_id = ANY (public.access_unions()) OR OLD.county_id = ANY (public.access_counties()))
    AND (OLD.state <> 'open' OR NEW.state <> 'done' OR NEW.done_by IS DISTINCT FROM public.access_user()
      OR to_jsonb(OLD) - sent <> to_jsonb(NEW) - sent)
  THEN
    RAISE EXCEPTION 'an employer sends its return' USING ERRCODE = 'check_violation', CONSTRAINT = 'what_was_given_stands';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER campaigns_employer_sends BEFORE UPDATE ON campaigns_piece
  FOR EACH ROW EXECUTE FUNCTION campaigns_employer_sends();
