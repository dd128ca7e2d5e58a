-- Tells an account's owner that it is low or empty: once per crossing, for it is told as the
-- balance falls.
--
-- p_account  as it stands after what has made it so.
create or replace function credits.tell_low_balance(p_account credits.accounts)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.put_notice(
        p_account.id, 'low_balance',
        concat_ws(':', p_account.id, p_account.last_transaction_id, p_account.alert_level),
        jsonb_build_object(
            'level', case p_account.alert_level when 2 then 'empty' else 'low' end,
            'balance', p_account.balance,
            'threshold', coalesce(p_account.low_balance, p_account.default_low_balance)
        )
    );
end;
$$;

comment on function credits.tell_low_balance(credits.accounts) is
'Tells an account''s owner that it is low or empty.';

revoke all on function credits.tell_low_balance(credits.accounts)
from public, anon, authenticated, service_role;
