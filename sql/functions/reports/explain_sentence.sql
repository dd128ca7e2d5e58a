-- A transaction in a sentence for a person.
create or replace function credits.explain_sentence(
    p_transaction credits.transactions,
    p_paid_by jsonb
)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_debt numeric := case
        when p_transaction.type in ('clawback', 'reinstatement')
            then (p_transaction.metadata ->> 'debt_change')::numeric
    end;
begin
    return format(
        '%s of %s credits%s on %s UTC, by %s: %s%s%s. The balance went from %s to %s.%s',
        upper(left(p_transaction.type, 1)) || replace(substr(p_transaction.type, 2), '_', ' '),
        abs(p_transaction.amount),
        coalesce(' for ' || p_transaction.service, ''),
        to_char(p_transaction.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
        case
            when p_transaction.type in ('usage', 'gift_sent') and p_transaction.user_id is not null
                then 'user ' || p_transaction.user_id
            when p_transaction.scope = 'system' and p_transaction.type <> 'usage' then 'the system'
            else 'the back end'
        end,
        coalesce((
            select string_agg(
                format(
                    '%s %s grant %s (%s)', g.item ->> 'credits',
                    case when p_transaction.amount < 0 then 'from' else 'to' end,
                    g.item ->> 'grant_id', g.item ->> 'source'
                ),
                ', ' order by g.number
            )
            from jsonb_array_elements(p_paid_by) with ordinality as g (item, number)
        ), 'no grant'),
        coalesce(', at the prices of catalog version ' || p_transaction.price_version, ''),
        case
            when v_debt > 0 then '; ' || v_debt || ' more are owed'
            when v_debt < 0 then '; ' || -v_debt || ' fewer are owed'
            else ''
        end,
        trim_scale(p_transaction.balance_after - p_transaction.amount),
        p_transaction.balance_after,
        coalesce(' (' || p_transaction.description || ')', '')
    );
end;
$$;

comment on function credits.explain_sentence(credits.transactions, jsonb) is
'A transaction in a sentence for a person.';

revoke all on function credits.explain_sentence(credits.transactions, jsonb)
from public, anon, authenticated, service_role;
