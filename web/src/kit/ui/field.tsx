import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";

const BOX =
  "credits:w-full credits:min-h-11 credits:rounded-lg credits:border credits:border-edge credits:bg-surface credits:px-3 credits:py-2 credits:text-sm credits:text-ink credits:placeholder:text-muted credits:aria-invalid:border-bad";

interface Labelled {
  label: string;
  /** A word of help below the field. */
  help?: string | undefined;
  /** What is wrong with what stands in it. */
  error?: string | undefined;
}

interface Wired {
  id: string;
  className: string;
  "aria-invalid": boolean | undefined;
  "aria-describedby": string | undefined;
}

function Labels({
  label,
  help,
  error,
  children,
}: Labelled & { children: (wired: Wired) => ReactNode }) {
  const id = useId();
  const note = error ?? help;
  return (
    <div className="credits:flex credits:flex-col credits:gap-1">
      <label htmlFor={id} className="credits:text-sm credits:font-medium">
        {label}
      </label>
      {children({
        id,
        className: BOX,
        "aria-invalid": error ? true : undefined,
        "aria-describedby": note ? `${id}-note` : undefined,
      })}
      {note && (
        <p
          key={error}
          id={`${id}-note`}
          role={error ? "alert" : undefined}
          className={`credits:text-xs ${error ? "credits:text-bad" : "credits:text-muted"}`}
        >
          {note}
        </p>
      )}
    </div>
  );
}

/** A field of one line. */
export function Field({
  label,
  help,
  error,
  ...rest
}: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  return <Labels {...{ label, help, error }}>{(wired) => <input {...rest} {...wired} />}</Labels>;
}

/** A field of several lines. */
export function TextField({
  label,
  help,
  error,
  ...rest
}: Labelled & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Labels {...{ label, help, error }}>
      {(wired) => <textarea rows={4} {...rest} {...wired} />}
    </Labels>
  );
}

/** A choice of one of several. */
export function Select({
  label,
  help,
  error,
  children,
  ...rest
}: Labelled & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Labels {...{ label, help, error }}>
      {(wired) => (
        <select {...rest} {...wired}>
          {children}
        </select>
      )}
    </Labels>
  );
}
