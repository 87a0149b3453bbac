-- A session of the app opens a membership at a union it works at and changes its status or ends it; what else becomes of one is done
-- by the functions of transfers and merges and by the role `bulk`. What has ended stays ended. A person themselves ends one alone:
-- that which an import made for them (`refuse_registration`).
CREATE FUNCTION registry_membership_goes_on() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  fine boolean := OLD.valid_to IS NULL AND (public.registry_reaches(OLD.union_id) OR
    OLD.person_id = public.access_person() AND OLD.import_id IS NOT NULL AND NEW.status = '40' AND NEW.valid_to IS NOT NULL);
BEGIN
  IF fine IS NOT TRUE THEN
    RAISE EXCEPTION 'a membership is changed by who works at its union' USING ERRCODE = 'insufficient_privilege',
      CONSTRAINT = 'membership_is_changed_by_its_union', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER registry_membership_goes_on BEFORE UPDATE ON registry_membership
  FOR EACH ROW WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION registry_membership_goes_on();

-- Whoever opens one says where: the union is one they work at, and the county that union's, so that no row of another's union comes
-- in under a county of one's own. Asked once a statement.
CREATE FUNCTION registry_membership_opens() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT union_id, county_id FROM added) a
    LEFT JOIN public.registry_union u ON u.id = a.union_id
    WHERE (coalesce(u.county_id, u.id) = a.county_id AND public.registry_reaches(a.union_id)) IS NOT TRUE)
  THEN
    RAISE EXCEPTION 'a membership is opened by who works at its union, in its county' USING ERRCODE = 'insufficient_privilege',
      CONSTRAINT = 'membership_is_opened_by_its_union', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER registry_membership_opens AFTER INSERT ON registry_membership REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION registry_membership_opens();
REVOKE UPDATE, DELETE ON registry_membership, registry_membership_change FROM zhijia_app;
GRANT UPDATE (status, valid_to) ON registry_membership TO zhijia_app;
