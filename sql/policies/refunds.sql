-- Private: read and written by the rules only.
alter table credits.refunds enable row level security;
revoke all on credits.refunds from public, anon, authenticated, service_role;
