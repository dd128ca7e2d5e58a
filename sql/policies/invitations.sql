-- Private: read and written by the rules only.
alter table credits.invitations enable row level security;
revoke all on credits.invitations from public, anon, authenticated, service_role;
