-- Private: read and written by the rules only.
alter table credits.customers enable row level security;
revoke all on credits.customers from public, anon, authenticated, service_role;
