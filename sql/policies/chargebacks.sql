-- Private: read and written by the rules only.
alter table credits.chargebacks enable row level security;
revoke all on credits.chargebacks from public, anon, authenticated, service_role;
