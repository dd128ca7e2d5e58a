import type { UseMutationResult } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { answerInWords } from "../code-answers";
import type { CodeAnswer } from "../services/gifts";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Failure, Note } from "../ui/notes";

/** What `CodeForm` takes. */
export interface CodeFormProps {
  label: string;
  /** What the button says. */
  action: string;
  /** What stands in the field at first. */
  code?: string;
  /** What the code is sent by. */
  write: UseMutationResult<CodeAnswer, Error, string>;
  /** The code was good. */
  onDone?: (() => void) | undefined;
  /** What is said where it was good; `credits` is their number. */
  thanks: (credits: number) => string;
}

/** A field for a code, and what came of it. */
export function CodeForm({ label, action, code = "", write, onDone, thanks }: CodeFormProps) {
  const answer = write.data;

  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const onSuccess = ({ ok }: CodeAnswer) => {
      const field = form.elements.namedItem("code");
      if (ok && field instanceof HTMLInputElement) {
        field.value = "";
        onDone?.();
      }
    };
    write.mutate(String(new FormData(form).get("code")).trim(), { onSuccess });
  }

  return (
    <form className="credits:flex credits:flex-col credits:gap-3" onSubmit={send}>
      {write.error && <Failure error={write.error} />}
      {answer?.ok && <Note tone="good">{thanks(answer.credits ?? 0)}</Note>}
      <div className="credits:grid credits:gap-3 credits:sm:grid-cols-[1fr_auto] credits:sm:items-start">
        <Field
          label={label}
          name="code"
          required
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          defaultValue={code}
          error={answer && !answer.ok ? answerInWords(answer.message) : undefined}
        />
        <Button type="submit" isBusy={write.isPending} className="credits:sm:mt-6">
          {action}
        </Button>
      </div>
    </form>
  );
}
