import type { RouteObject } from "react-router";

/** The pages of administrators, each loaded when it is first opened. */
export const ADMIN_ROUTES: RouteObject = {
  path: "admin",
  lazy: async () => ({ Component: (await import("./admin")).Admin }),
  children: [
    { index: true, lazy: async () => ({ Component: (await import("./analytics")).Analytics }) },
    {
      path: "accounts",
      lazy: async () => ({ Component: (await import("./accounts")).Accounts }),
    },
    {
      path: "accounts/:accountId",
      lazy: async () => ({ Component: (await import("./account")).Account }),
    },
    {
      path: "disputes",
      lazy: async () => ({ Component: (await import("./disputes")).AdminDisputes }),
    },
    { path: "acts", lazy: async () => ({ Component: (await import("./acts")).Acts }) },
    {
      path: "promotions",
      lazy: async () => ({ Component: (await import("./promotions")).Promotions }),
    },
    { path: "catalog", lazy: async () => ({ Component: (await import("./catalog")).Catalog }) },
    { path: "audit", lazy: async () => ({ Component: (await import("./audit")).Audit }) },
  ],
};
