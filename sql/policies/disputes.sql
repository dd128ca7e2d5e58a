-- Private: read and written by the rules only.
alter table credits.disputes enable row level security;
revoke all on credits.disputes from public, anon, authenticated, service_role;
