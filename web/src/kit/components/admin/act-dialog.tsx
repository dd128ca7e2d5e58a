import { type ReactNode, useState } from "react";
import type { CreditsClient } from "../../client";
import { CreditsError } from "../../errors";
import { errorAt, errorOfForm } from "../../field-errors";
import { useAdminWrite } from "../../hooks/admin/use-admin-write";
import { useIntentKey } from "../../hooks/use-intent-key";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { TextField } from "../../ui/field";
import { Failure, Note } from "../../ui/notes";
import type { Report } from "./report";

/** What `ActDialog` takes. */
export interface ActDialogProps<Result> {
  title: string;
  /** What is about to happen, in a sentence or two. */
  about?: ReactNode;
  /** The word on the button that does it. */
  confirm: string;
  /** What the act does cannot be taken back. */
  isDanger?: boolean;
  /** Who reads the reason. */
  reasonHelp?: string;
  isReasonOptional?: boolean;
  /**
   * Account and fields, where the act has a key: with other contents it is another intent. The reason
   * is not among them, for the same act with better words is not meant twice.
   */
  contents?: object;
  /** Does it; `key` is the same however often the same is sent. */
  act: (client: CreditsClient, reason: string, key: string) => Promise<Result>;
  report: (result: Result) => Report;
  onClose: () => void;
  /** More fields, above the reason; each says what of a refusal is about it. */
  fields?: (refusal: unknown) => ReactNode;
  /** The refusals that those fields say. */
  fieldTokens?: readonly string[];
}

const REASON_TOKENS = ["reason_required", "reason_too_long"];

/** The window of an administrator's act: its fields, a reason, and what came of it. */
export function ActDialog<Result>(props: ActDialogProps<Result>) {
  const { title, about, confirm, isDanger = false, contents = {}, act, report, onClose } = props;
  const [reason, setReason] = useState("");
  const key = useIntentKey(title);
  const write = useAdminWrite<string, Result>(async (client, text) => {
    const result = await act(client, text, key.of(contents));
    key.done(contents);
    return result;
  });
  const ofForm = errorOfForm(write.error, REASON_TOKENS, props.fieldTokens ?? []);
  if (write.isSuccess) {
    const { tone, text } = report(write.data);
    // Another window in its place: the keyboard's focus stays in it, although the form is gone.
    return (
      <Dialog key="outcome" title={title} onClose={onClose}>
        <div className="credits:flex credits:flex-col credits:gap-4">
          <Note tone={tone}>{text}</Note>
          <Button kind="primary" className="credits:self-end" onClick={onClose}>
            OK
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={title} onClose={write.isPending ? stay : onClose}>
      <form
        className="credits:flex credits:flex-col credits:gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          write.mutate(reason.trim());
        }}
      >
        {about && <div className="credits:text-sm credits:text-muted">{about}</div>}
        {props.fields?.(write.error)}
        <TextField
          label={props.isReasonOptional ? "Reason (optional)" : "Reason"}
          help={props.reasonHelp ?? "3 to 500 characters. The audit keeps it."}
          required={!props.isReasonOptional}
          minLength={3}
          maxLength={500}
          rows={3}
          error={errorAt(write.error, REASON_TOKENS)}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {ofForm ? <Failure error={ofForm} /> : null}
        {write.error && warningOf(write.error)}
        <div className="credits:flex credits:flex-wrap credits:justify-end credits:gap-2">
          <Button onClick={onClose} disabled={write.isPending}>
            Cancel
          </Button>
          <Button type="submit" kind={isDanger ? "danger" : "primary"} isBusy={write.isPending}>
            {confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** While an act is on its way its window stays: how it went would not be seen. */
function stay() {}

function warningOf(error: Error): ReactNode {
  if (!(error instanceof CreditsError)) {
    return null;
  }
  if (error.isLost) {
    return (
      <Note tone="warn">
        It may have been done: look at the history before you do it again. The same again is done
        once.
      </Note>
    );
  }
  return error.token === "idempotency_key_reused" ? (
    <Note tone="warn">
      The same was done just now with another reason: look at the history. To do it once more, load
      this page anew.
    </Note>
  ) : null;
}
