// What is said of a first post: its outcome in one sentence, and how each of the three lamps looks. Only three lit lamps are "posted, and
// strangers can see it".
import type { IconName } from "../../parts/Icon.svelte";
import type { Lamp, PostView } from "../../shell/wire";

/** How a post turned out; `use-post-OUTCOME` says it. */
export type Outcome = "sending" | "maybe" | "refused" | "deleted" | "all" | "absent" | "hidden" | "early" | "open";

export function outcomeOf({ state, sent, there, seen }: PostView): Outcome {
  if (state === "may-be-posted") return "maybe";
  if (state !== "posted") return state;
  if (there === "no") return "absent";
  if (seen === "no") return "hidden";
  if (there === "waiting" || seen === "waiting") return "early";
  return sent === "yes" && there === "yes" && seen === "yes" ? "all" : "open";
}

export interface LampView {
  name: "sent" | "there" | "seen";
  value: Lamp | "now";
  tone: "good" | "bad" | "warn" | "";
  icon: IconName;
}

const LOOKS: Record<Lamp | "now", Pick<LampView, "tone" | "icon">> = {
  yes: { tone: "good", icon: "check" },
  no: { tone: "bad", icon: "close" },
  waiting: { tone: "warn", icon: "clock" },
  "needs-login": { tone: "", icon: "lock" },
  unknown: { tone: "", icon: "dash" },
  now: { tone: "", icon: "clock" },
};

/** Sending is never asked about: what other lamps may say of it is as good as unknown. */
function valueOf(post: PostView, name: LampView["name"]): Lamp | "now" {
  if (name === "sent" && post.state === "sending") return "now";
  const value = post[name];
  return name === "sent" && (value === "needs-login" || value === "waiting") ? "unknown" : value;
}

export function lampsOf(post: PostView): LampView[] {
  return (["sent", "there", "seen"] as const).map((name) => {
    const value = valueOf(post, name);
    return { name, value, ...LOOKS[value] };
  });
}
