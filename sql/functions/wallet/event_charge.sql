-- An event of a batch as a charge that is not placed yet: with an amount as
-- check_and_deduct_credits would charge it, without one as use_credits would.
--
-- Errors   22023 invalid_event, amount_or_service_required, invalid_amount, invalid_quantity,
--          invalid_usage, invalid_key and the other limits of texts
create or replace function credits.event_charge(p_event jsonb)
returns credits.transactions
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_keys text[] := array[
        'account_id', 'key', 'amount', 'service', 'quantity', 'usage', 'reference', 'description',
        'metadata', 'user_id'
    ];
    v_wrong text;
    v_charge credits.transactions;
    v_usage jsonb := credits.check_usage_shape(nullif(p_event -> 'usage', 'null'));
begin
    if jsonb_typeof(p_event) = 'object' then
        select e.key into v_wrong
        from jsonb_each(p_event) as e
        where
            not e.key = any(v_keys)
            or e.key in ('key', 'service', 'reference', 'description', 'user_id')
            and jsonb_typeof(e.value) not in ('string', 'null')
        limit 1;
    end if;
    if jsonb_typeof(p_event) <> 'object' or v_wrong is not null then
        raise exception 'invalid_event' using
            errcode = '22023',
            detail = jsonb_build_object('key', v_wrong)::text,
            hint = 'An event is an object: see docs/batches.md for its keys.';
    end if;
    v_charge.type := 'usage';
    v_charge.scope := 'service';
    v_charge.user_id := (p_event ->> 'user_id')::uuid;
    v_charge.service := p_event ->> 'service';
    v_charge.quantity := credits.check_quantity((p_event ->> 'quantity')::numeric);
    v_charge.reference := p_event ->> 'reference';
    v_charge.description := p_event ->> 'description';
    v_charge.metadata := nullif(p_event -> 'metadata', 'null');
    v_charge.key := credits.check_texts(
        p_event ->> 'key', v_charge.service, v_charge.reference, v_charge.description,
        v_charge.metadata
    );
    if nullif(p_event -> 'amount', 'null') is not null then
        v_charge.amount := -credits.check_amount((p_event ->> 'amount')::numeric);
    else
        perform credits.check_priced(null, v_charge.service);
        v_charge.quantity := coalesce(v_charge.quantity, 1);
    end if;
    v_charge.request := credits.usage_request(
        -v_charge.amount, v_charge.service, v_charge.quantity, v_usage, v_charge.reference,
        v_charge.description, v_charge.metadata, v_charge.user_id
    );
    v_charge.usage := nullif(v_usage, '{}');
    v_charge.metadata := nullif(v_charge.metadata, '{}');
    return v_charge;
end;
$$;

comment on function credits.event_charge(jsonb) is
'An event of a batch as a charge that is not placed yet.';

revoke all on function credits.event_charge(jsonb) from public, anon, authenticated, service_role;
