import type { ButtonHTMLAttributes, ReactNode } from "react";

/** How much a button stands out. */
export type ButtonKind = "primary" | "secondary" | "danger" | "quiet";

const LOOKS: Record<ButtonKind, string> = {
  primary:
    "credits:bg-accent credits:text-on-accent credits:border-transparent credits:hover:opacity-90",
  secondary: "credits:bg-surface credits:text-ink credits:border-edge credits:hover:bg-sunken",
  danger:
    "credits:bg-bad-soft credits:text-bad credits:border-transparent credits:hover:opacity-80",
  quiet:
    "credits:bg-transparent credits:text-accent credits:border-transparent credits:hover:bg-sunken",
};

/** The look of a button, for a link that acts like one. */
export function buttonLook(kind: ButtonKind = "secondary"): string {
  return `credits:inline-flex credits:min-h-11 credits:items-center credits:justify-center credits:gap-2 credits:rounded-lg credits:border credits:px-4 credits:py-2 credits:text-sm credits:font-medium credits:whitespace-nowrap credits:disabled:opacity-50 credits:aria-disabled:opacity-50 credits:forced-colors:aria-pressed:outline-2 ${LOOKS[kind]}`;
}

/** What `Button` takes, besides what a button of HTML does. */
export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: ButtonKind;
  /**
   * While what it has started goes on: it says so, and cannot be pressed again. Given, also as false,
   * it starts something: the second click of a double click is none.
   */
  isBusy?: boolean;
  children: ReactNode;
}

/** A button that knows when it is busy. */
export function Button({ kind, isBusy, children, className, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={isBusy ?? false}
      aria-disabled={isBusy || undefined} // a disabled one would lose the focus
      onClick={(event) => {
        if (isBusy || (isBusy !== undefined && event.detail > 1)) {
          event.preventDefault();
        } else {
          onClick?.(event);
        }
      }}
      className={`${buttonLook(kind)} ${className ?? ""}`}
    >
      {children}
      {isBusy && <span aria-hidden="true">…</span>}
    </button>
  );
}
