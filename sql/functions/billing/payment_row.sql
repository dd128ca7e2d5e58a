-- A payment as it stands; all null when there is none of this id.
create or replace function credits.payment_row(
    p_account_id uuid,
    p_provider text,
    p_payment_id text
)
returns credits.payments
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_payment credits.payments;
begin
    select p.* into v_payment
    from credits.payments as p
    where p.account_id = p_account_id and p.provider = p_provider and p.id = p_payment_id;
    return v_payment;
end;
$$;

comment on function credits.payment_row(uuid, text, text) is
'A payment as it stands.';

revoke all on function credits.payment_row(uuid, text, text)
from public, anon, authenticated, service_role;
