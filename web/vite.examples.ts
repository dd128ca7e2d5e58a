/** The pages of the examples: `npm run build:examples`; `python -m examples` serves them. */
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: "examples",
  plugins: [react(), tailwindcss()],
  build: {
    target: "es2023",
    modulePreload: { polyfill: false },
    outDir: "../../examples/dist",
    emptyOutDir: true,
  },
});
