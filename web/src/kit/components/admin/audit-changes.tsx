import type { Json } from "../../database";
import { formatTime, inWords } from "../../format";

/** More changes than these are folded: a row stays a row. */
const FEW = 2;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** One field that an act has changed; undefined where there was, or is, nothing. */
export interface Change {
  field: string;
  from: string | undefined;
  to: string | undefined;
}

/** The fields in which before and after differ; what is null in both, or on one side alone, is left out. */
export function changesOf(before: Json, after: Json): Change[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .map((field) => ({ field, from: textOf(old[field]), to: textOf(now[field]) }))
    .filter(({ from, to }) => from !== to);
}

/** What an act of the audit changed, a line a field. */
export function AuditChanges({ before, after }: { before: Json; after: Json }) {
  const changes = changesOf(before, after);
  if (changes.length === 0) {
    return <span className="credits:text-muted">—</span>;
  }
  return changes.length > FEW ? (
    <details className="credits:text-xs">
      <summary className="credits:cursor-pointer credits:py-1 credits:whitespace-nowrap credits:text-accent">
        {changes.length} fields
      </summary>
      <Changes changes={changes} />
    </details>
  ) : (
    <Changes changes={changes} />
  );
}

function Changes({ changes }: { changes: readonly Change[] }) {
  return (
    <ul className="credits:flex credits:min-w-48 credits:flex-col credits:gap-0.5 credits:text-xs">
      {changes.map(({ field, from, to }) => (
        <li key={field} className="credits:wrap-anywhere">
          <span className="credits:text-muted">{inWords(field)}: </span>
          {from !== undefined && <del className="credits:text-muted">{from}</del>}
          {from !== undefined && <span aria-hidden="true"> → </span>}
          {to !== undefined ? <ins className="credits:no-underline">{to}</ins> : from && "gone"}
        </li>
      ))}
    </ul>
  );
}

function fieldsOf(json: Json): Record<string, Json | undefined> {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? json : {};
}

/** A value in words; undefined for none. */
function textOf(value: Json | undefined): string | undefined {
  if (value === null || value === undefined) {
    return undefined;
  }
  if (typeof value === "boolean") {
    return value ? "yes" : "no";
  }
  if (Array.isArray(value)) {
    return value.map(textOf).join(", ");
  }
  if (typeof value === "string" && TIME.test(value)) {
    return formatTime(value);
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
