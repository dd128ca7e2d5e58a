import { formatCredits, inCredits } from "../format";
import { useReferral } from "../hooks/use-referral";
import { Answer } from "../ui/answer";
import { Card } from "../ui/card";
import { CopyField } from "../ui/copy-field";
import { CodeForm } from "./code-form";

/** What `Referral` takes. */
export interface ReferralProps {
  /** The address that one's link leads to; the start of this site where it is left out. */
  site?: string;
  /** The code that brought the visitor here. */
  code?: string;
  /** A code was claimed. */
  onClaim?: () => void;
}

/** One's own code and link, what they brought, and whose code brought one here. */
export function Referral(props: ReferralProps) {
  const { site = `${window.location.origin}/`, code = "", onClaim } = props;
  const { referral, claim } = useReferral();
  return (
    <Card title="Bring a friend">
      <div className="credits:flex credits:flex-col credits:gap-5">
        <Answer query={referral} height="15rem">
          {(mine) => (
            <div className="credits:flex credits:min-h-60 credits:flex-col credits:gap-4">
              <CopyField
                label="Your link"
                value={`${site}${mine.url_suffix}`}
                help="Send it to your friends."
              />
              <p className="credits:text-sm">
                Your code is{" "}
                <strong className="credits:font-mono credits:font-medium">{mine.code}</strong>. When
                a friend buys for the first time, you both get credits.
              </p>
              <dl className="credits:grid credits:grid-cols-3 credits:gap-3 credits:text-sm">
                <Count name="Came" value={mine.referred} />
                <Count name="Bought" value={mine.rewarded} />
                <Count name="Credits earned" value={mine.credits_earned} />
              </dl>
            </div>
          )}
        </Answer>
        <div className="credits:border-t credits:border-line credits:pt-4">
          <CodeForm
            label="Who brought you? Their code"
            action="Claim"
            code={code}
            write={claim}
            onDone={onClaim}
            thanks={(credits) =>
              credits > 0
                ? `Noted: your first purchase brings you ${inCredits(credits)} more.`
                : "Noted. Thank you."
            }
          />
        </div>
      </div>
    </Card>
  );
}

function Count({ name, value }: { name: string; value: number }) {
  return (
    <div className="credits:flex credits:flex-col-reverse credits:justify-end credits:rounded-lg credits:bg-sunken credits:px-3 credits:py-2">
      <dt className="credits:text-xs credits:text-muted">{name}</dt>
      <dd className="credits:text-lg credits:font-semibold credits:tabular-nums">
        {formatCredits(value)}
      </dd>
    </div>
  );
}
