DROP POLICY audit_entry_sealer ON audit_entry;
DROP TRIGGER audit_era_only_grows ON audit_era;
DROP TRIGGER audit_seal_only_grows ON audit_seal;
DROP TRIGGER audit_block_only_grows ON audit_block;
DROP TRIGGER audit_entry_only_grows ON audit_entry;
DROP TRIGGER audit_entry_takes_its_place ON audit_entry;
DROP FUNCTION audit_place_entry(), refuse_change();
