-- Private: read and written by the rules only.
alter table credits.pending_acts enable row level security;
revoke all on credits.pending_acts from public, anon, authenticated, service_role;
