/** What takes a limit away. */
const NONE = -1;

/** A limit as the database is told it: null is none, and what is left out stays as it is. */
export function orNone(limit: number | null): number;
export function orNone(limit: number | null | undefined): number | null;
export function orNone(limit: number | null | undefined): number | null {
  return limit === undefined ? null : (limit ?? NONE);
}
