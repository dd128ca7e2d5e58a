-- Private: read and written by the rules only.
alter table credits.catalogs enable row level security;
revoke all on credits.catalogs from public, anon, authenticated, service_role;

-- A version is never changed: a charge that names it must stay explicable.
create or replace trigger catalogs_refuse_change
before update or delete or truncate on credits.catalogs
for each statement execute function credits.refuse_change();
alter table credits.catalogs enable always trigger catalogs_refuse_change;
