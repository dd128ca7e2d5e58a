-- Adds credits to an account, once per key: the back end's way to grant, whatever the reason. They
-- repay its debt first.
--
-- p_source  purchase, allowance, bonus, promotion, referral, refund, adjustment or opening. Only
--           purchase counts as bought.
-- p_priority  0 to 1000, 100 by default; lower burns first.
-- Errors   22023 invalid_amount, invalid_source, invalid_priority, invalid_expiry and the limits of
--          texts, PT404 account_not_found, PT403 account_closed, PT409 idempotency_key_reused
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.add_credits(
    p_account_id uuid,
    p_amount numeric,
    p_source text,
    p_key text,
    p_expires_at timestamptz,
    p_priority integer,
    p_description text,
    p_metadata jsonb
)
returns public.credit_grant
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_amount numeric := credits.check_amount(p_amount);
    v_request bytea;
    v_account credits.accounts;
    v_transaction credits.transactions;
begin
    p_key := credits.check_texts(p_key, null, null, p_description, p_metadata);
    perform credits.check_grant_terms(p_source, p_priority);
    v_request := credits.request_hash(jsonb_build_array(
        'add', v_amount, p_source, extract(epoch from p_expires_at), coalesce(p_priority, 100),
        p_description,
        coalesce(p_metadata, '{}')
    ));
    v_account := credits.lock_account(p_account_id);
    v_transaction := credits.find_transaction(v_account, 'service', p_key, v_request);
    if v_transaction.id is null then
        if v_account.status = 'closed' then
            raise exception 'account_closed' using
                errcode = 'PT403',
                hint = 'A closed account takes no credits.';
        end if;
        v_transaction := credits.post_grant(
            v_account, p_source, v_amount, 'service', p_key, v_request,
            p_priority => coalesce(p_priority, 100),
            p_expires_at => p_expires_at,
            p_is_paid => p_source = 'purchase',
            p_description => p_description,
            p_metadata => p_metadata
        );
    end if;
    return credits.show_grant(v_transaction);
end;
$$;

comment on function credits.add_credits(
    uuid, numeric, text, text, timestamptz, integer, text, jsonb
) is
'Adds credits to an account, once per key.';

revoke all on function credits.add_credits(
    uuid, numeric, text, text, timestamptz, integer, text, jsonb
) from public, anon, authenticated, service_role;
grant execute on function credits.add_credits(
    uuid, numeric, text, text, timestamptz, integer, text, jsonb
) to service_role;
