-- Private: read and written by the rules only.
alter table credits.stripe_events enable row level security;
revoke all on credits.stripe_events from public, anon, authenticated, service_role;
