-- Private: read and written by the rules only.
alter table credits.clawbacks enable row level security;
revoke all on credits.clawbacks from public, anon, authenticated, service_role;
