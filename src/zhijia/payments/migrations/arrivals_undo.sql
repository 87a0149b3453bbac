DROP TRIGGER payments_arrival_goes_on ON payments_arrival;
DROP FUNCTION payments_arrival_goes_on();
