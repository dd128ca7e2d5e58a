-- Private: read and written by the rules only.
alter table credits.usage_daily enable row level security;
revoke all on credits.usage_daily from public, anon, authenticated, service_role;
