-- Which of these events were never received.
create or replace function credits.unseen_stripe_events(p_ids text[])
returns setof text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select i.id
    from unnest(p_ids) as i (id)
    where not exists (select from credits.stripe_events as e where e.id = i.id)
$$;

comment on function credits.unseen_stripe_events(text[]) is
'Which of these Stripe events were never received.';

revoke all on function credits.unseen_stripe_events(text[])
from public, anon, authenticated, service_role;
grant execute on function credits.unseen_stripe_events(text[]) to credits_edge, service_role;
