-- The hold that a transaction ended; all null for one that ended none.
create or replace function credits.hold_of(p_transaction credits.transactions)
returns credits.holds
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_hold credits.holds;
begin
    if p_transaction.scope = 'system' and p_transaction.type in ('usage', 'gift_sent') then
        select h.* into v_hold
        from credits.holds as h
        where
            h.account_id = p_transaction.account_id
            and h.id = coalesce(
                credits.as_uuid(substring(p_transaction.key from '^capture:(.*)$')),
                (
                    select g.hold_id
                    from credits.gifts as g
                    where
                        g.account_id = p_transaction.account_id
                        and g.id
                        = credits.as_uuid(substring(p_transaction.key from '^gift:(.*)$'))
                )
            );
    end if;
    return v_hold;
end;
$$;

comment on function credits.hold_of(credits.transactions) is
'The hold that a transaction ended.';

revoke all on function credits.hold_of(credits.transactions)
from public, anon, authenticated, service_role;
