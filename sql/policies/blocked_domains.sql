-- Private: read and written by the rules only.
alter table credits.blocked_domains enable row level security;
revoke all on credits.blocked_domains from public, anon, authenticated, service_role;
