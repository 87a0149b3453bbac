DROP FUNCTION assets_names(int, uuid[]);
DROP TRIGGER assets_lot_begins_full ON assets_lot;
DROP FUNCTION assets_lot_begins_full();
DROP TRIGGER assets_issue_takes ON assets_issue;
DROP FUNCTION assets_issue_takes();
DROP TRIGGER assets_card_goes_on ON assets_card;
DROP FUNCTION assets_card_goes_on();
DROP TRIGGER assets_depreciation_is_taken ON assets_depreciation;
DROP FUNCTION assets_write_down();
