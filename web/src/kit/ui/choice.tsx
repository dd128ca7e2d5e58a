import { Button } from "./button";

/** What `Choice` takes. */
export interface ChoiceProps<Value> {
  /** What is chosen, for those who do not see it. */
  label: string;
  choices: readonly (readonly [Value, string])[];
  value: Value;
  onChoose: (value: Value) => void;
}

/** One of a few, as buttons beside one another. */
export function Choice<Value>({ label, choices, value, onChoose }: ChoiceProps<Value>) {
  return (
    <fieldset className="credits:flex credits:flex-wrap credits:gap-1">
      <legend className="credits:sr-only">{label}</legend>
      {choices.map(([code, name]) => (
        <Button
          key={name}
          kind={code === value ? "secondary" : "quiet"}
          aria-pressed={code === value}
          onClick={() => onChoose(code)}
        >
          {name}
        </Button>
      ))}
    </fieldset>
  );
}
