-- To which addresses a notice is mailed: a gift and an invitation to the address they name, what
-- concerns the operators to theirs, all else to the owner of the account, a team's to its owners
-- and admins; a dispute to who has filed it, too. Only confirmed addresses, and those that the back
-- end has given.
create or replace function credits.notice_recipients(
    p_notice credits.outbox,
    p_operators text[]
)
returns setof text
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_notice.topic in ('gift', 'invitation') then
        return next p_notice.payload ->> 'email';
    elsif p_notice.account_id is null
        or p_notice.topic in ('chargeback', 'closed_account_paid')
    then
        return query select distinct o.address from unnest(p_operators) as o (address);
    else
        return query
        select a.email from credits.accounts as a
        where a.id = p_notice.account_id and a.email is not null
        union
        select credits.confirmed_email(a.owner_id) from credits.accounts as a
        where
            a.id = p_notice.account_id
            and a.email is null
            and credits.confirmed_email(a.owner_id) is not null
        union
        select credits.confirmed_email(m.user_id) from credits.members as m
        where
            m.account_id = p_notice.account_id
            and m.role = any(credits.roles_with_right('manage'))
            and credits.confirmed_email(m.user_id) is not null
        union
        select credits.confirmed_email(d.user_id)
        from (select (p_notice.payload ->> 'user_id')::uuid as user_id) as d
        where p_notice.topic = 'dispute' and credits.confirmed_email(d.user_id) is not null;
    end if;
end;
$$;

comment on function credits.notice_recipients(credits.outbox, text[]) is
'To which addresses a notice is mailed.';

revoke all on function credits.notice_recipients(credits.outbox, text[])
from public, anon, authenticated, service_role;
