-- Private: read and written by the rules only.
alter table credits.referral_codes enable row level security;
revoke all on credits.referral_codes from public, anon, authenticated, service_role;
