DROP TRIGGER assets_return_puts_back ON assets_return;
DROP FUNCTION assets_return_puts_back();
