-- Private: read and written by the rules only.
alter table credits.outbox enable row level security;
revoke all on credits.outbox from public, anon, authenticated, service_role;
