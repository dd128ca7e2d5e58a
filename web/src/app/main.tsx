import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { AccountProvider } from "./account";
import "./app.css";
import { readConfig } from "./config";
import { keepReferral } from "./referred";
import { createRoutes } from "./routes";
import { SessionProvider } from "./session";
import { connect } from "./supabase";
import { applyTheme } from "./theme";

applyTheme();
keepReferral();
// The first page is on its way while the configuration is.
const routes = createRoutes();
const root = document.getElementById("root");
if (root) {
  const pages = createRoot(root);
  readConfig().then(
    (config) => {
      const supabase = connect(config);
      pages.render(
        <StrictMode>
          <SessionProvider config={config} supabase={supabase}>
            <AccountProvider>
              <RouterProvider router={routes} />
            </AccountProvider>
          </SessionProvider>
        </StrictMode>,
      );
    },
    (error: unknown) => pages.render(<p role="alert">The pages cannot start: {String(error)}</p>),
  );
}
