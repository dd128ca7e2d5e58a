import { useEffect, useRef, useState } from "react";
import { asCreditsError, explain, formatCredits, type Refusal } from "../src/kit";
import { Button, buttonLook } from "../src/kit/ui/button";
import { Card } from "../src/kit/ui/card";
import { TextField } from "../src/kit/ui/field";
import { Note } from "../src/kit/ui/notes";
import { isAbort, type Paid, readEvents, useMoved, usePost } from "./back-end";
import type { ExampleProps } from "./main";

interface Turn {
  prompt: string;
  answer: string;
  /** What it cost, or why there is no more of it. */
  note: string;
}

const STOPPED = "Stopped: what was said so far, if anything, is paid.";

/** A chat whose answers are streamed, and paid by what they came to. */
export function Chat({ buyHref }: ExampleProps) {
  const post = usePost();
  const moved = useMoved();
  const [turns, setTurns] = useState<Turn[]>([]);
  const [talking, setTalking] = useState<AbortController>();
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => () => talking?.abort(), [talking]);

  async function ask(prompt: string) {
    const place = turns.length;
    const change = (part: (turn: Turn) => Partial<Turn>) =>
      setTurns((now) => now.map((turn, at) => (at === place ? { ...turn, ...part(turn) } : turn)));
    const leaving = new AbortController();
    setTalking(leaving);
    setTurns([...turns, { prompt, answer: "", note: "" }]);
    try {
      let isOver = false;
      const response = await post("/api/chat", { prompt }, { signal: leaving.signal });
      for await (const { name, data } of readEvents(response)) {
        if (name === "text") {
          change((turn) => ({ answer: turn.answer + String(data) }));
        } else if (name === "done") {
          isOver = true;
          const { cost, available } = data as Paid;
          change(() => ({
            note: `${formatCredits(cost)} credits; ${formatCredits(available)} are left.`,
          }));
        } else {
          throw asCreditsError(data as Refusal);
        }
      }
      if (!isOver) {
        change(() => ({ note: "The connection broke: no more is paid than what was said." }));
      }
    } catch (error) {
      const note = isAbort(error) ? STOPPED : explain(error);
      change(() => ({ note }));
    }
    setTalking(undefined);
    moved(leaving.signal.aborted);
    end.current?.scrollIntoView({ block: "nearest" });
  }

  return (
    <>
      {turns.map((turn, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: turns are only ever added.
        <Card key={place} title={turn.prompt}>
          <p
            aria-live="polite"
            aria-busy={!turn.note}
            className="credits:min-h-6 credits:whitespace-pre-wrap"
          >
            {turn.answer}
          </p>
          {turn.note && (
            <p className="credits:mt-2 credits:text-sm credits:text-muted credits:tabular-nums">
              {turn.note}
            </p>
          )}
        </Card>
      ))}
      <div ref={end} />
      <form
        className="credits:flex credits:flex-col credits:gap-3"
        action={(form) => void ask(String(form.get("prompt")))}
      >
        <TextField
          label="Ask"
          name="prompt"
          required
          placeholder="Why are there two tides a day?"
          help="With /fail the stand-in fails half way, with /slow it takes its time."
        />
        <div className="credits:flex credits:flex-wrap credits:gap-3">
          <Button kind="primary" type="submit" isBusy={talking !== undefined}>
            Send
          </Button>
          {talking && (
            <Button
              onClick={(event) => {
                talking.abort();
                event.currentTarget.form?.querySelector("textarea")?.focus(); // the button goes
              }}
            >
              Stop
            </Button>
          )}
          <a className={buttonLook("quiet")} href={buyHref}>
            Buy credits
          </a>
        </div>
      </form>
      {turns.length === 0 && (
        <Note>An answer is held for first, and charged when it is there.</Note>
      )}
    </>
  );
}
