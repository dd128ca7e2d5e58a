-- Private: read and written by the rules only.
alter table credits.identities enable row level security;
revoke all on credits.identities from public, anon, authenticated, service_role;
