-- Private: read and written by the rules only.
alter table credits.promotions enable row level security;
revoke all on credits.promotions from public, anon, authenticated, service_role;
