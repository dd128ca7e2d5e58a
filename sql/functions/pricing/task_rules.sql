-- The words by which an English prompt shows what it asks for: for each task, how much each of its
-- phrases counts. A phrase is whole words of the request as `prompt_request` writes it (lower case,
-- no accents, no punctuation); with `*` at an end the word may go on there. `topic_rules` has what
-- a prompt is about, `foreign_task_rules` the other languages, `prompt_shapes` what no word says.
create or replace function credits.task_rules()
returns table (task text, weight integer, phrases text)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    values
    ('translation', 12, 'translat*|localize|localise|localization'),
    ('translation', 8, 'how do you say|how do i say|how would i say|how would you say|render into'),
    ('translation', 8, 'equivalent in|in another language|word by word|word for word'),
    ('translation', 8, 'literally mean'),
    ('translation', 4, 'glossary|mean in|word for|words for'),
    ('summary', 10, 'summar*|tl dr|tldr|gist|takeaways|key points|main points|main ideas'),
    ('summary', 10, 'key facts|main arguments|condense|recap|synopsis|in a nutshell|action items'),
    ('summary', 10, 'shorten|up to speed|digest|long story short|half as long|short version'),
    ('summary', 10, 'headline for|essentials|the essence|essence of|highlights|core message'),
    ('summary', 10, 'brief me|key messages|key ideas|most important points|main takeaway'),
    ('summary', 10, 'short summary'),
    ('summary', 7, 'extract|pull out|pull the|what is this about|what does this mail|abstract'),
    ('summary', 7, 'need to remember|reduce this|cut this down|trim this|trim it|what matters'),
    ('summary', 7, 'important points|pick out|shorter version|boil this down|boil it down'),
    ('summary', 7, 'catch me up|filter out|what happened in'),
    ('summary', 6, 'bullets|bullet points|in one sentence|in one line|in a sentence|overview of'),
    ('summary', 4, 'these minutes|meeting minutes|transcript|meeting notes|these notes|text below'),
    ('summary', 4, 'below|outline'),
    ('code', 8, 'refactor*|debug*|unit test*|stack trace|traceback|regex*|write a function'),
    ('code', 8, 'debugging|compile error|syntax error|write code|source code|code review'),
    ('code', 8, 'sql query|shell script|data structure|test coverage'),
    ('code', 5, 'python|javascript|typescript|java|golang|php|bash|sql|dockerfile|chmod|grep|sed'),
    ('code', 5, 'awk|ssh|sudo|curl|crontab|systemd|nginx|div|flexbox|css selector'),
    ('writing', 8, 'rephrase|reword|rewrite|proofread*|grammar|polish my|polish this|slogan*'),
    ('writing', 8, 'tagline*|caption*|poem|haiku|limerick|essay|cover letter|blog post'),
    ('writing', 8, 'press release|tweet|newsletter|lyrics|speech|novel|short story|bedtime story'),
    ('writing', 8, 'job ad|subject line|name ideas|toast|eulogy|wedding vows|monologue|dialogue'),
    ('writing', 8, 'screenplay|website text|about me|personal statement|recommendation letter'),
    ('writing', 8, 'reference letter|thank you note|elevator pitch|title for|names for|name for'),
    ('writing', 8, 'copywriting|resignation letter|sonnet'),
    ('writing', 6, 'write a|write an|write the|write me|draft*|compose|out of office|friendlier'),
    ('writing', 6, 'letter|email|e mail|linkedin|instagram|product description|landing page|story'),
    ('writing', 6, 'invitation|song|article|chapter|manifesto|proposal|advert*|greeting|play'),
    ('writing', 6, 'phrase it|phrase this|word this|put it nicely|how would it sound'),
    ('writing', 6, 'make it sound|make this sound|sound better|text for|more formal|less formal'),
    ('writing', 6, 'more friendly|reply to|respond to|ghostwrite|brainstorm|come up with'),
    ('writing', 6, 'continue the story|ad for|script for|better wording|improve this|improve my'),
    ('writing', 3, 'write|post|message|complaint|birthday|polite|tone|brand|sound*|formal|reply'),
    ('analysis', 8, 'calculate|compute|solve|prove|show that|derive|integrate|differentiate'),
    ('analysis', 8, 'analyse|analyze|analysis|evaluate|compare|pros and cons|advantages|swot'),
    ('analysis', 8, 'probability|average of|median|standard deviation|correlation*|equation'),
    ('analysis', 8, 'forecast|how much is|expected value|critically|assess|deduce|choose between'),
    ('analysis', 8, 'cost benefit|interpret|what are the odds|decision matrix|break even'),
    ('analysis', 6, 'worth it|is it worth|significant|a b test|better|which one|decide|decision'),
    ('analysis', 6, 'vs|trend|outlier|stands out|hypothesis|flaw|logic*|risks|valid|fallacy'),
    ('analysis', 6, 'premise|trade offs|riddle|puzzle|what is the order|scenario*|disadvantages'),
    ('analysis', 6, 'how likely|theorem|business case|counterargument*|which option|make sense'),
    ('analysis', 6, 'count equally|root cause|rank|prioriti*|feasib*|what would happen'),
    ('analysis', 6, 'is it better|better off|wrong with that|does that show'),
    ('analysis', 4, 'assumption*|compared|estimate|growth|sequence|ratio|proof'),
    ('conversation', 6, 'how are you|joke|entertain me|i feel|recommend|capital of|do you'),
    ('conversation', 6, 'who came up|chat|bored|lonely|good night|how was your|your name|are you'),
    ('conversation', 6, 'tell me about'),
    ('conversation', 5, 'how many|what language|best way|advice|explain|daughter|son|wife|husband'),
    ('conversation', 5, 'mother|father|friend|kids|boyfriend|girlfriend|what can i|what can we'),
    ('conversation', 5, 'what could i|what should i|nervous|doctor|cook|eat|my cat|my dog|my baby'),
    ('conversation', 5, 'my partner|my parents|birthday party|holiday|recipe|restaurant|movie'),
    ('conversation', 5, 'weekend'),
    ('conversation', 3, 'what is|whats|what s|how do i|how can i|how does|what does|children|i am'),
    ('conversation', 3, 'i m|i ve|we'),
    ('conversation', 2, 'difference between|tell me|meaning of|is it true|how come')
$$;

comment on function credits.task_rules() is
'The English phrases that tell the task of a prompt, and how much each counts.';

revoke all on function credits.task_rules() from public, anon, authenticated, service_role;
