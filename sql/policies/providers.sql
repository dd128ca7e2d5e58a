-- Private: read and written by the rules only.
alter table credits.providers enable row level security;
revoke all on credits.providers from public, anon, authenticated, service_role;
