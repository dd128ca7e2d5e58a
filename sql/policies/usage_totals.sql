-- Private: read and written by the rules only.
alter table credits.usage_totals enable row level security;
revoke all on credits.usage_totals from public, anon, authenticated, service_role;
