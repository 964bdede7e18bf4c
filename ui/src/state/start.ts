// Where the window begins: empty in the app, filled by the stand-in's scenes.
import type { Model } from "./model.svelte";
import type { Route } from "./route";
import type { Stage } from "./login-flow.svelte";
import type { RedirectKind } from "../shell/wire";
import { copied } from "../text/copied";

export interface Start {
  route?: Route;
  /** A login in progress. */
  flow?: {
    provider: string;
    stage: Stage;
    typed?: string;
    redirects?: boolean;
    redirect?: RedirectKind;
    answers?: Record<string, string>;
    shown?: string;
    expect?: string;
    known?: boolean;
  };
  dialog?: "delete" | "revoke" | "replace" | "verify" | "step-back" | "details";
  /** The dialog about another computer in Settings. */
  moving?: "move" | "copy" | "import";
  /** What is open where a token is used. */
  use?: "try" | "tried" | "copy-as" | "console" | "export" | "deliver" | "post";
  toast?: boolean;
  theme?: string;
  language?: string;
}

/** Brings a new model to where `start` says, by the same steps as a user. */
export async function resume(model: Model, { flow: wanted, toast }: Start): Promise<void> {
  const provider = model.provider(wanted?.provider ?? null);
  const flow = model.flow;
  if (wanted?.stage === "import-token") return flow.importToken("", wanted.known ? wanted.provider : "");
  if (wanted && provider) {
    if (wanted.stage === "tiles") return flow.open(provider);
    flow.choose(provider);
    flow.stage = wanted.stage === "client" ? "client" : "tiles";
    if (wanted.stage === "client") return;
    flow.shown = wanted.shown ?? "";
    flow.client = wanted.known ? (flow.known[0]?.id ?? null) : null;
    flow.redirect = wanted.redirect ?? null;
    flow.expect = wanted.expect ?? "";
    flow.answers = { ...wanted.answers };
    const question = flow.serverQuestion;
    if (question && wanted.typed) {
      flow.answers[question.id] = wanted.typed;
      flow.accept(await flow.findServer(wanted.typed));
    }
    flow.redirectsOpen = wanted.redirects ?? false;
    flow.stage = ["questions", "store", "redirect"].includes(wanted.stage) ? wanted.stage : "permissions";
    if (["waiting", "failed", "mismatch", "done"].includes(wanted.stage)) await flow.connect();
  }
  const first = model.view.accounts[0];
  if (toast && first) model.say(copied(first), await model.api.copyToken(first.id));
}
