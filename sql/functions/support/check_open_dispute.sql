-- Refuses what only an open dispute can do.
--
-- Errors   PT409 dispute_not_open
create or replace function credits.check_open_dispute(p_dispute credits.disputes)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if not credits.is_open_dispute(p_dispute.status) then
        raise exception 'dispute_not_open' using
            errcode = 'PT409',
            detail = jsonb_build_object(
                'dispute_id', p_dispute.id, 'status', p_dispute.status
            )::text,
            hint = 'The dispute has ended.';
    end if;
end;
$$;

comment on function credits.check_open_dispute(credits.disputes) is
'Refuses what only an open dispute can do with PT409.';

revoke all on function credits.check_open_dispute(credits.disputes)
from public, anon, authenticated, service_role;
