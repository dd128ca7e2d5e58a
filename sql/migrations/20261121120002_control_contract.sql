insert into credits.migrations (id, parent_id) values ('20261121120002', '20261121120001');
select set_config('lock_timeout', '4s', true);

-- After the rules of holds, refunds, limits, teams, codes and gifts: what they replace goes,
-- what they keep is checked, and who had free credits before is remembered.

-- retired: sql/functions/wallet/check_can_spend.sql
drop function credits.check_can_spend(credits.accounts, numeric);
-- retired: sql/functions/wallet/post_usage.sql
drop function credits.post_usage(
    uuid, text, text, bytea, uuid, numeric, text, numeric, jsonb, text, text, jsonb
);

alter table credits.holds validate constraint holds_amount_check;
alter table credits.promotions validate constraint promotions_discount_type_check;

insert into credits.identities (kind, hash, claimed_for)
select distinct on (p.email)
    'welcome' as kind,
    sha256(s.salt || convert_to(p.email, 'UTF8')) as hash,
    p.id as claimed_for
from (
    select
        a.id,
        a.created_at,
        credits.normal_email(coalesce(u.email, a.email)) as email
    from credits.accounts as a
    left join auth.users as u on a.owner_id = u.id
    where a.plan is not null and a.kind <> 'team'
) as p
cross join credits.identity_salts as s
where p.email is not null
order by p.email, p.created_at, p.id
on conflict (kind, hash) do nothing;
