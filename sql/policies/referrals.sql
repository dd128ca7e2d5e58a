-- Private: read and written by the rules only.
alter table credits.referrals enable row level security;
revoke all on credits.referrals from public, anon, authenticated, service_role;
