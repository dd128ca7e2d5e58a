-- Takes credits out of an account's grants in the published burn-down order: priority, soonest
-- expiry, free before paid, oldest.
--
-- The head's credits stand on the account's row. When they run out, the next grant becomes the
-- head: its credits move to the account's row and its own remaining becomes 0.
--
-- Returns  the account with its new head (to be written by post_transaction), and how much each
--          grant gave: {"<grant id>": credits}.
-- Errors   PT402 insufficient_credits
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.burn_grants(
    p_account credits.accounts,
    p_amount numeric
)
returns credits.burnt_grants
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ids bigint[] := '{}'::bigint[];
    v_amounts numeric[] := '{}'::numeric[];
    v_needed numeric := p_amount;
    v_taken numeric;
    v_next record;
begin
    if p_account.balance - p_account.held < p_amount then
        perform credits.refuse_insufficient(p_account, p_amount);
    end if;

    loop
        v_taken := least(p_account.head_remaining, v_needed);
        if v_taken > 0 then
            p_account.head_remaining := p_account.head_remaining - v_taken;
            v_ids := v_ids || p_account.head_grant_id;
            v_amounts := v_amounts || v_taken;
            v_needed := v_needed - v_taken;
        end if;
        exit when v_needed = 0;

        select g.id, g.remaining into strict v_next
        from credits.grants as g
        where g.account_id = p_account.id and g.remaining > 0
        order by g.priority, g.expires_at, g.is_paid, g.id
        limit 1;
        update credits.grants as g
        set remaining = 0
        where g.account_id = p_account.id and g.id = v_next.id;
        p_account.head_grant_id := v_next.id;
        p_account.head_remaining := v_next.remaining;
    end loop;
    return (
        p_account,
        coalesce(
            (
                select jsonb_object_agg(t.id, t.amount)
                from unnest(v_ids, v_amounts) as t (id, amount)
            ),
            '{}'
        )
    )::credits.burnt_grants;
end;
$$;

comment on function credits.burn_grants(credits.accounts, numeric) is
'Takes credits out of the grants of a locked account in burn-down order, or PT402.';

revoke all on function credits.burn_grants(credits.accounts, numeric)
from public, anon, authenticated, service_role;
