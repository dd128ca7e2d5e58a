-- Private: read and written by the rules only.
alter table credits.orders enable row level security;
revoke all on credits.orders from public, anon, authenticated, service_role;
