-- Private: read and written by the rules only.
alter table credits.auto_topups enable row level security;
revoke all on credits.auto_topups from public, anon, authenticated, service_role;
