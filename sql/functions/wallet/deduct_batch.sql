-- Charges many events of usage in one commit, one account's events in one write: for gateways that
-- meter. A bad event gets its error and does not spoil the others.
--
-- p_events  at most 1000; each {"account_id", "key", "amount", or "service" with "quantity" or
--           "usage"; "reference", "description", "metadata", "user_id"}.
-- Returns   per event, in their order: the transaction and its cost, or the error.
-- Errors    22023 invalid_batch, batch_too_large
-- Locks     credits.accounts: the rows of all events, in id order, until commit. Batches that open
--           accounts wait for each other, since a person may have several.
create or replace function credits.deduct_batch(p_events jsonb)
returns setof public.credit_batch_result
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_part record;
    v_results credits.batch_result[] := '{}'::credits.batch_result[];
begin
    if jsonb_typeof(p_events) is distinct from 'array' then
        raise exception 'invalid_batch' using
            errcode = '22023',
            hint = 'A batch is a JSON array of events.';
    elsif jsonb_array_length(p_events) > 1000 then
        raise exception 'batch_too_large' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 1000)::text,
            hint = 'A batch has at most 1000 events: send several.';
    end if;
    perform credits.share_openings(p_events);
    for v_part in
        select
            e.account_id,
            jsonb_agg(e.event order by e.position) as events,
            array_agg(e.position order by e.position) as positions
        from (
            select i.position, i.event, credits.as_uuid(i.event ->> 'account_id') as account_id
            from jsonb_array_elements(p_events) with ordinality as i (event, position)
        ) as e
        group by e.account_id
        order by e.account_id
    loop
        v_results := v_results || array(
            select r
            from credits.post_batch(v_part.account_id, v_part.events, v_part.positions) as r
        );
    end loop;
    return query
    select (r.result).* from unnest(v_results) as r order by r.position;
end;
$$;

comment on function credits.deduct_batch(jsonb) is
'Charges many events of usage in one commit.';

revoke all on function credits.deduct_batch(jsonb) from public, anon, authenticated, service_role;
grant execute on function credits.deduct_batch(jsonb) to service_role;
