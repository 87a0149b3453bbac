DROP INDEX campaigns_piece_due_at_union;
DROP INDEX campaigns_piece_due_at_county;
DROP TRIGGER campaigns_entry_goes ON campaigns_entry;
DROP TRIGGER campaigns_entry_changes ON campaigns_entry;
DROP TRIGGER campaigns_entry_comes ON campaigns_entry;
DROP TRIGGER campaigns_piece_goes ON campaigns_piece;
DROP TRIGGER campaigns_piece_changes ON campaigns_piece;
DROP TRIGGER campaigns_piece_comes ON campaigns_piece;
DROP FUNCTION campaigns_tally();
