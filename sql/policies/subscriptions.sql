-- Private: read and written by the rules only.
alter table credits.subscriptions enable row level security;
revoke all on credits.subscriptions from public, anon, authenticated, service_role;
