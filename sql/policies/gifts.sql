-- Private: read and written by the rules only.
alter table credits.gifts enable row level security;
revoke all on credits.gifts from public, anon, authenticated, service_role;
