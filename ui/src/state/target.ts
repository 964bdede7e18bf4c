// What is asked of a person for each kind of delivery, and the definition made of the answers. Not for what is right: the keeper
// says that.
import type { Target } from "../shell/wire";

export type Kind = Target["kind"];

/** Each kind with its fields, in the order in which they are asked; what stands behind a name is there from the beginning. */
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

/** Kinds whose other side wants a credential. */
export const GUARDED: readonly Kind[] = ["github", "github-environment", "github-organization", "cloudflare", "openbao"];

/** Kinds whose file is chosen in a dialog of the system's. */
export const FILES: readonly Kind[] = ["env-file", "file"];

/** What may stay empty. */
export const OPTIONAL: readonly string[] = ["words", "namespace"];

/** Who may read a new secret of an organization's, the fewest first. */
export const VISIBILITIES = ["private", "selected", "all"] as const;

export function target(kind: Kind, answers: Record<string, string>): Target {
  const place = { path: "", leads_to: null };
  // The first one is the program, which is chosen in such a dialog, too.
  const words = ["", ...(answers["words"] ?? "").split("\n").filter((word, at, all) => word !== "" || at < all.length - 1)];
  const named = Object.keys(FIELDS[kind]).map((name) => [name, name === "words" ? words : (answers[name] ?? "").trim()] as const);
  const said = Object.fromEntries(named.filter(([name, answer]) => answer !== "" || !OPTIONAL.includes(name)));
  return { kind, ...said, ...(FILES.includes(kind) ? { place } : {}) } as Target;
}

/** Where it goes, in a line. */
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
