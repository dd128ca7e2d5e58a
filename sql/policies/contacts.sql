-- Private: read and written by the rules only.
alter table credits.contacts enable row level security;
revoke all on credits.contacts from public, anon, authenticated, service_role;
