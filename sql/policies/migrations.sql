-- Private: read and written by the rules only.
alter table credits.migrations enable row level security;
revoke all on credits.migrations from public, anon, authenticated, service_role;
