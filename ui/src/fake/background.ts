// What the stand-in does in the background: renewing all accounts, from the window and from the tray, restoring a token, the
// calendar, closing the window, and what the system supports.
import type { Api, Closing } from "../shell/api";
import { mayRenew } from "../state/next";
import { error, seconds, wait } from "./common";
import { renewed } from "./tokens";
import type { AccountView, AppView, RenewalView } from "../shell/wire";

const DAY = 86_400;

type Away = Pick<
  Api,
  | "refreshLongLived"
  | "lastRenewals"
  | "stepBack"
  | "saveCalendar"
  | "wantedAccount"
  | "abilities"
  | "linkCommandLine"
  | "closing"
  | "closeWindow"
>;

export function fakeAway(view: AppView, query: URLSearchParams, changed: () => void): Away {
  const scene = query.get("scene");
  let asked: Closing | null = scene?.startsWith("closing") ? (scene === "closing-trayless" ? "trayless" : "tray") : null;

  let linked = false;

  /** Outcomes by account, one of each kind. */
  const outcome = (one: AccountView): RenewalView => {
    const said = { account: one.id, name: one.name, error: null, until: null };
    if (one.provider === "instagram")
      return { ...said, outcome: "later", error: error("transient", { status: "503" }, "503 Service Unavailable"), until: seconds() + 300 };
    if (one.provider === "facebook") return { ...said, outcome: "needs-you", error: error("not-extended") };
    return { ...said, outcome: "renewed" };
  };

  return {
    async refreshLongLived() {
      const results: RenewalView[] = [];
      for (const { id } of view.accounts.filter(mayRenew)) {
        await wait(700);
        if (query.get("fail") === "refresh") throw error("internal");
        const one = view.accounts.find((account) => account.id === id);
        if (!one) continue;
        const result = outcome(one);
        if (result.outcome === "renewed") renewed(one);
        if (result.outcome === "later" && result.until !== null && result.error) one.later = { until: result.until, why: result.error };
        if (result.outcome === "needs-you") one.trouble = result.error;
        results.push(result);
        changed();
      }
      return results.sort((a, b) => a.name.localeCompare(b.name));
    },
    lastRenewals: async () => (scene === "next-told" ? view.accounts.filter(mayRenew).map(outcome) : []),
    async stepBack(id) {
      await wait(400);
      const found = view.accounts.find((account) => account.id === id);
      if (!found) throw error("account-unknown");
      if (query.get("fail") === "secret-missing" || (found.step_back_until ?? 0) <= seconds()) throw error("secret-missing");
      const now = seconds();
      Object.assign(found, {
        issued: now - 20 * DAY,
        renews_from: now - 19 * DAY,
        expires: now + 40 * DAY,
        renews_next: now + 33 * DAY,
        breaks: now + 40 * DAY,
        step_back_until: null,
      });
      changed();
    },
    async saveCalendar() {
      await wait(300);
      if (query.get("fail") === "disk") throw error("disk", { path: "/home/mei/Downloads" });
      return "/home/mei/Downloads/keybearer.ics";
    },
    wantedAccount: async () => null,
    abilities: async () => ({
      system: query.get("system") === "mac" ? "macos" : query.get("system") === "windows" ? "windows" : "linux",
      folder: "/home/mei/.local/share/io.github.keybearer",
      trust_certificate: query.get("system") !== "bare",
      command_line:
        query.get("system") === "mac"
          ? {
              installed: linked,
              by_hand:
                "sudo mkdir -p /usr/local/bin && sudo ln -sf '/Applications/Keybearer.app/Contents/MacOS/keybearer' /usr/local/bin/keybearer",
            }
          : null,
    }),
    async linkCommandLine() {
      await wait(200);
      if (query.get("fail") === "translocated") throw error("not-in-applications");
      if (query.get("fail") === "link") throw error("internal", {}, "Permission denied (os error 13)");
      linked = true;
    },
    // Answered once, like the shell does.
    async closing() {
      const now = asked;
      asked = null;
      return now;
    },
    async closeWindow(keep) {
      await wait(200);
      if (query.get("fail") === "disk") throw error("disk", { path: "/home/mei/.local/share/keybearer/book.json" });
      view.settings = { ...view.settings, on_close: keep ? "keep" : "quit" };
      changed();
    },
  };
}
