import { useEffect, useState } from "react";
import { CreditCheck, explain, formatCredits } from "../src/kit";
import { Button } from "../src/kit/ui/button";
import { Card } from "../src/kit/ui/card";
import { Note, type Tone } from "../src/kit/ui/notes";
import { isAbort, type Paid, readEvents, useMoved, usePost } from "./back-end";
import type { ExampleProps } from "./main";

const FIRST_MINUTES = 2;

interface Said {
  tone: Tone;
  text: string;
}

/** A call that is metered by the minute, and cut when the credits run out. */
export function Voice({ buyHref }: ExampleProps) {
  const post = usePost();
  const moved = useMoved();
  const [call, setCall] = useState<AbortController>();
  const [said, setSaid] = useState<Said>({ tone: "plain", text: "Nobody is on the line." });
  useEffect(() => () => call?.abort(), [call]);

  async function talk() {
    const leaving = new AbortController();
    setCall(leaving);
    setSaid({ tone: "plain", text: "It rings …" });
    try {
      let isOver = false;
      const response = await post("/api/voice/calls", {}, { signal: leaving.signal });
      for await (const { name, data } of readEvents(response)) {
        isOver = name === "ended";
        setSaid(tell(name, data));
        moved();
      }
      if (!isOver) {
        setSaid({
          tone: "bad",
          text: "The connection broke: no more is paid than what was talked.",
        });
      }
    } catch (error) {
      setSaid(
        isAbort(error)
          ? { tone: "plain", text: "You have hung up: what was talked is paid." }
          : { tone: "bad", text: explain(error) },
      );
    }
    setCall(undefined);
    moved(leaving.signal.aborted);
  }

  return (
    <Card title="Call the voice agent">
      <div className="credits:flex credits:flex-col credits:gap-4">
        <Note tone={said.tone}>{said.text}</Note>
        {call ? (
          <div>
            <Button kind="danger" onClick={() => call.abort()}>
              Hang up
            </Button>
          </div>
        ) : (
          <CreditCheck
            usageType="voice_call"
            amount={FIRST_MINUTES}
            action="Call"
            buyHref={buyHref}
            onProceed={() => void talk()}
            onCancel={() => setSaid({ tone: "plain", text: "You have not called." })}
          >
            <p className="credits:text-sm">
              The first {FIRST_MINUTES} minutes are held, then a minute at a time; what is talked is
              paid.
            </p>
          </CreditCheck>
        )}
      </div>
    </Card>
  );
}

function tell(name: string, data: unknown): Said {
  if (name === "minute") {
    const { minute, held_minutes } = data as { minute: number; held_minutes: number };
    return { tone: "good", text: `Minute ${minute}; ${held_minutes} are held.` };
  }
  if (name === "low") {
    return { tone: "warn", text: "This is the last minute: buy credits, and the call goes on." };
  }
  const { reason, minutes, cost } = data as Paid & { reason: string; minutes: number };
  const why = reason === "cut" ? "The call was cut" : "The other side has hung up";
  const paid = `${formatCredits(cost)} credits for ${minutes} minutes`;
  return { tone: reason === "cut" ? "warn" : "good", text: `${why}: ${paid}.` };
}
