import { Field } from "../ui/field";

/** Where a monthly cap is written, in credits; the form has it as `cap`. */
export function CapField(props: { cap: number | null; error?: string | undefined }) {
  return (
    <Field
      label="Monthly cap in credits"
      name="cap"
      type="number"
      inputMode="decimal"
      min={0}
      step="any"
      defaultValue={props.cap ?? ""}
      help="Empty for no cap."
      error={props.error}
    />
  );
}

/** The cap in a form: null where the field is empty. */
export function readCap(form: FormData): number | null {
  const text = String(form.get("cap"));
  return text === "" ? null : Number(text);
}
