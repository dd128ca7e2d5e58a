-- Private: read and written by the rules only.
alter table credits.rollups enable row level security;
revoke all on credits.rollups from public, anon, authenticated, service_role;
