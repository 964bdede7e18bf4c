// The form for each kind of delivery, and the target made of its answers. The keeper checks them.
import type { Target } from "../shell/wire";

export type Kind = Target["kind"];

/** The fields of each kind, in order, with their first values. */
export const FIELDS: Record<Kind, Record<string, string>> = {
  "env-file": { key: "ACCESS_TOKEN" },
  file: {},
  program: { words: "" },
  github: { repository: "", name: "ACCESS_TOKEN", api: "https://api.github.com" },
  "github-environment": { repository: "", environment: "", name: "ACCESS_TOKEN", api: "https://api.github.com" },
  "github-organization": { organization: "", name: "ACCESS_TOKEN", visibility: "private", api: "https://api.github.com" },
  cloudflare: { account: "", script: "", name: "ACCESS_TOKEN", api: "https://api.cloudflare.com/client/v4" },
  openbao: { url: "", namespace: "", mount: "secret", path: "", key: "access_token" },
};

/** Kinds that need an access key. */
export const GUARDED: readonly Kind[] = ["github", "github-environment", "github-organization", "cloudflare", "openbao"];

/** Kinds whose file is chosen in the system's dialog. */
export const FILES: readonly Kind[] = ["env-file", "file"];

/** Fields that may stay empty. */
export const OPTIONAL: readonly string[] = ["words", "namespace"];

/** Who may read an organization's new secret, the fewest first. */
export const VISIBILITIES = ["private", "selected", "all"] as const;

export function target(kind: Kind, answers: Record<string, string>): Target {
  const place = { path: "", leads_to: null };
  // The first word is the program, which is chosen in the system's dialog, too.
  const words = ["", ...(answers["words"] ?? "").split("\n").filter((word, at, all) => word !== "" || at < all.length - 1)];
  const named = Object.keys(FIELDS[kind]).map((name) => [name, name === "words" ? words : (answers[name] ?? "").trim()] as const);
  const said = Object.fromEntries(named.filter(([name, answer]) => answer !== "" || !OPTIONAL.includes(name)));
  return { kind, ...said, ...(FILES.includes(kind) ? { place } : {}) } as Target;
}

/** The target in one line. */
export function where(one: Target): string {
  switch (one.kind) {
    case "env-file":
      return `${one.key} · ${one.place.path}`;
    case "file":
      return one.place.path;
    case "program":
      return one.words.join(" ");
    case "github":
      return `${one.repository} · ${one.name}`;
    case "github-environment":
      return `${one.repository} · ${one.environment} · ${one.name}`;
    case "github-organization":
      return `${one.organization} · ${one.name}`;
    case "cloudflare":
      return `${one.script} · ${one.name}`;
    case "openbao":
      return `${one.namespace ? `${one.namespace}/` : ""}${one.mount}/${one.path} · ${one.key} · ${one.url}`;
  }
}
