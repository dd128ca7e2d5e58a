-- Private: read and written by the rules only.
alter table credits.prices enable row level security;
revoke all on credits.prices from public, anon, authenticated, service_role;

-- A version of the catalog is never changed.
create or replace trigger prices_refuse_change
before update or delete or truncate on credits.prices
for each statement execute function credits.refuse_change();
alter table credits.prices enable always trigger prices_refuse_change;
