DROP TRIGGER campaigns_version_stands ON campaigns_version;
DROP TRIGGER campaigns_answer_grows ON campaigns_answer;
DROP TRIGGER campaigns_piece_stands ON campaigns_piece;
DROP TRIGGER campaigns_drive_stands ON campaigns_drive;
DROP TRIGGER campaigns_shares_add_up ON campaigns_share;
DROP FUNCTION campaigns_answer_grows();
DROP FUNCTION campaigns_piece_stands();
DROP FUNCTION campaigns_drive_stands();
DROP FUNCTION campaigns_shares_add_up();
