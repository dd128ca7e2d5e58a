-- Adds a grant to a locked account; post_transaction must follow, for the grant takes its id.
--
-- A grant that sorts before the head in burn-down order becomes the head, and the old head's
-- credits go back to its own row.
--
-- Returns  the account with its new head and next expiry, to be passed to post_transaction.
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.put_grant(
    p_account credits.accounts,
    p_source text,
    p_amount numeric,
    p_priority integer,
    p_expires_at timestamptz,
    p_is_paid boolean,
    p_paid_cents bigint,
    p_currency text,
    p_reference text
)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id bigint := p_account.last_transaction_id + 1;
    v_is_first boolean;
begin
    v_is_first := p_account.head_remaining = 0 and not exists (
        select from credits.grants as g
        where g.account_id = p_account.id and g.remaining > 0
    ) or p_account.head_remaining > 0 and (
        select
            (p_priority, coalesce(p_expires_at, 'infinity'), p_is_paid)
            < (g.priority, coalesce(g.expires_at, 'infinity'), g.is_paid)
        from credits.grants as g
        where g.account_id = p_account.id and g.id = p_account.head_grant_id
    );

    insert into credits.grants (
        account_id, id, source, amount, remaining, priority, expires_at, is_paid, paid_cents,
        currency, reference, created_at
    )
    values (
        p_account.id, v_id, p_source, p_amount, case when v_is_first then 0 else p_amount end,
        p_priority, p_expires_at, p_is_paid, p_paid_cents, p_currency, p_reference,
        p_account.last_transaction_at
    );
    if v_is_first then
        update credits.grants as g
        set remaining = p_account.head_remaining
        where
            g.account_id = p_account.id
            and g.id = p_account.head_grant_id
            and p_account.head_remaining > 0;
        p_account.head_grant_id := v_id;
        p_account.head_remaining := p_amount;
    end if;
    p_account.next_expiry_at := least(p_account.next_expiry_at, p_expires_at);
    if p_source not in ('refund', 'reinstatement') then
        p_account.default_low_balance := trim_scale(round(
            (p_account.balance + p_amount)
            * credits.low_balance_percent(p_account.last_transaction_at) / 100, 9
        ));
    end if;
    return p_account;
end;
$$;

comment on function credits.put_grant(
    credits.accounts, text, numeric, integer, timestamptz, boolean, bigint, text, text
) is
'Adds a grant to a locked account, as its head where it burns down first.';

revoke all on function credits.put_grant(
    credits.accounts, text, numeric, integer, timestamptz, boolean, bigint, text, text
) from public, anon, authenticated, service_role;
