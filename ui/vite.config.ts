// How ui/ is built, served and tested. The preview sends the window's own CSP, so that a browser refuses what the shell would refuse.
import { join } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { words } from "./words.ts";

const main = join(import.meta.dirname, "src/main.ts");

interface Graph {
  getModuleInfo(id: string): { importedIds: string[] } | null;
}

/** What main.ts imports before it shows anything. */
function imports(graph: Graph): Set<string> {
  const of = (id: string) => [...(graph.getModuleInfo(id)?.importedIds ?? [])];
  const found = new Set(of(main));
  for (const id of found) for (const next of of(id)) found.add(next);
  return found;
}

/** The first screen's code is one chunk: many small ones compress worse. main.ts, which waits for what it fetches, stays apart: what it
 *  waits for may import that chunk. */
let first: Set<string> | undefined;
const chunk = (id: string, graph: Graph) => ((first ??= imports(graph)).has(id) ? "first" : null);

const csp = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

export default defineConfig({
  plugins: [words(), svelte()],
  clearScreen: false,
  // The locales lie beside ui/, not in it: Rust reads them too.
  server: { host: "127.0.0.1", port: 5173, strictPort: true, fs: { allow: [".."] } },
  preview: { host: "127.0.0.1", headers: { "Content-Security-Policy": csp } },
  // Nothing is inlined as a data: address, which the CSP would block.
  build: {
    target: ["es2022", "safari16.4"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: chunk, debugName: "first" }] } } },
  },
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  // Vitest would leave one core idle.
  test: { environment: "jsdom", include: ["test/**/*.test.ts"], testTimeout: 20_000, maxWorkers: "100%" },
});
