-- Private: read and written by the rules only.
alter table credits.services enable row level security;
revoke all on credits.services from public, anon, authenticated, service_role;

-- A version of the catalog is never changed.
create or replace trigger services_refuse_change
before update or delete or truncate on credits.services
for each statement execute function credits.refuse_change();
alter table credits.services enable always trigger services_refuse_change;
