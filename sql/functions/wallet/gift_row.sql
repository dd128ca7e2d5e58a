-- A gift of one's own: given by an account, or for a user's confirmed e-mail address. Another's and
-- an absent one get the same answer.
--
-- p_is_giver  whether the user must be the giver, or the recipient.
-- Errors   PT404 gift_not_found
create or replace function credits.gift_row(
    p_user_id uuid,
    p_gift_id uuid,
    p_is_giver boolean
)
returns credits.gifts
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_gift credits.gifts;
begin
    select g.* into v_gift
    from credits.gifts as g
    where
        g.id = p_gift_id
        and case
            when p_is_giver then g.account_id = p_user_id
            when g.recipient_id is not null then g.recipient_id = p_user_id
            else
                g.recipient_email = credits.confirmed_email(p_user_id)
                and g.account_id is distinct from p_user_id
        end;
    if not found then
        raise exception 'gift_not_found' using
            errcode = 'PT404',
            hint = 'There is no gift of this id for you.';
    end if;
    return v_gift;
end;
$$;

comment on function credits.gift_row(uuid, uuid, boolean) is
'A gift of one''s own, or PT404.';

revoke all on function credits.gift_row(uuid, uuid, boolean)
from public, anon, authenticated, service_role;
