-- Private: read and written by the rules only.
alter table credits.members enable row level security;
revoke all on credits.members from public, anon, authenticated, service_role;
