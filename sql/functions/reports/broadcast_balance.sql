-- Broadcasts an account's balance on its private channel, where Supabase's Realtime is there.
create or replace function credits.broadcast_balance(
    p_account_id uuid,
    p_balance numeric,
    p_held numeric
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if to_regnamespace('realtime') is null
        or not has_schema_privilege(to_regnamespace('realtime'), 'usage')
    then
        return;
    elsif to_regprocedure('realtime.send(jsonb, text, text, boolean)') is not null then
        perform realtime.send(
            jsonb_build_object(
                'account_id', p_account_id, 'balance', p_balance, 'held', p_held,
                'available', trim_scale(p_balance - p_held)
            ),
            'balance', 'credits:' || p_account_id, true
        );
    end if;
end;
$$;

comment on function credits.broadcast_balance(uuid, numeric, numeric) is
'Broadcasts an account''s balance on its private channel.';

revoke all on function credits.broadcast_balance(uuid, numeric, numeric)
from public, anon, authenticated, service_role;
