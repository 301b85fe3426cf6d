import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: "./",
  build: {
    chunkSizeWarningLimit: 1600,
    emptyOutDir: true,
    outDir: here("../providers/crosswind/src/crosswind/ui"),
    target: "es2023",
  },
  plugins: [react()],
  resolve: { alias: { "@": here("./src") } },
});
