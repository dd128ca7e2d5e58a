-- Grants credits to a locked account: the grant and the transaction of the same number. They repay
-- its debt first, in a transaction of its own.
--
-- Units    p_amount: credits. p_paid_cents: what was paid for them, minor units of p_currency.
-- Errors   22023 invalid_expiry: the expiry is not in the future; 22023 balance_out_of_bounds
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.post_grant(
    p_account credits.accounts,
    p_source text,
    p_amount numeric,
    p_scope text,
    p_key text,
    p_request bytea,
    p_priority integer default 100,
    p_expires_at timestamptz default null,
    p_is_paid boolean default false,
    p_paid_cents bigint default null,
    p_currency text default null,
    p_reference text default null,
    p_description text default null,
    p_metadata jsonb default null,
    p_price_version integer default null
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_transaction credits.transactions;
begin
    if p_expires_at <= p_account.last_transaction_at or p_expires_at = 'infinity' then
        raise exception 'invalid_expiry' using
            errcode = '22023',
            hint = 'Credits expire at a time in the future, or never (null).';
    end if;
    v_transaction := credits.post_transaction(
        credits.put_grant(
            p_account, p_source, p_amount, p_priority, p_expires_at, p_is_paid, p_paid_cents,
            p_currency, p_reference
        ),
        p_source, p_amount, p_scope, p_key, p_request,
        p_grants => jsonb_build_object(p_account.last_transaction_id + 1, p_amount),
        p_reference => p_reference,
        p_description => p_description,
        p_metadata => nullif(p_metadata, '{}'),
        p_price_version => p_price_version
    );
    if p_account.debt > 0 then
        perform credits.repay_debt(p_account.id);
    end if;
    return v_transaction;
end;
$$;

comment on function credits.post_grant(
    credits.accounts, text, numeric, text, text, bytea, integer, timestamptz, boolean, bigint,
    text, text, text, jsonb, integer
) is
'Grants credits to a locked account: the grant and its transaction.';

revoke all on function credits.post_grant(
    credits.accounts, text, numeric, text, text, bytea, integer, timestamptz, boolean, bigint,
    text, text, text, jsonb, integer
) from public, anon, authenticated, service_role;
