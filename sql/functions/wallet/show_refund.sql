-- A refund of a charge in its public shape. Where it repaid debt at once, the balance is the one
-- after that; its grant is named where it has one.
create or replace function credits.show_refund(p_refund credits.transactions)
returns public.credit_grant
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_shown public.credit_grant := credits.show_grant(p_refund);
begin
    if not p_refund.grants ? p_refund.id::text then
        v_shown.grant_id := null;
    end if;
    return v_shown;
end;
$$;

comment on function credits.show_refund(credits.transactions) is
'A refund of a charge in its public shape.';

revoke all on function credits.show_refund(credits.transactions)
from public, anon, authenticated, service_role;
