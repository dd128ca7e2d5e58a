-- Private: read and written by the rules only.
alter table credits.payments enable row level security;
revoke all on credits.payments from public, anon, authenticated, service_role;
