-- Refuses to refund more of a charge than is left of it.
--
-- p_left   what each grant paid and did not get back.
-- Errors   PT409 refund_exceeds_paid
create or replace function credits.check_refund(
    p_charge credits.transactions,
    p_left jsonb,
    p_amount numeric
)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_left numeric := coalesce(
        (select sum(g.value::numeric) from jsonb_each_text(p_left) as g), 0
    );
begin
    if coalesce(p_amount, 0) = 0 or p_amount > v_left then
        raise exception 'refund_exceeds_paid' using
            errcode = 'PT409',
            detail = jsonb_build_object(
                'paid', -p_charge.amount,
                'refunded', trim_scale(-p_charge.amount - v_left),
                'required', p_amount
            )::text,
            hint = 'A charge is refunded up to what was paid for it, in sum.';
    end if;
end;
$$;

comment on function credits.check_refund(credits.transactions, jsonb, numeric) is
'Refuses to refund more of a charge than is left of it with PT409.';

revoke all on function credits.check_refund(credits.transactions, jsonb, numeric)
from public, anon, authenticated, service_role;
