/** The pages: `npm run dev`, `npm run build`, and the tests of components. */
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { supplyGroupBy } from "./vitest.node20.ts";

supplyGroupBy();

const PACKAGES = ["**/node_modules/**"];
/** Tests of what a module keeps or is mocked with, or reads but once, such as the time zone. */
const ALONE = [
  "src/app/page.test.tsx",
  "src/app/routes.test.tsx",
  "src/kit/components/missing-chart.test.tsx",
  "src/kit/format.test.ts",
  "src/kit/midnight.test.ts",
];

export default defineConfig({
  plugins: [react(), tailwindcss()],
  // The manifest is for the test of the pages' weight: its dot keeps it from being served.
  build: { target: "es2023", modulePreload: { polyfill: false }, manifest: ".manifest.json" },
  test: {
    environment: "jsdom",
    setupFiles: "vitest.setup.ts",
    css: false,
    testTimeout: 20_000, // a loaded machine is no failure
    // A jsdom for each file takes ten times as long: only who needs modules of its own has one.
    projects: [
      { extends: true, test: { name: "one", isolate: false, exclude: [...PACKAGES, ...ALONE] } },
      { extends: true, test: { name: "alone", include: ALONE } },
    ],
  },
});
