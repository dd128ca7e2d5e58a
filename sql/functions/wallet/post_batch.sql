-- Charges one account's events of a batch in one write. Where the account is refused, they all are.
--
-- p_account_id  null for events whose account cannot be read.
-- p_positions   of the events in the batch.
-- Returns  per event its place and its result.
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.post_batch(
    p_account_id uuid,
    p_events jsonb,
    p_positions bigint[]
)
returns setof credits.batch_result
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
    v_state text;
    v_message text;
    v_detail text;
    v_hint text;
begin
    begin
        v_account := credits.lock_account(p_account_id);
    exception when data_exception or sqlstate 'PT000' then
        get stacked diagnostics
            v_state = returned_sqlstate,
            v_message = message_text,
            v_detail = pg_exception_detail,
            v_hint = pg_exception_hint;
        return query
        select
            p_positions[e.number],
            (
                p_account_id, e.event ->> 'key', null, null,
                case
                    when p_account_id is null and (
                        jsonb_typeof(e.event) <> 'object' or e.event ->> 'account_id' is not null
                    ) then credits.event_error('22P02', null, null, null)
                    else credits.event_error(v_state, v_message, v_detail, v_hint)
                end
            )::public.credit_batch_result
        from jsonb_array_elements(p_events) with ordinality as e (event, number);
        return;
    end;
    return query
    select p_positions[r.position], r.result
    from credits.charge_events(v_account, p_events) as r;
end;
$$;

comment on function credits.post_batch(uuid, jsonb, bigint[]) is
'Charges one account''s events of a batch in one write.';

revoke all on function credits.post_batch(uuid, jsonb, bigint[])
from public, anon, authenticated, service_role;
