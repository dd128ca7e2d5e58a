-- The words by which a prompt shows how much it asks for, written as in `task_rules`. Each phrase
-- found adds its points: a point makes up for ten characters of length, and eight points make a
-- prompt complex (see `prompt_complexity`).
create or replace function credits.complexity_rules()
returns table (points integer, phrases text)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    values
    (-3, 'quick|quickly|briefly|very short|one liner|one sentence|one line|one paragraph'),
    (-3, 'like i m five'),
    (2, 'each|every|then|must|explain|discuss|keep|separately|at most|at least|requirements'),
    (2, 'afterwards|including|for all|as well as|state|list|mark|justify|follow|consistent'),
    (2, 'assumptions|ordered|without|no more than|exactly|at the same time|in which order|first'),
    (2, 'finally|also|both|rank'),
    (3, 'in detail|detailed|step by step|comprehensive|thorough*|in depth|alternatives|trade offs'),
    (3, 'tests|benchmark|schema|scenario*|recommend*|strategy|strategies|forecast'),
    (3, 'what can go wrong|compare|pros and cons|swot|advantages|disadvantages|vergleiche|compara'),
    (3, '*比较*|*比較*|essay|article|blog post|short story|aufsatz|articulo|artigo|articolo|рассказ'),
    (3, '*作文*'),
    (4, 'architecture|design|migrate|migration|multi tenant|distributed|concurren*|locking'),
    (4, 'security|interpreter|compiler|parser|integration tests|optimal|expected|unit economics'),
    (4, 'valuation|business case|novel|play|screenplay|brand voice|manifesto|business plan|thesis'),
    (4, 'regulator|glossary|ambiguous|contract|pun|puns|mutually|synopsis|architektur|entwirf'),
    (4, 'ausfuhrlich|detalladamente|dettagliat*|архитектур*|подробно|спроектируй|*设计*|*详细*|*設計*'),
    (8, 'prove|proof|derive|theorem|beweise|demontre|demuestra|dimostra|докажи|*证明*')
$$;

comment on function credits.complexity_rules() is
'The phrases that tell how much a prompt asks for, and how many points each adds.';

revoke all on function credits.complexity_rules() from public, anon, authenticated, service_role;
