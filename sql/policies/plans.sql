-- Private: read and written by the rules only.
alter table credits.plans enable row level security;
revoke all on credits.plans from public, anon, authenticated, service_role;

-- A version of the catalog is never changed.
create or replace trigger plans_refuse_change
before update or delete or truncate on credits.plans
for each statement execute function credits.refuse_change();
alter table credits.plans enable always trigger plans_refuse_change;
