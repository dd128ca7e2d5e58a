-- A page of the audit, the latest first.
create or replace function credits.page_of_audit(
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
security invoker
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
    return query
    select a.id, a.account_id, a.actor, a.act, a.reason, a.before, a.after, a.created_at
    from credits.audit_log as a
    where
        (p_account_id is null or a.account_id = p_account_id)
        and (p_actor is null or a.actor = p_actor)
        and (p_act is null or a.act = p_act)
        and (p_since is null or a.created_at >= p_since)
        and (p_until is null or a.created_at < p_until)
        and (p_before is null or a.id < p_before)
    order by a.id desc
    limit p_page_size;
end;
$$;

comment on function credits.page_of_audit(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) is
'A page of the audit, the latest first.';

revoke all on function credits.page_of_audit(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) from public, anon, authenticated, service_role;
