import { explain } from "../errors";
import { Button } from "./button";

/** What `Stale` takes. */
export interface StaleProps {
  /** Why it could not be asked for again. */
  error: unknown;
  onRetry: () => void;
  /** One sign, for a line in a header: the sentence is its name. */
  compact?: boolean;
}

/** Says that what stands beside it was asked for again in vain. */
export function Stale({ error, onRetry, compact = false }: StaleProps) {
  const sentence = `Not up to date: ${explain(error)}`;
  if (compact) {
    return (
      <Button kind="quiet" aria-label={`${sentence} Try again`} title={sentence} onClick={onRetry}>
        <span aria-hidden="true" className="credits:font-semibold credits:text-bad">
          !
        </span>
      </Button>
    );
  }
  return (
    <p
      role="status"
      className="credits:flex credits:flex-wrap credits:items-center credits:gap-x-3 credits:text-sm credits:text-muted"
    >
      {sentence}
      <Button kind="quiet" onClick={onRetry}>
        Try again
      </Button>
    </p>
  );
}
