DROP POLICY files_of_dues ON files_stored_file;
DROP TRIGGER dues_split_version_stands ON dues_split_version;
DROP TRIGGER dues_route_stands ON dues_route;
DROP TRIGGER dues_used_rule_stands ON dues_used_rule;
DROP TRIGGER dues_split_only_grows ON dues_split;
DROP TRIGGER dues_contribution_only_grows ON dues_contribution;
DROP TRIGGER dues_bill_stays ON dues_bill;
DROP TRIGGER dues_declaration_only_grows ON dues_declaration;
