-- RPC for administrators; rules, units and errors: credits.admin_list_audit.
create or replace function public.admin_list_audit(
    account_id uuid default null,
    actor text default null,
    act text default null,
    since timestamptz default null,
    until timestamptz default null,
    before bigint default null,
    page_size integer default 50
)
returns setof public.credit_audit
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_list_audit(
        account_id, actor, act, since, until, before, page_size
    ) as r;
end;
$$;

comment on function public.admin_list_audit(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) is
'The acts of administrators, the latest first.';

revoke all on function public.admin_list_audit(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) from public, anon, authenticated, service_role;
grant execute on function public.admin_list_audit(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) to authenticated, service_role;
