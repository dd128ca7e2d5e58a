import { useState } from "react";
import { CreditCheck, explain, formatCredits } from "../src/kit";
import { newKey } from "../src/kit/new-key";
import { Card } from "../src/kit/ui/card";
import { Field } from "../src/kit/ui/field";
import { Loading, Note, type Tone } from "../src/kit/ui/notes";
import { type Paid, useMoved, usePost } from "./back-end";
import type { ExampleProps } from "./main";

interface Done {
  key: string;
  tone: Tone;
  text: string;
}

/** Files with the key of the intent to send them: sent again, they are paid once. */
interface Chosen {
  key: string;
  files: File[];
}

/** Documents, each paid when it is processed; and a bundle of them, paid as one. */
export function Documents({ buyHref }: ExampleProps) {
  const post = usePost();
  const moved = useMoved();
  const [done, setDone] = useState<Done[]>([]);

  /** Whether it was done. */
  async function send(path: string, files: File[], key: string, name: string): Promise<boolean> {
    const form = new FormData();
    for (const file of files) {
      form.append("document", file);
    }
    const result: Pick<Done, "tone" | "text"> = await post(path, form, { key }).then(
      async (response) => {
        const { words, cost } = (await response.json()) as Paid & { words: number };
        return { tone: "good", text: `${name}: ${words} words, ${formatCredits(cost)} credits.` };
      },
      (error: unknown) => ({ tone: "bad", text: `${name}: ${explain(error)}` }),
    );
    setDone((before) => [{ key: `${key} ${before.length}`, ...result }, ...before]);
    moved();
    return result.tone === "good";
  }

  async function upload({ files, key }: Chosen): Promise<boolean> {
    let isDone = true;
    for (const [place, file] of files.entries()) {
      isDone = (await send("/api/documents", [file], `${key}:${place}`, file.name)) && isDone;
    }
    return isDone;
  }

  return (
    <>
      <Chooser
        title="Upload documents"
        action="Upload"
        usageType="document_upload"
        unitsOf={(count) => count}
        buyHref={buyHref}
        onSend={upload}
      />
      <Chooser
        title="Make a bundle of documents"
        action="Make the bundle"
        usageType="bundle_creation"
        unitsOf={() => 1}
        buyHref={buyHref}
        onSend={({ files, key }) => send("/api/bundles", files, key, "The bundle")}
      />
      {done.map(({ key, tone, text }) => (
        <Note key={key} tone={tone}>
          {text}
        </Note>
      ))}
    </>
  );
}

function Chooser(props: {
  title: string;
  /** What the button says. */
  action: string;
  usageType: string;
  /** How many units so many files are. */
  unitsOf: (count: number) => number;
  buyHref: string;
  /** Gives whether all was done. */
  onSend: (chosen: Chosen) => Promise<boolean>;
}) {
  const { title, action, usageType, unitsOf, buyHref, onSend } = props;
  const [chosen, setChosen] = useState<Chosen>();
  const [round, setRound] = useState(0);
  const [isSending, setIsSending] = useState(false);

  function forget() {
    setChosen(undefined);
    setRound(round + 1); // an input of files is emptied by making a new one
  }

  /** What has failed stays chosen, under its key: what of it was paid is not paid again. */
  async function proceed(wanted: Chosen) {
    setIsSending(true);
    const isDone = await onSend(wanted);
    setIsSending(false);
    if (isDone) {
      forget();
    }
  }

  return (
    <Card title={title}>
      <div className="credits:flex credits:flex-col credits:gap-4">
        <Field
          key={round}
          label="Text files"
          type="file"
          multiple
          disabled={isSending}
          accept=".txt,.md"
          onChange={(event) => {
            const files = [...(event.target.files ?? [])];
            setChosen(files.length > 0 ? { files, key: newKey() } : undefined);
          }}
        />
        {isSending && <Loading height="4.5rem" label="Sending" />}
        {chosen && !isSending && (
          <CreditCheck
            usageType={usageType}
            amount={unitsOf(chosen.files.length)}
            action={action}
            buyHref={buyHref}
            onProceed={() => void proceed(chosen)}
            onCancel={forget}
          />
        )}
      </div>
    </Card>
  );
}
