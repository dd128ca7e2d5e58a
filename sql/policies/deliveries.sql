-- Private: read and written by the rules only.
alter table credits.deliveries enable row level security;
revoke all on credits.deliveries from public, anon, authenticated, service_role;
