-- The plain word for a transaction's type, as front ends show it.
create or replace function credits.transaction_word(p_type text)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return case
        when p_type = 'purchase' then 'purchase'
        when p_type = 'allowance' then 'subscription'
        when p_type in ('welcome', 'bonus', 'promotion', 'referral', 'gift_received') then 'bonus'
        when p_type in ('usage', 'gift_sent') then 'spend'
        when p_type = 'refund' then 'refund'
        else 'admin'
    end;
end;
$$;

comment on function credits.transaction_word(text) is
'The plain word for a transaction''s type.';

revoke all on function credits.transaction_word(text)
from public, anon, authenticated, service_role;
grant execute on function credits.transaction_word(text) to authenticated, service_role;
