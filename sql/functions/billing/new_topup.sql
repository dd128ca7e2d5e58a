-- A new order of a locked account to top it up; all null when it has no room within its limit or
-- the account's purchase cap, or when its pack is not sold any more: then the top-up pauses.
--
-- Errors   PT409 no_catalog
create or replace function credits.new_topup(p_account credits.accounts, p_provider text)
returns credits.orders
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := credits.version_in_force(statement_timestamp());
    v_topup credits.auto_topups;
    v_quote jsonb;
    v_total_cents bigint;
    v_order credits.orders;
begin
    select t.* into strict v_topup
    from credits.auto_topups as t
    where t.account_id = p_account.id;
    if not exists (
        select from credits.packages as p
        where
            p.version = v_version
            and p.code = v_topup.package
    ) then
        perform credits.pause_topup(p_account.id, 'package_not_sold', 'infinity');
        return v_order;
    end if;
    v_quote := credits.quote_purchase(p_account, null, v_topup.package, null, null, null);
    v_total_cents := (v_quote ->> 'total_cents')::bigint;
    if v_quote ->> 'message' = 'purchase_cap_reached'
        or credits.topup_spent(p_account.id) + v_total_cents > v_topup.monthly_limit_cents
    then
        -- What an open checkout takes of the cap, it gives back within a day.
        perform credits.pause_topup(
            p_account.id, 'monthly_limit',
            case
                when v_quote ->> 'message' = 'purchase_cap_reached'
                    and credits.paid_cents(p_account.id) + v_total_cents
                    <= p_account.monthly_purchase_cap_cents
                    then clock_timestamp() + interval '1 day'
                else credits.month_end(clock_timestamp())
            end
        );
        return v_order;
    end if;
    perform credits.touch_account(p_account.id);
    insert into credits.orders (
        account_id, user_id, provider, package, price_version, credits, bonus_credits,
        total_cents, currency, status, quote, is_topup
    )
    values (
        p_account.id, v_topup.changed_by, p_provider, v_topup.package,
        v_version, (v_quote ->> 'credits')::numeric,
        (v_quote ->> 'bonus_credits')::numeric, v_total_cents,
        v_quote ->> 'currency', 'open', v_quote, true
    )
    returning * into strict v_order;
    return v_order;
end;
$$;

comment on function credits.new_topup(credits.accounts, text) is
'A new order to top a locked account up.';

revoke all on function credits.new_topup(credits.accounts, text)
from public, anon, authenticated, service_role;
