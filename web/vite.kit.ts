/** The package: customers' module and administrators', without what the application brings. */
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import manifest from "./package.json" with { type: "json" };

const peers = Object.keys(manifest.peerDependencies);

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    target: "es2023",
    outDir: "kit",
    minify: false,
    cssCodeSplit: true, // the styles are a file of their own, which an application imports or not
    lib: {
      entry: {
        index: "src/kit/index.ts",
        admin: "src/kit/admin.ts",
        styles: "src/kit/styles.css",
      },
      formats: ["es"],
    },
    rollupOptions: {
      output: { banner: '"use client";' }, // all of it is for the browser
      external: (id) => peers.some((peer) => id === peer || id.startsWith(`${peer}/`)),
    },
  },
});
