-- What each grant paid for a charge and did not get back yet: {"<grant id>": credits}.
create or replace function credits.refundable_grants(p_charge credits.transactions)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_refunded jsonb;
begin
    select jsonb_object_agg(s.key, s.amount) into v_refunded
    from (
        select g.key, sum(g.value::numeric) as amount
        from credits.usage_refunds as r
        cross join lateral jsonb_each_text(r.grants) as g
        where r.account_id = p_charge.account_id and r.transaction_id = p_charge.id
        group by g.key
    ) as s;
    return credits.sum_grants(p_charge.grants, v_refunded, -1);
end;
$$;

comment on function credits.refundable_grants(credits.transactions) is
'What each grant paid for a charge and did not get back yet.';

revoke all on function credits.refundable_grants(credits.transactions)
from public, anon, authenticated, service_role;
