// What each form of a copied token is called.
import type { CopyKind } from "../../shell/wire";

export const NAMES: Record<CopyKind, string> = {
  plain: "use-copy-plain",
  header: "use-copy-header",
  curl: "use-copy-curl",
  env: "use-copy-env",
  json: "use-copy-json",
  javascript: "use-copy-javascript",
};
