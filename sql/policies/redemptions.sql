-- Private: read and written by the rules only.
alter table credits.redemptions enable row level security;
revoke all on credits.redemptions from public, anon, authenticated, service_role;
