-- Private: read and written by the rules only.
alter table credits.channels enable row level security;
revoke all on credits.channels from public, anon, authenticated, service_role;
