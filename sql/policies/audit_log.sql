-- Private: read and written by the rules only. Append-only, for the table's owner too.
alter table credits.audit_log enable row level security;
revoke all on credits.audit_log from public, anon, authenticated, service_role;

create or replace trigger audit_log_refuse_change
before update or delete or truncate on credits.audit_log
for each statement execute function credits.refuse_change();
alter table credits.audit_log enable always trigger audit_log_refuse_change;
