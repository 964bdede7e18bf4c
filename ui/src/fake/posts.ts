// Exports in the stand-in: of a thousand posts, one that was cut off, and one that waits for its server.
import type { Api } from "../shell/api";
import { codeOf, error, seconds, wait } from "./common";
import type { ExportEvent, ExportPlan, ExportView, MissingView } from "../shell/wire";

type Exporting = Pick<Api, "exports" | "startExport" | "resumeExport" | "cancelExport" | "discardExport">;

const ALL = 1204;
const PATH = "/home/mei/Documents/mei-fedi.example.json";
/** A server that fails at a few posts, and counts more than it lists. */
const MISSING: MissingView = {
  skipped: [
    { kind: "status", id: "115500090000000036" },
    { kind: "between", newer: "115412370000000036", older: "115410030000000036" },
  ],
  repeats: false,
  expected: 1320,
};

export function fakeExport(query: URLSearchParams): Exporting {
  const scene = query.get("scene");
  const plan: ExportPlan = { account: "a1", format: "json", filters: [], limit: null };
  const one = (id: string, count: number, runs: boolean): ExportView => ({ id, plan, path: PATH, count, runs });
  let kept: ExportView[] = scene === "export-rest" ? [one("e0", 1240, false)] : scene === "export-going" ? [one("e0", 640, true)] : [];

  const run = async (view: ExportView, hear: (event: ExportEvent) => void) => {
    const fail = query.get("fail");
    view.runs = true;
    kept = [view];
    if (fail === "waits") hear({ kind: "waiting", until: seconds() + 240, error: error("rate-limited", { seconds: "240" }) });
    const end = Math.min(ALL, view.plan.limit ?? ALL);
    while (view.runs && view.count < end && fail !== "waits") {
      await wait(80);
      view.count = Math.min(end, view.count + 40);
      hear({ kind: "progress", count: view.count, rate: 500 });
      if (fail && fail !== "partial" && view.count >= 400) break;
    }
    const whole = view.count === end;
    if (whole) kept = [];
    if (whole && fail === "partial") hear({ kind: "partial", count: view.count, path: view.path, missing: MISSING });
    else if (whole) hear({ kind: "done", count: view.count, path: view.path, expected: null });
    else if (fail !== "waits" || !view.runs)
      hear({
        kind: "stopped",
        count: view.count,
        resumable: true,
        error: error((view.runs && codeOf(query)) || "cancelled", { host: "fedi.example" }),
      });
    view.runs = false;
  };

  return {
    exports: async (account) => structuredClone(account === "a1" ? kept : []),
    async startExport(wanted, hear) {
      await wait(300);
      if (query.get("fail") === "closed") return null;
      void run({ ...one("e1", 0, true), plan: wanted }, hear);
      return "e1";
    },
    async resumeExport(id, hear) {
      const found = kept.find((view) => view.id === id);
      if (!found) throw error("input-invalid", { field: "export" });
      void run(found, hear);
      return id;
    },
    async cancelExport() {
      for (const view of kept) view.runs = false;
    },
    async discardExport(id) {
      kept = kept.filter((view) => view.id !== id);
    },
  };
}
