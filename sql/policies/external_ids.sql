-- Private: read and written by the rules only.
alter table credits.external_ids enable row level security;
revoke all on credits.external_ids from public, anon, authenticated, service_role;
