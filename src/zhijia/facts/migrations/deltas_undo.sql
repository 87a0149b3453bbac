DROP FUNCTION facts_of_days(text[], int[], int[], date, date);
DROP FUNCTION facts_tell_again(text, text[], text);
DROP FUNCTION facts_reverse(text, text[], text[], text);
DROP TRIGGER facts_fact_only_grows ON facts_fact;
DROP TRIGGER facts_fact_leaves_deltas ON facts_fact;
DROP FUNCTION facts_note_deltas();
