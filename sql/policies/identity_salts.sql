-- Private: read and written by the rules only.
alter table credits.identity_salts enable row level security;
revoke all on credits.identity_salts from public, anon, authenticated, service_role;
