import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The GraphiQL page, built apart from the pages so that they load none of it. */
export default defineConfig({
  base: "./",
  build: {
    assetsDir: "graphiql",
    chunkSizeWarningLimit: 1600,
    emptyOutDir: false,
    outDir: here("../providers/crosswind/src/crosswind/ui"),
    rollupOptions: { input: here("./graphiql.html") },
    target: "es2023",
  },
  plugins: [react()],
});
