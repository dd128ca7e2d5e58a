-- RPC for a signed-in user and the back end; rules, units and errors: credits.has_plan_feature.
create or replace function public.has_plan_feature(
    feature text,
    account_id uuid default null
)
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.has_plan_feature(feature, account_id);
end;
$$;

comment on function public.has_plan_feature(text, uuid) is
'Whether an account''s plan has a feature.';

revoke all on function public.has_plan_feature(text, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.has_plan_feature(text, uuid) to authenticated, service_role;
