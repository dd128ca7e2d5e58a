-- An account's automatic top-up in its public shape; off, where nothing was set yet.
create or replace function credits.show_topup(p_account_id uuid)
returns public.credit_auto_topup
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_topup credits.auto_topups;
    v_is_paused boolean;
begin
    select t.* into v_topup
    from credits.auto_topups as t
    where t.account_id = p_account_id;
    v_is_paused := coalesce(
        v_topup.is_enabled and v_topup.paused_until_at > clock_timestamp(), false
    );
    return (
        p_account_id, coalesce(v_topup.is_enabled, false), v_topup.threshold, v_topup.package,
        v_topup.monthly_limit_cents, credits.topup_spent(p_account_id),
        (credits.catalog_in_force()).currency,
        case
            when v_is_paused then 'paused'
            when v_topup.is_enabled then 'active'
            else 'off'
        end,
        case when v_is_paused then v_topup.paused_reason end,
        case when v_is_paused then nullif(v_topup.paused_until_at, 'infinity') end
    )::public.credit_auto_topup;
end;
$$;

comment on function credits.show_topup(uuid) is
'An account''s automatic top-up in its public shape.';

revoke all on function credits.show_topup(uuid) from public, anon, authenticated, service_role;
