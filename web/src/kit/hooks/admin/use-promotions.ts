import { adminService, type Promotion } from "../../services/admin";
import { usePages } from "./use-pages";

/** All promotions, the newest first. */
export function usePromotions() {
  return usePages<Promotion>(["promotions"], (client, last) =>
    adminService.listPromotions(client, last?.code ?? null),
  );
}
