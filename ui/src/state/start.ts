// Where the window begins. Empty inside the app; filled by the stand-in's scenes. Not for moving about later: that is desk.
import type { Desk } from "./model.svelte";
import type { Place } from "./route";
import type { Stage } from "./login-flow.svelte";
import type { RedirectKind } from "../shell/wire";
import { t } from "../text/words.svelte";

export interface Start {
  place?: Place;
  /** A trip that is already under way, for pictures and tests. */
  trip?: { provider: string; stage: Stage; typed?: string; redirects?: boolean; redirect?: RedirectKind; answers?: Record<string, string>; shown?: string; expect?: string; known?: boolean };
  dialog?: "delete" | "revoke" | "replace" | "verify" | "step-back";
  /** What is asked about another computer in Settings. */
  moving?: "move" | "copy" | "bring";
  /** The fold that stands open where a token is put to use. */
  use?: "try" | "tried" | "copy-as" | "console" | "export" | "deliver";
  toast?: boolean;
  theme?: string;
  language?: string;
}

/** Brings a fresh desk to where `start` says, by the same steps a person takes. */
export async function resume(desk: Desk, { trip: wanted, toast }: Start): Promise<void> {
  const provider = desk.provider(wanted?.provider ?? null);
  const trip = desk.trip;
  if (wanted?.stage === "adopt") return trip.adopt();
  if (wanted && provider) {
    if (wanted.stage === "kind") return trip.open(provider);
    trip.choose(provider);
    trip.stage = wanted.stage === "client" ? "client" : "tiles";
    if (wanted.stage === "client") return;
    trip.shown = wanted.shown ?? "";
    trip.client = wanted.known ? (trip.known[0]?.id ?? null) : null;
    trip.redirect = wanted.redirect ?? null;
    trip.expect = wanted.expect ?? "";
    trip.answers = { ...wanted.answers };
    const question = trip.serverQuestion;
    if (question && wanted.typed) {
      trip.answers[question.id] = wanted.typed;
      trip.accept(await trip.findServer(wanted.typed));
    }
    trip.stage = ["questions", "store", "redirect"].includes(wanted.stage) ? wanted.stage : "permissions";
    if (trip.stage !== "permissions") return;
    trip.redirectsOpen = wanted.redirects ?? false;
    if (["waiting", "failed", "held", "done"].includes(wanted.stage)) await trip.connect();
  }
  const first = desk.view.accounts[0];
  if (toast && first) desk.say(t("token-copied"), await desk.api.copyToken(first.id));
}
