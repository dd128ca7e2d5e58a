-- How dear a model has to be, at least, for a task of a complexity to be done well: what a catalog
-- calls cheap (1), medium (2) or expensive (3). docs/models.md says why.
create or replace function credits.tier_rules()
returns table (task text, complexity text, tier_rank integer)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    values
    ('conversation', 'simple', 1), ('conversation', 'medium', 1), ('conversation', 'complex', 2),
    ('translation', 'simple', 1), ('translation', 'medium', 1), ('translation', 'complex', 2),
    ('summary', 'simple', 1), ('summary', 'medium', 1), ('summary', 'complex', 2),
    ('writing', 'simple', 1), ('writing', 'medium', 2), ('writing', 'complex', 2),
    ('analysis', 'simple', 1), ('analysis', 'medium', 2), ('analysis', 'complex', 3),
    ('code', 'simple', 1), ('code', 'medium', 2), ('code', 'complex', 3)
$$;

comment on function credits.tier_rules() is
'How dear a model has to be, at least, for a task of a complexity.';

revoke all on function credits.tier_rules() from public, anon, authenticated, service_role;
