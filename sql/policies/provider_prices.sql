-- Private: read and written by the rules only.
alter table credits.provider_prices enable row level security;
revoke all on credits.provider_prices from public, anon, authenticated, service_role;
