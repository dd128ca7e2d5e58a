-- Private: read and written by the rules only.
alter table credits.code_attempts enable row level security;
revoke all on credits.code_attempts from public, anon, authenticated, service_role;
