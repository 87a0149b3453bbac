-- Who holds which role decides who sees and who decides: what the policies of its table cannot say by themselves.

-- A grant ends once; it is never opened again or made longer.
CREATE FUNCTION registry_grant_ends_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  RAISE EXCEPTION 'a grant ends once' USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'grant_ends_once', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER registry_grant_ends_once BEFORE UPDATE ON registry_grant FOR EACH ROW
  WHEN (current_user = 'zhijia_app' AND (NEW.valid_to IS NULL OR OLD.valid_to <= NEW.valid_to))
  EXECUTE FUNCTION registry_grant_ends_once();

-- Whoever gives or ends one stands on the trail with it, by the end of the same transaction.
CREATE FUNCTION registry_grant_is_on_the_trail() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM public.audit_entry e
    WHERE e.transaction = pg_current_xact_id()::text::bigint + coalesce((SELECT base FROM public.audit_era ORDER BY id DESC LIMIT 1), 0)
      AND e.action = CASE TG_OP WHEN 'INSERT' THEN 'grant.give' ELSE 'grant.end' END
      AND e.subject = 'grant' AND e.subject_id = NEW.id::text)
  THEN
    RAISE EXCEPTION 'a grant has its line on the trail' USING ERRCODE = 'insufficient_privilege',
      CONSTRAINT = 'grant_is_on_the_trail', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER registry_grant_is_on_the_trail AFTER INSERT OR UPDATE ON registry_grant
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (current_user = 'zhijia_app')
  EXECUTE FUNCTION registry_grant_is_on_the_trail();
