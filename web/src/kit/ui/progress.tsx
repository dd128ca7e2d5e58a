/** What `Progress` takes. */
export interface ProgressProps {
  /** What it shows, for those who do not see it. */
  label: string;
  value: number;
  /** What `value` has at most, above 0. */
  maximum: number;
  /** The value in words. */
  text: string;
  /** Its colour; "warn" and "bad" where a limit is near or reached. */
  tone?: "accent" | "warn" | "bad";
}

const TONES = {
  accent: "credits:[&::-moz-progress-bar]:bg-accent credits:[&::-webkit-progress-value]:bg-accent",
  warn: "credits:[&::-moz-progress-bar]:bg-warn credits:[&::-webkit-progress-value]:bg-warn",
  bad: "credits:[&::-moz-progress-bar]:bg-bad credits:[&::-webkit-progress-value]:bg-bad",
};

/** How much of something is left or done: a bar, of role progressbar. */
export function Progress({ label, value, maximum, text, tone = "accent" }: ProgressProps) {
  return (
    <progress
      aria-label={label}
      aria-valuetext={text}
      value={Math.min(Math.max(value, 0), maximum)}
      max={maximum}
      className={`credits:block credits:h-2 credits:w-full credits:appearance-none credits:overflow-hidden credits:rounded-full credits:bg-sunken credits:forced-colors:border credits:forced-colors:[&::-moz-progress-bar]:bg-[Highlight] credits:forced-colors:[&::-webkit-progress-value]:bg-[Highlight] credits:[&::-webkit-progress-bar]:bg-sunken credits:[&::-webkit-progress-value]:rounded-full ${TONES[tone]}`}
    />
  );
}
