-- Private: read and written by the rules only.
alter table credits.packages enable row level security;
revoke all on credits.packages from public, anon, authenticated, service_role;

-- A version of the catalog is never changed.
create or replace trigger packages_refuse_change
before update or delete or truncate on credits.packages
for each statement execute function credits.refuse_change();
alter table credits.packages enable always trigger packages_refuse_change;
