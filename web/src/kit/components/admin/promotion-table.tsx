import type { UseMutationResult } from "@tanstack/react-query";
import { useState } from "react";
import { formatMoney, inCredits } from "../../format";
import { useAdminWrite } from "../../hooks/admin/use-admin-write";
import { usePromotions } from "../../hooks/admin/use-promotions";
import { adminService, type Promotion } from "../../services/admin";
import { Answer } from "../../ui/answer";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Confirm } from "../../ui/confirm";
import { Badge, Note } from "../../ui/notes";
import { Table } from "../../ui/table";
import { More } from "./more";
import { formatPercent } from "./percent";
import { When } from "./when";

/** All promotions, the newest first, with how often each was used, and a way to end them. */
export function PromotionTable() {
  const pages = usePromotions();
  const end = useAdminWrite(adminService.endPromotion);
  const [chosen, setChosen] = useState<Promotion | null>(null);
  return (
    <Card title="Promotions">
      {end.isSuccess && (
        <div className="credits:mb-4">
          <Note tone="good" takesFocus>
            {end.data.code} is ended.
          </Note>
        </div>
      )}
      <Answer query={pages} height="20rem">
        {(promotions) => (
          <Table
            caption="Promotions, the newest first"
            rows={promotions}
            rowKey={(promotion) => promotion.code}
            empty="There is no promotion yet: create one above."
            columns={[
              {
                heading: "Code",
                cell: (promotion) => (
                  <div className="credits:flex credits:min-w-32 credits:flex-col">
                    <code>{promotion.code}</code>
                    <span className="credits:text-xs credits:text-muted">{promotion.name}</span>
                  </div>
                ),
              },
              { heading: "Gives", isShort: true, cell: giftOf },
              { heading: "For", cell: itemsOf },
              { heading: "From", cell: (promotion) => <When at={promotion.starts_at} isDay /> },
              {
                heading: "Until",
                isShort: true,
                cell: (promotion) =>
                  promotion.ends_at ? <When at={promotion.ends_at} isDay /> : "no end",
              },
              {
                heading: "Used",
                isNumber: true,
                cell: (promotion) =>
                  promotion.maximum_uses === null
                    ? promotion.uses
                    : `${promotion.uses} of ${promotion.maximum_uses}`,
              },
              { heading: "Status", cell: statusOf },
              {
                heading: "Act",
                cell: (promotion) =>
                  promotion.is_active && (
                    <Button
                      aria-label={`End ${promotion.code}`}
                      kind="danger"
                      onClick={() => {
                        end.reset();
                        setChosen(promotion);
                      }}
                    >
                      End
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Answer>
      <More pages={pages} />
      {chosen && <EndDialog code={chosen.code} end={end} onClose={() => setChosen(null)} />}
    </Card>
  );
}

function giftOf({ discount_type, discount_value, currency, credits_days }: Promotion): string {
  switch (discount_type) {
    case "percent":
      return `${formatPercent(discount_value)} off`;
    case "fixed":
      return `${formatMoney(discount_value, currency)} off`;
    case "bonus_credits":
      return `${inCredits(discount_value)} on top`;
    case "bonus_percent":
      return `${formatPercent(discount_value)} more credits`;
    case "credits":
      return `${inCredits(discount_value)}${credits_days ? ` for ${credits_days} days` : ""}`;
  }
}

function itemsOf({ discount_type, packages, plans }: Promotion): string {
  return discount_type === "credits"
    ? "its code alone"
    : [...(packages ?? []), ...(plans ?? [])].join(", ") || "everything";
}

function statusOf({ is_active, starts_at, ends_at }: Promotion) {
  const now = Date.now();
  if (!is_active || (ends_at && Date.parse(ends_at) <= now)) {
    return <Badge>Ended</Badge>;
  }
  return Date.parse(starts_at) > now ? (
    <Badge tone="warn">Not begun</Badge>
  ) : (
    <Badge tone="good">Active</Badge>
  );
}

interface EndDialogProps {
  code: string;
  end: UseMutationResult<Promotion, Error, string>;
  onClose: () => void;
}

function EndDialog({ code, end, onClose }: EndDialogProps) {
  return (
    <Confirm
      title={`End ${code}`}
      action="End it"
      isBusy={end.isPending}
      error={end.error}
      onConfirm={() => end.mutate(code, { onSuccess: onClose })}
      onClose={onClose}
    >
      Nobody can use the code any more, and it cannot be begun again. A checkout that is open can
      still be paid.
    </Confirm>
  );
}
