-- Writes the charge of an open hold of a locked account. What the hold has too much goes back
-- first: it expires where its grant has expired, and repays debt, so that the charge stands last.
-- What it has too little comes from the available credits.
--
-- p_hold   with the usage and the metadata of the charge.
-- Returns  the charge.
-- Errors   those of capture_credits beyond the hold
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.charge_hold(
    p_account credits.accounts,
    p_hold credits.holds,
    p_cost numeric,
    p_request bytea,
    p_description text,
    p_price_version integer,
    p_provider_cost numeric
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_kept numeric := least(p_cost, p_hold.amount);
    v_grants jsonb := p_hold.grants;
    v_rest jsonb;
    v_burnt credits.burnt_grants;
    v_transaction credits.transactions;
begin
    if p_cost > p_hold.amount then
        perform credits.check_active(p_account);
        -- The call is made: no other model can do it now.
        perform credits.check_spend(
            p_account, p_hold.user_id, p_cost - p_hold.amount, null, null
        );
        v_burnt := credits.burn_grants(p_account, p_cost - p_hold.amount);
        p_account := v_burnt.account;
        v_grants := credits.sum_grants(v_grants, v_burnt.grants, 1);
    elsif p_cost < p_hold.amount then
        if v_grants = jsonb_build_object(p_account.head_grant_id, p_hold.amount) then
            -- The head alone, as usual: no need to look who comes first.
            v_grants := jsonb_build_object(p_account.head_grant_id, p_cost);
            v_rest := jsonb_build_object(p_account.head_grant_id, p_hold.amount - p_cost);
        else
            v_grants := credits.first_grants(p_account.id, v_grants, p_cost);
            v_rest := credits.sum_grants(p_hold.grants, v_grants, -1);
        end if;
        p_account.held := trim_scale(p_account.held - p_hold.amount + p_cost);
        p_account := credits.return_credits(p_account, v_rest);
        if p_account.debt > 0 or p_account.next_expiry_at <= p_account.last_transaction_at then
            perform credits.write_ledger(p_account);
            p_account := credits.expire_due(p_account, p_account.last_transaction_at);
        end if;
    end if;

    p_account.held := trim_scale(p_account.held - v_kept);
    v_transaction := credits.post_transaction(
        p_account, 'usage', -p_cost, 'system', 'capture:' || p_hold.id, p_request,
        p_grants => v_grants,
        p_user_id => p_hold.user_id,
        p_service => p_hold.service,
        p_quantity => p_hold.quantity,
        p_usage => p_hold.usage,
        p_price_version => p_price_version,
        p_reference => p_hold.reference,
        p_description => p_description,
        p_metadata => p_hold.metadata,
        p_provider_cost => p_provider_cost
    );
    if p_account.kind = 'team' then
        perform credits.count_member_spend(p_account, p_hold.user_id, p_cost);
    end if;
    update credits.holds as h
    set
        state = 'captured',
        transaction_id = v_transaction.id,
        ended_at = v_transaction.created_at
    where h.account_id = p_hold.account_id and h.id = p_hold.id and h.state = 'open'
    returning h.id into strict p_hold.id;
    return v_transaction;
end;
$$;

comment on function credits.charge_hold(
    credits.accounts, credits.holds, numeric, bytea, text, integer, numeric
) is
'Writes the charge of an open hold of a locked account.';

revoke all on function credits.charge_hold(
    credits.accounts, credits.holds, numeric, bytea, text, integer, numeric
) from public, anon, authenticated, service_role;
