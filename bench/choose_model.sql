-- Anyone asks for a model: one of three prompts, by chance.
\set n random(1, 3)
select c.model
from public.choose_model((array[
    'Hello, who won the world cup in 1998?',
    'Write a blog post of about 600 words on our new spring collection, friendly and short.',
    'Design a distributed lock service in Go with leader election, tests and a migration plan.'
])[:n]) as c;
