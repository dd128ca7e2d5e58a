-- Tells the account's owner what became of a dispute, once per status.
create or replace function credits.tell_dispute(p_dispute credits.disputes)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.put_notice(
        p_dispute.account_id, 'dispute', p_dispute.id || ':' || p_dispute.status,
        credits.dispute_payload(p_dispute)
    );
end;
$$;

comment on function credits.tell_dispute(credits.disputes) is
'Tells the account''s owner what became of a dispute.';

revoke all on function credits.tell_dispute(credits.disputes)
from public, anon, authenticated, service_role;
