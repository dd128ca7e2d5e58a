-- The same as `task_rules` for German, French, Spanish, Portuguese and Italian. Accents are folded,
-- as the request's are: "résumé" is found by "resume". Other scripts: `other_script_task_rules`.
create or replace function credits.foreign_task_rules()
returns table (language text, task text, weight integer, phrases text)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    values
    ('de', 'translation', 12, 'ubersetz*|auf englisch|auf deutsch|auf franzosisch|ins englische'),
    ('de', 'translation', 12, 'ubertrag*|ins spanische|ins deutsche|ins franzosische|auf spanisch'),
    ('de', 'translation', 12, 'auf italienisch|was heisst|was heißt'),
    ('de', 'summary', 10, 'zusammenfassung|zusammen|fasse|worum geht es|kurzfassung|stichpunkt*'),
    ('de', 'summary', 10, 'zusammengefasst|kurz gesagt|wesentliche*|kernaussage*|hauptpunkte'),
    ('de', 'summary', 10, 'kurze'),
    ('de', 'code', 6, 'skript|funktion|abfrage|programmier*|fehlermeldung|datenbank|klasse'),
    ('de', 'code', 6, 'methode|programm|schleife|fehler|schnittstelle|code'),
    ('de', 'writing', 6, 'schreib|schreibe|verfasse|formuliere|einladung|gedicht|rede|brief'),
    ('de', 'writing', 6, 'bewerbung|text fur|geschichte|artikel|entwirf|kundigung|anschreiben'),
    ('de', 'writing', 6, 'gluckwunsch*|umformulier*'),
    ('de', 'analysis', 8, 'vergleich*|berechne|rechne|lohnt|analysiere|vorteile|nachteile|bewerte'),
    ('de', 'analysis', 8, 'wie viel ist|prozent|wahrscheinlichkeit|durchschnitt|gleichung|besser'),
    ('de', 'analysis', 8, 'gunstiger|beurteile|lose'),
    ('de', 'conversation', 6, 'wie lange|wie alt|wer|wann|was wurdest du|hallo|danke|mein sohn'),
    ('de', 'conversation', 6, 'warum'),
    ('fr', 'translation', 12, 'tradui*|traduction|comment dit on|en anglais|en espagnol'),
    ('fr', 'translation', 12, 'en allemand|en francais|en italien|que veut dire|que signifie'),
    ('fr', 'summary', 10, 'resume|resumer|synthese|points cles|en bref|resumez|l essentiel'),
    ('fr', 'summary', 10, 'essentiel|idees principales|en quelques mots'),
    ('fr', 'code', 6, 'fonction|requete|programme|script|classe|boucle|erreur|base de donnees'),
    ('fr', 'code', 6, 'code'),
    ('fr', 'writing', 6, 'ecris|redige*|lettre|article|poeme|discours|histoire|message|texte pour'),
    ('fr', 'writing', 6, 'invitation|slogan|reformule*|corrige*'),
    ('fr', 'analysis', 8, 'compare*|calcul*|analyse*|avantages|inconvenients|evalue*|resous'),
    ('fr', 'analysis', 8, 'combien font|pourcentage|probabilite|moyenne|vaut il mieux|rentable'),
    ('fr', 'analysis', 8, 'equation'),
    ('fr', 'conversation', 6, 'salut|bonjour|merci|raconte|qui|quand|pourquoi'),
    ('es', 'translation', 12, 'traduc*|traduzca|como se dice|al ingles|en ingles|al espanol'),
    ('es', 'translation', 12, 'al aleman|al frances|en aleman|que significa'),
    ('es', 'summary', 10, 'resume|resumen|resumir|puntos principales|puntos clave|sintetiza'),
    ('es', 'summary', 10, 'ideas principales|en pocas palabras|resumidamente'),
    ('es', 'code', 6, 'funcion|consulta|codigo|error|clase|bucle|base de datos|programa|script'),
    ('es', 'writing', 6, 'escribe|redacta*|carta|anuncio|poema|cuento|mensaje|discurso|articulo'),
    ('es', 'writing', 6, 'texto para|felicitacion|invitacion|historia|reescribe|corrige'),
    ('es', 'analysis', 8, 'analiza*|calcula*|compara*|conviene|ventajas|desventajas|resuelve'),
    ('es', 'analysis', 8, 'cuanto es|porcentaje|probabilidad|promedio|mejor|ecuacion|vale la pena'),
    ('es', 'conversation', 6, 'hola|gracias|cuando|quien|recomienda*|por que|cual es'),
    ('pt', 'translation', 12, 'traduz*|traducao|como se diz|para o ingles|para o espanhol'),
    ('pt', 'translation', 12, 'em ingles|ao ingles|o que significa|em espanhol'),
    ('pt', 'summary', 10, 'resuma|resumo|resumir|pontos principais|topicos|resumidamente'),
    ('pt', 'summary', 10, 'ideias principais|sintetize|sintese|em poucas palavras'),
    ('pt', 'code', 6, 'funcao|consulta|codigo|laco|classe|banco de dados|erro|programa'),
    ('pt', 'writing', 6, 'escreva|crie|redija|carta|poema|texto|discurso|mensagem|historia|artigo'),
    ('pt', 'writing', 6, 'convite|redacao|reescreva'),
    ('pt', 'analysis', 8, 'analise|calcule|compare|vale a pena|vantagens|resolva|tendencia'),
    ('pt', 'analysis', 8, 'quanto e|porcentagem|probabilidade|melhor|equacao|calcula'),
    ('pt', 'conversation', 6, 'ola|oi|obrigad*|quem|quando|posso|qual e'),
    ('it', 'translation', 12, 'traduc*|traduzion*|come si dice|in inglese|in italiano|in tedesco'),
    ('it', 'translation', 12, 'in francese|cosa significa'),
    ('it', 'summary', 10, 'riassum*|riassunto|sintesi|punti chiave|punti principali|in sintesi'),
    ('it', 'summary', 10, 'in breve|sintetizza'),
    ('it', 'code', 6, 'funzione|codice|leggere un file|classe|ciclo|errore|programma|script'),
    ('it', 'writing', 6, 'scriv*|poesia|lettera|racconto|redigi|discorso|messaggio|articolo'),
    ('it', 'writing', 6, 'storia|invito|testo per|biglietto|riscrivi|correggi'),
    ('it', 'analysis', 8, 'analizza*|calcola*|confronta*|conviene|vantaggi|risolvi|quanto fa'),
    ('it', 'analysis', 8, 'percentuale|probabilita|meglio|equazione|confronto'),
    ('it', 'conversation', 6, 'ciao|grazie|chi|quando|perche|qual e')
$$;

comment on function credits.foreign_task_rules() is
'The phrases of five European languages besides English that tell the task of a prompt.';

revoke all on function credits.foreign_task_rules() from public, anon, authenticated, service_role;
