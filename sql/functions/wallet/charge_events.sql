-- Charges events of a locked account: one after the other, and then written at once. An event that
-- is refused gets its error.
--
-- p_events  a JSON array. A key that comes again finds its charge written.
-- Returns   per event its place in the array and its result.
-- Locks     none of its own: the caller has locked the account.
create or replace function credits.charge_events(p_account credits.accounts, p_events jsonb)
returns setof credits.batch_result
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_event jsonb;
    v_next credits.next_transaction;
    v_result public.credit_batch_result;
    v_new credits.transactions[] := '{}'::credits.transactions[];
    v_keys text[] := '{}'::text[];
    v_known text[] := credits.known_keys(p_account, p_events);
    v_position bigint := 0;
    v_state text;
    v_message text;
    v_detail text;
    v_hint text;
begin
    for v_event in select e.* from jsonb_array_elements(p_events) as e
    loop
        v_position := v_position + 1;
        if v_event ->> 'key' = any(v_keys) then
            perform credits.write_ledger(p_account, v_new);
            p_account.alert_level := credits.alert_level(p_account);
            v_known := v_known || v_keys;
            v_new := '{}'::credits.transactions[];
            v_keys := '{}'::text[];
        end if;
        v_result := (p_account.id, v_event ->> 'key', null, null, null);
        begin
            v_next := credits.next_charge(
                p_account, credits.event_charge(v_event), false,
                not v_event ->> 'key' = any(v_known)
            );
            v_result.transaction_id := (v_next.transaction).id;
            v_result.cost := -(v_next.transaction).amount;
            if (v_next.account).id is not null then
                p_account := v_next.account;
                v_new := v_new || v_next.transaction;
                v_keys := v_keys || (v_next.transaction).key;
            end if;
        exception when data_exception or sqlstate 'PT000' then
            get stacked diagnostics
                v_state = returned_sqlstate,
                v_message = message_text,
                v_detail = pg_exception_detail,
                v_hint = pg_exception_hint;
            v_result.error := credits.event_error(v_state, v_message, v_detail, v_hint);
        end;
        return next (v_position, v_result)::credits.batch_result;
    end loop;
    if cardinality(v_new) > 0 then
        perform credits.write_ledger(p_account, v_new);
    end if;
end;
$$;

comment on function credits.charge_events(credits.accounts, jsonb) is
'Charges events of a locked account and writes them at once.';

revoke all on function credits.charge_events(credits.accounts, jsonb)
from public, anon, authenticated, service_role;
