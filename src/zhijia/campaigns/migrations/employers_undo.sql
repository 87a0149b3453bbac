DROP TRIGGER campaigns_employer_sends ON campaigns_piece;
DROP FUNCTION campaigns_employer_sends();
DROP FUNCTION campaigns_represented(int[]);
DROP FUNCTION campaigns_asked_of_employers();
