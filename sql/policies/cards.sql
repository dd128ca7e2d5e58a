-- Private: read and written by the rules only.
alter table credits.cards enable row level security;
revoke all on credits.cards from public, anon, authenticated, service_role;
