-- Private: read and written by the rules only.
alter table credits.bulk_tiers enable row level security;
revoke all on credits.bulk_tiers from public, anon, authenticated, service_role;

-- A version of the catalog is never changed.
create or replace trigger bulk_tiers_refuse_change
before update or delete or truncate on credits.bulk_tiers
for each statement execute function credits.refuse_change();
alter table credits.bulk_tiers enable always trigger bulk_tiers_refuse_change;
