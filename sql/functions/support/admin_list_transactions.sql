-- The transactions of any account, for administrators; see list_transactions.
--
-- Errors   PT403 admin_only, PT404 account_not_found, 22023 account_id_required, invalid_page_size
create or replace function credits.admin_list_transactions(
    p_account_id uuid,
    p_type text,
    p_service text,
    p_since timestamptz,
    p_until timestamptz,
    p_before bigint,
    p_page_size integer
)
returns setof public.credit_transaction
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.acting_admin();
    if p_account_id is null then
        raise exception 'account_id_required' using
            errcode = '22023',
            hint = 'Name the account that is meant.';
    end if;
    return query
    select t.*
    from credits.page_of_transactions(
        p_account_id, null, p_type, p_service, p_since, p_until, p_before, p_page_size
    ) as t;
end;
$$;

comment on function credits.admin_list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) is
'The transactions of any account, for administrators.';

revoke all on function credits.admin_list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) from public, anon, authenticated, service_role;
grant execute on function credits.admin_list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) to authenticated, service_role;
