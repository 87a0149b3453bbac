DROP FUNCTION auditing_escalate(bigint, date);
DROP FUNCTION auditing_step() CASCADE;
DROP FUNCTION auditing_join_team() CASCADE;
DROP FUNCTION auditing_guard_finding() CASCADE;
DROP FUNCTION auditing_guard_word() CASCADE;
DROP FUNCTION auditing_refuse(text, text);
DROP FUNCTION auditing_counties();
DROP FUNCTION auditing_unions();
