DROP FUNCTION campaigns_came_back(text);
DROP FUNCTION campaigns_not_waiting(int, text, bigint, int, uuid[], int, text);
DROP FUNCTION campaigns_waiting(int, text, uuid, int, text);
