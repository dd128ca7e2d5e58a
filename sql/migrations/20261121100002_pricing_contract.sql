insert into credits.migrations (id, parent_id) values ('20261121100002', '20261121100001');
select set_config('lock_timeout', '4s', true);

-- squawk-ignore-file ban-drop-constraint, ban-drop-column, ban-drop-default
-- (The rules that read these columns are gone.)

-- Drops what only the rules of before 20261121100001 read, and checks what was added unchecked.
alter table credits.prices
drop constraint prices_zero_only_when_free,
drop column position,
drop column counts_quantity,
drop column is_free,
drop column description;

alter table credits.catalogs
alter column effective_at drop default,
drop column rounding_places,
drop column rounding_mode;

alter table credits.prices validate constraint prices_service_fkey;
alter table credits.orders validate constraint orders_total_cents_check;
alter table credits.payments validate constraint payments_amount_cents_check;
