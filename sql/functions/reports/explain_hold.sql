-- A hold as explanations name it.
create or replace function credits.explain_hold(p_hold credits.holds)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return jsonb_build_object(
        'hold_id', p_hold.id,
        'amount', p_hold.amount,
        'state', p_hold.state,
        'service', p_hold.service,
        'reference', p_hold.reference,
        'metadata', p_hold.metadata,
        'user_id', p_hold.user_id,
        'gift_id', p_hold.gift_id,
        'created_at', p_hold.created_at,
        'expires_at', p_hold.expires_at,
        'ended_at', p_hold.ended_at
    );
end;
$$;

comment on function credits.explain_hold(credits.holds) is
'A hold as explanations name it.';

revoke all on function credits.explain_hold(credits.holds)
from public, anon, authenticated, service_role;
