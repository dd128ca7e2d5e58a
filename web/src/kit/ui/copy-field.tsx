import { useState } from "react";
import { Button } from "./button";
import { Field } from "./field";

/** What `CopyField` takes. */
export interface CopyFieldProps {
  label: string;
  value: string;
  /** What to do with it, until it is copied. */
  help: string;
}

/** A text that others are given: to read, and to copy with one press. */
export function CopyField({ label, value, help }: CopyFieldProps) {
  const [outcome, setOutcome] = useState("");

  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      setOutcome("Copied.");
    } catch {
      setOutcome("Select the text and copy it.");
    }
  }

  return (
    <div className="credits:grid credits:gap-3 credits:sm:grid-cols-[1fr_auto] credits:sm:items-start">
      <Field
        label={label}
        readOnly
        value={value}
        onFocus={(event) => event.target.select()}
        help={outcome || help}
      />
      <Button className="credits:sm:mt-6" onClick={() => void copy()}>
        Copy
      </Button>
      <span role="status" className="credits:sr-only">
        {outcome}
      </span>
    </div>
  );
}
