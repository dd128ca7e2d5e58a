import { createBrowserRouter, type RouteObject } from "react-router";
import { ADMIN_ROUTES } from "./admin/routes";
import { Broken } from "./broken";
import { Shell } from "./shell";

/** The pages, each loaded when it is first opened. */
const PAGES: RouteObject[] = [
  {
    index: true,
    lazy: async () => ({ Component: (await import("./pages/billing")).Billing }),
  },
  {
    path: "billing",
    lazy: async () => ({ Component: (await import("./pages/billing")).Billing }),
  },
  {
    path: "buy",
    lazy: async () => ({ Component: (await import("./pages/buy")).Buy }),
  },
  {
    path: "pricing",
    lazy: async () => ({ Component: (await import("./pages/pricing")).Pricing }),
  },
  {
    path: "usage",
    lazy: async () => ({ Component: (await import("./pages/usage")).UsageGuide }),
  },
  {
    path: "sign-in",
    lazy: async () => ({ Component: (await import("./pages/sign-in")).SignIn }),
  },
  {
    path: "sign-up",
    lazy: async () => ({ Component: (await import("./pages/sign-up")).SignUp }),
  },
  {
    path: "history",
    lazy: async () => ({ Component: (await import("./pages/history")).History }),
  },
  {
    path: "disputes",
    lazy: async () => ({ Component: (await import("./pages/disputes")).Disputes }),
  },
  {
    path: "teams",
    lazy: async () => ({ Component: (await import("./pages/teams")).Teams }),
  },
  {
    path: "gifts",
    lazy: async () => ({ Component: (await import("./pages/gifts")).Gifts }),
  },
  ADMIN_ROUTES,
  {
    path: "*",
    lazy: async () => ({ Component: (await import("./pages/not-found")).NotFound }),
  },
];

/** All pages, in their shell, which stays around one that is broken: one goes on to another. */
export function createRoutes() {
  return createBrowserRouter([
    {
      path: "/",
      Component: Shell,
      HydrateFallback: Nothing,
      ErrorBoundary: BrokenShell,
      children: [{ ErrorBoundary: Broken, children: PAGES }],
    },
  ]);
}

/** While the first page is loaded: its place stays empty. */
function Nothing() {
  return null;
}

function BrokenShell() {
  return (
    <main className="credits:mx-auto credits:max-w-6xl credits:px-4 credits:py-6">
      <Broken />
    </main>
  );
}
