-- Private: read and written by the rules only.
alter table credits.usage_refunds enable row level security;
revoke all on credits.usage_refunds from public, anon, authenticated, service_role;
