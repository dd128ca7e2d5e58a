import { useState } from "react";
import { formatCredits, inCredits } from "../format";
import { usePrices } from "../hooks/use-catalog";
import { useCheaperModel } from "../hooks/use-cheaper-model";
import { useEstimate } from "../hooks/use-estimate";
import type { Estimate, ModelChoice } from "../services/catalog";
import { Answer } from "../ui/answer";
import { buttonLook } from "../ui/button";
import { Card } from "../ui/card";
import { Failure, Loading, Note } from "../ui/notes";
import { EstimatorFields } from "./estimator-fields";
import { type Draft, listServices, toRequest } from "./estimator-request";

/** What `CostEstimator` takes. */
export interface CostEstimatorProps {
  /** Where credits are bought. */
  buyHref: string;
  /** How long the request must stay the same before it is asked, in milliseconds. */
  delayMs?: number;
}

/** What a prompt or a use of a service would cost, as it is typed. */
export function CostEstimator({ buyHref, delayMs = 1000 }: CostEstimatorProps) {
  const prices = usePrices();
  const [draft, setDraft] = useState<Draft>({ service: "", prompt: "", usage: {}, tools: [] });
  const services = listServices(prices.data ?? []);
  const request = toRequest(services, draft);
  const { estimate, error, isPending, retry } = useEstimate(request, delayMs);
  const isTooDear = estimate?.affordable === false && !isPending;
  const cheaper = useCheaperModel(isTooDear && request?.prompt ? request.prompt : null);
  return (
    <Card title="What would it cost?">
      <Answer query={prices} height="12rem">
        {() => (
          <div className="credits:grid credits:min-h-48 credits:content-start credits:gap-5 credits:md:grid-cols-2">
            <EstimatorFields services={services} draft={draft} onChange={setDraft} />
            <div
              className="credits:flex credits:min-h-24 credits:flex-col credits:gap-3"
              aria-busy={isPending}
              aria-live="polite"
            >
              {request === null && (
                <p className="credits:text-sm credits:text-muted">
                  {services.some(({ isModel }) => isModel)
                    ? "Write a prompt, or choose a service and how much of it."
                    : "Choose a service and how much of it."}
                </p>
              )}
              {error && <Failure error={error} onRetry={retry} />}
              {request && !estimate && !error && <Loading height="8rem" />}
              {estimate && <Range estimate={estimate} isPending={isPending} />}
              {isTooDear && !cheaper.isSearching && (
                <TooDear cheaper={cheaper.choice} buyHref={buyHref} />
              )}
            </div>
          </div>
        )}
      </Answer>
    </Card>
  );
}

function Range({ estimate, isPending }: { estimate: Estimate; isPending: boolean }) {
  const { low, expected, high, model, affordable } = estimate;
  return (
    <div
      className={`credits:flex credits:flex-col credits:gap-3 ${isPending ? "credits:opacity-60" : ""}`}
    >
      <p className="credits:m-0">
        <strong className="credits:text-3xl credits:font-semibold credits:tabular-nums">
          {formatCredits(expected)}
        </strong>{" "}
        <span className="credits:text-muted">credits expected</span>
      </p>
      {low !== high && (
        <p className="credits:text-sm credits:text-muted credits:tabular-nums">
          from {formatCredits(low)} to {formatCredits(high)}
        </p>
      )}
      {model && <p className="credits:text-sm credits:text-muted">with {model}</p>}
      {affordable && <p className="credits:text-sm credits:text-good">You have enough for it.</p>}
    </div>
  );
}

function TooDear({ cheaper, buyHref }: { cheaper: ModelChoice | null; buyHref: string }) {
  return (
    <Note tone="warn">
      <span>
        This may cost more than you have.
        {cheaper &&
          ` ${cheaper.model} would do it for about ${inCredits(cheaper.estimated_credits ?? 0)}.`}
      </span>
      {!cheaper && (
        <a className={buttonLook("secondary")} href={buyHref}>
          Buy credits
        </a>
      )}
    </Note>
  );
}
