-- The trail can be added to and read, by nobody changed (S-16, docs/adr/0010-trail.md).

-- For every append-only table: BEFORE UPDATE OR DELETE OR TRUNCATE, FOR EACH STATEMENT. Only the table's owner may
-- delete, what retention ends, in a transaction that says so.
CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('zhijia.retention', true) = 'on'
    AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
  THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '% of % is refused: its rows are only added', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;

-- The row's place in the order of the trail, whatever the writer says. A transaction the sealer has passed cannot
-- write: a running one never is passed, so its number can only be lower when the cluster was replaced.
CREATE FUNCTION audit_place_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.transaction := pg_current_xact_id()::text::bigint
    + coalesce((SELECT base FROM public.audit_era ORDER BY id DESC LIMIT 1), 0);
  IF NEW.transaction < (SELECT horizon FROM public.audit_seal ORDER BY number DESC LIMIT 1) THEN
    RAISE EXCEPTION 'the trail was sealed by another database cluster: run zhijia audit resume'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER audit_entry_takes_its_place BEFORE INSERT ON audit_entry
  FOR EACH ROW EXECUTE FUNCTION audit_place_entry();
CREATE TRIGGER audit_entry_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_block_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_block
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seal_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_era_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_era
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

REVOKE ALL ON audit_entry, audit_block, audit_seal, audit_era FROM zhijia_app, zhijia_bulk, zhijia_sealer;
GRANT SELECT, INSERT ON audit_entry TO zhijia_app, zhijia_bulk;
GRANT SELECT ON audit_block, audit_seal, audit_era TO zhijia_app, zhijia_bulk;
GRANT SELECT ON audit_entry, audit_era TO zhijia_sealer;
GRANT SELECT, INSERT ON audit_block, audit_seal TO zhijia_sealer;
GRANT USAGE ON SCHEMA public TO zhijia_sealer;

CREATE POLICY audit_entry_sealer ON audit_entry FOR SELECT TO zhijia_sealer USING (true);
