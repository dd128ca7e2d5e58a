-- An extension in the exposed schema.
-- plant: update pg_extension set extnamespace = 'public'::regnamespace where extname = 'plpgsql';
select e.extname::text
from pg_extension as e
where e.extnamespace = 'public'::regnamespace
