-- A gift in its public shape: one that is pending too long has expired; what came of an accepted
-- one is its amount.
create or replace function credits.show_gift(p_gift credits.gifts, p_direction text)
returns public.credit_gift
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_is_over boolean := p_gift.state = 'pending' and p_gift.expires_at <= clock_timestamp();
begin
    return (
        p_gift.id, p_direction,
        case when v_is_over then 'expired' else p_gift.state end,
        coalesce(p_gift.moved, p_gift.amount),
        (select u.email from auth.users as u where u.id = p_gift.account_id),
        p_gift.recipient_email, p_gift.message, p_gift.created_at, p_gift.expires_at,
        case when v_is_over then p_gift.expires_at else p_gift.ended_at end
    )::public.credit_gift;
end;
$$;

comment on function credits.show_gift(credits.gifts, text) is
'A gift in its public shape.';

revoke all on function credits.show_gift(credits.gifts, text)
from public, anon, authenticated, service_role;
