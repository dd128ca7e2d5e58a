import { type ReactNode, useEffect, useRef } from "react";
import { explain } from "../errors";
import { Button } from "./button";

/** What a note or a badge is about. */
export type Tone = "plain" | "good" | "warn" | "bad";

const TONES: Record<Tone, string> = {
  plain: "credits:bg-sunken credits:text-ink",
  good: "credits:bg-good-soft credits:text-good",
  warn: "credits:bg-warn-soft credits:text-warn",
  bad: "credits:bg-bad-soft credits:text-bad",
};

/** What `Note` takes. */
export interface NoteProps {
  tone?: Tone;
  /** Takes the focus when it comes, where what had it is gone. */
  takesFocus?: boolean;
  children: ReactNode;
}

/** A sentence that stands out; a bad one is read out at once. */
export function Note({ tone = "plain", takesFocus = false, children }: NoteProps) {
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus) {
      note.current?.focus();
    }
  }, [takesFocus]);
  return (
    <div
      ref={note}
      role={tone === "bad" ? "alert" : "status"}
      tabIndex={takesFocus ? -1 : undefined}
      className={`credits:flex credits:flex-wrap credits:items-center credits:justify-between credits:gap-3 credits:rounded-lg credits:px-4 credits:py-3 credits:text-sm ${TONES[tone]}`}
    >
      {children}
    </div>
  );
}

/** A word with a colour: a state, a type. */
export function Badge({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={`credits:inline-block credits:rounded-full credits:px-2.5 credits:whitespace-nowrap credits:py-0.5 credits:text-xs credits:font-medium ${TONES[tone]}`}
    >
      {children}
    </span>
  );
}

/** Why something could not be shown or done, and a way to try again. */
export function Failure({
  error,
  onRetry,
}: {
  error: unknown;
  onRetry?: (() => void) | undefined;
}) {
  return (
    <Note tone="bad">
      <span>{explain(error)}</span>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </Note>
  );
}

/** What is a place to those who see it, and nothing to others. */
export const UNTOLD = { "aria-hidden": true, "aria-busy": true } as const;

/** Where there is nothing yet: what there would be, and what to do. */
export function Empty({ children }: { children: ReactNode }) {
  return (
    <p className="credits:py-8 credits:text-center credits:text-sm credits:text-muted">
      {children}
    </p>
  );
}

/**
 * The place of what is still being loaded, of its final height.
 *
 * @param label what is awaited, where it is no query: of those `LoadingStatus` tells.
 */
export function Loading({ height, label }: { height: string; label?: string }) {
  return (
    <div
      {...(label === undefined ? UNTOLD : { role: "status", "aria-label": label })}
      className="credits:motion-safe:animate-pulse credits:rounded-lg credits:bg-sunken"
      style={{ height }}
    />
  );
}
