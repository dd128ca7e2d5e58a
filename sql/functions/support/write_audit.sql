-- Notes an administrator's act, with what it found and what it left.
create or replace function credits.write_audit(
    p_account_id uuid,
    p_actor text,
    p_act text,
    p_reason text,
    p_before jsonb,
    p_after jsonb
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into credits.audit_log (account_id, actor, act, reason, before, after)
    values (p_account_id, p_actor, p_act, p_reason, p_before, p_after);
end;
$$;

comment on function credits.write_audit(uuid, text, text, text, jsonb, jsonb) is
'Notes an administrator''s act.';

revoke all on function credits.write_audit(uuid, text, text, text, jsonb, jsonb)
from public, anon, authenticated, service_role;
