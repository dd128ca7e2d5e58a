-- Private: read and written by the rules only.
alter table credits.allowances enable row level security;
revoke all on credits.allowances from public, anon, authenticated, service_role;
