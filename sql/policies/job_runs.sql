-- Private: read and written by the rules only.
alter table credits.job_runs enable row level security;
revoke all on credits.job_runs from public, anon, authenticated, service_role;
