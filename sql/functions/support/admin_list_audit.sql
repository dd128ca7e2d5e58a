-- The acts of administrators, the latest first.
--
-- p_before  the id of the last act seen; null for the first page.
-- Errors    PT403 admin_only, 22023 invalid_page_size
create or replace function credits.admin_list_audit(
    p_account_id uuid,
    p_actor text,
    p_act text,
    p_since timestamptz,
    p_until timestamptz,
    p_before bigint,
    p_page_size integer
)
returns setof public.credit_audit
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.acting_admin();
    perform credits.check_page_size(p_page_size);
    return query
    select a.*
    from credits.page_of_audit(
        p_account_id, p_actor, p_act, p_since, p_until, p_before, p_page_size
    ) as a;
end;
$$;

comment on function credits.admin_list_audit(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) is
'The acts of administrators, the latest first.';

revoke all on function credits.admin_list_audit(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) from public, anon, authenticated, service_role;
grant execute on function credits.admin_list_audit(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) to authenticated, service_role;
