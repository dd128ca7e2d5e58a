import type { ReactNode } from "react";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Failure } from "./notes";

/** What `Confirm` takes. */
export interface ConfirmProps {
  title: string;
  /** What the button says that does it. */
  action: string;
  isBusy: boolean;
  /** Why it could not be done. */
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
  /** What will happen. */
  children: ReactNode;
}

/** Asks before something that is not easily undone. */
export function Confirm(props: ConfirmProps) {
  const { title, action, isBusy, error, onConfirm, onClose, children } = props;
  return (
    <Dialog title={title} onClose={isBusy ? () => {} : onClose}>
      <div className="credits:flex credits:flex-col credits:gap-4">
        <p className="credits:text-sm">{children}</p>
        {error ? <Failure error={error} /> : null}
        <div className="credits:flex credits:flex-wrap credits:justify-end credits:gap-3">
          <Button onClick={onClose} disabled={isBusy}>
            Cancel
          </Button>
          <Button kind="danger" isBusy={isBusy} onClick={onConfirm}>
            {action}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
