-- Private: read and written by the rules only.
alter table credits.model_outputs enable row level security;
revoke all on credits.model_outputs from public, anon, authenticated, service_role;
