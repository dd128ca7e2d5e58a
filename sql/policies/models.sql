-- Private: read and written by the rules only.
alter table credits.models enable row level security;
revoke all on credits.models from public, anon, authenticated, service_role;

-- A version of the catalog is never changed.
create or replace trigger models_refuse_change
before update or delete or truncate on credits.models
for each statement execute function credits.refuse_change();
alter table credits.models enable always trigger models_refuse_change;
