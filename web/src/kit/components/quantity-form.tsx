import { useState } from "react";
import { formatCredits } from "../format";
import { type QuantityBounds, useQuantityBounds } from "../hooks/use-quantity-bounds";
import { Answer } from "../ui/answer";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Field } from "../ui/field";
import { Empty } from "../ui/notes";

/** What `QuantityForm` takes. */
export interface QuantityFormProps {
  /** Told how many credits are wanted. */
  onChoose: (quantity: number) => void;
}

/** How many credits are wanted, where they are sold by number. */
export function QuantityForm({ onChoose }: QuantityFormProps) {
  return (
    <Answer query={useQuantityBounds()} height="10.5rem">
      {(bounds) =>
        bounds ? (
          <Quantity bounds={bounds} onChoose={onChoose} />
        ) : (
          <Empty>No credits are on sale.</Empty>
        )
      }
    </Answer>
  );
}

function Quantity({ bounds, onChoose }: QuantityFormProps & { bounds: QuantityBounds }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string>();
  const { minimum, maximum } = bounds;
  const range = `From ${formatCredits(minimum)} to ${formatCredits(maximum)}.`;
  function choose() {
    const quantity = Number(text);
    const isWithin = text.trim() !== "" && quantity >= minimum && quantity <= maximum;
    setProblem(isWithin ? undefined : range);
    if (isWithin) {
      onChoose(quantity);
    }
  }
  return (
    <Card title="A number of credits">
      <form
        noValidate
        className="credits:flex credits:flex-wrap credits:items-start credits:gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          choose();
        }}
      >
        <div className="credits:w-full credits:max-w-60">
          <Field
            label="Credits"
            inputMode="decimal"
            autoComplete="off"
            value={text}
            help={range}
            error={problem}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <Button type="submit" className="credits:mt-6">
          Show the price
        </Button>
      </form>
    </Card>
  );
}
