-- Refuses what an account's available credits do not pay.
--
-- p_alternative  {"model", "credits"}: what they would pay instead; null for nothing.
-- p_available    what there is for this, where not all of it counts.
-- Errors   PT402 insufficient_credits
create or replace function credits.refuse_insufficient(
    p_account credits.accounts,
    p_required numeric,
    p_alternative jsonb default null,
    p_available numeric default null
)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'insufficient_credits' using
        errcode = 'PT402',
        detail = (
            jsonb_build_object(
                'required', p_required,
                'available', coalesce(p_available, p_account.balance - p_account.held),
                'balance', p_account.balance,
                'held', p_account.held
            ) || case
                when p_alternative is null then '{}'
                else jsonb_build_object('alternative', p_alternative)
            end
        )::text,
        hint = case
            when p_available is null then 'Buy credits, or wait for the next allowance.'
            else 'Only credits that were bought can be given.'
        end;
end;
$$;

comment on function credits.refuse_insufficient(credits.accounts, numeric, jsonb, numeric) is
'Refuses what an account''s available credits do not pay.';

revoke all on function credits.refuse_insufficient(credits.accounts, numeric, jsonb, numeric)
from public, anon, authenticated, service_role;
