insert into credits.migrations (id, parent_id) values ('20261121110002', '20261121110001');
select set_config('lock_timeout', '4s', true);

-- squawk-ignore-file require-concurrent-index-deletion
-- (The table is written by webhooks only, which are told again.)

-- Completes what was written until the rules were replaced, checks what 20261121110000 added
-- unchecked, and drops an index that another one covers since.
update credits.payments as p
set intent_id = p.id, livemode = s.livemode
from credits.providers as s
where s.provider = p.provider and p.intent_id is null and p.order_id is not null;
insert into credits.external_ids (provider, object_id, account_id)
select
    p.provider,
    p.id,
    p.account_id
from credits.payments as p
where p.order_id is not null
on conflict (provider, object_id) do nothing;

alter table credits.orders validate constraint orders_credits_check;
alter table credits.orders validate constraint orders_status_check;
alter table credits.stripe_events validate constraint stripe_events_state_check;
drop index credits.stripe_events_unsettled_idx;
