-- An account's transactions, newest first, a page at a time. Members and viewers see the own ones.
-- (A plan kept for all pages would read the whole history: hence custom plans.)
--
-- p_type       a type, or the plain word for some.
-- p_before     the last id of the page before.
-- p_page_size  1 to 200.
-- Errors       42501 not_signed_in, PT404 account_not_found, 22023 account_id_required,
--              invalid_page_size
create or replace function credits.list_transactions(
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
set plan_cache_mode = force_custom_plan
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'read');
    v_only_user_id uuid := credits.only_own_user_id(v_account_id);
    v_types text[] := case when p_type is not null then credits.types_called(p_type) end;
begin
    perform credits.check_page_size(p_page_size);
    perform credits.read_account(v_account_id);
    return query
    select s.*
    from (
        select t.*
        from credits.transactions as t
        where
            t.account_id = v_account_id
            and (v_only_user_id is null or t.user_id = v_only_user_id)
            and (p_before is null or t.id < p_before)
            and (p_type is null or t.type = any(v_types))
            and (p_service is null or t.service = p_service)
            and (p_since is null or t.created_at >= p_since)
            and (p_until is null or t.created_at < p_until)
        order by t.id desc
        limit p_page_size
    ) as t
    cross join lateral credits.show_transaction(t) as s
    order by s.id desc;
end;
$$;

comment on function credits.list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) is
'An account''s transactions, newest first, a page at a time.';

revoke all on function credits.list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) from public, anon, authenticated, service_role;
grant execute on function credits.list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) to authenticated, service_role;
