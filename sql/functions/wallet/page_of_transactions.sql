-- A page of an account's transactions, newest first; see list_transactions. (A plan kept for all
-- pages would read the whole history: hence custom plans.)
--
-- p_only_user_id  whose transactions; null for all.
-- Errors          PT404 account_not_found, 22023 invalid_page_size
create or replace function credits.page_of_transactions(
    p_account_id uuid,
    p_only_user_id uuid,
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
security invoker
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
    v_types text[] := case when p_type is not null then credits.types_called(p_type) end;
begin
    perform credits.check_page_size(p_page_size);
    perform credits.read_account(p_account_id);
    return query
    select s.*
    from (
        select t.*
        from credits.transactions as t
        where
            t.account_id = p_account_id
            and (p_only_user_id is null or t.user_id = p_only_user_id)
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

comment on function credits.page_of_transactions(
    uuid, uuid, text, text, timestamptz, timestamptz, bigint, integer
) is
'A page of an account''s transactions, newest first.';

revoke all on function credits.page_of_transactions(
    uuid, uuid, text, text, timestamptz, timestamptz, bigint, integer
) from public, anon, authenticated, service_role;
