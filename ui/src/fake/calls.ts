// Using tokens in the stand-in: a few requests and copies, and answers like the platforms'.
import type { Api } from "../shell/api";
import { codeOf, error, seconds, wait } from "./common";
import { shipped } from "./shipped";
import type { AppView, CallView, CopyView, InputView, Text, TriedView } from "../shell/wire";

const DOTS = "••••••••";
const blank = { kind: "text", default: "", min: null, max: null, options: [] } as const;
const field = (id: string, meaning: Text, part: Partial<InputView> = {}): InputView => ({ ...blank, options: [], id, meaning, ...part });
const call = (id: string, meaning: Text, inputs: InputView[] = [], part: Partial<CallView> = {}): CallView => ({
  id,
  meaning,
  costs: null,
  writes: false,
  inputs,
  ...part,
});

const me = shipped("gotosocial", "who this token is");
const cent = shipped("x", "X charges about one US cent");
const about = (begins: string) => shipped("gotosocial", begins);
const STATUSES = call("statuses", about("your statuses"), [
  field("limit", about("how many at most"), { kind: "number", default: "20", min: 1, max: 40 }),
  field("exclude_replies", about("without replies"), { kind: "switch" }),
  field("only_media", about("with media only"), { kind: "switch" }),
  field("pinned", about("pinned ones only"), { kind: "switch" }),
]);
const INSTANCE = call("instance", about("what the server says"), [
  field("api", about("which version of the API"), { kind: "choice", default: "v2", options: ["v2", "v1"] }),
]);
const FIELDS = field("fields", shipped("threads", "which fields"), { default: "id,username,name" });
const FIELDS_SENT: [string, string][] = [
  ["user-agent", "Keybearer/0.1.0"],
  ["accept", "application/json"],
];
const INVALIDATE = call("invalidate-token", about("revoke one of them"), [field("token_id", about("its ID"))], { writes: true });

const copy = (id: CopyView["id"], kind: CopyView["kind"], shown: string, file: string | null = null): CopyView => ({
  id,
  kind,
  secret: shown.includes(DOTS),
  shown,
  file,
});
const COPIES = [
  copy("token", "plain", DOTS),
  copy("header", "header", `Authorization: Bearer ${DOTS}`),
  copy(
    "curl",
    "curl",
    `curl 'https://fedi.example/api/v1/accounts/verify_credentials' \\\n  -H 'accept: application/json' \\\n  -H 'authorization: Bearer ${DOTS}'`,
  ),
  copy("env", "env", `GOTOSOCIAL_URL=https://fedi.example\nGOTOSOCIAL_ACCOUNT_ID=01J\nGOTOSOCIAL_ACCESS_TOKEN=${DOTS}\n`),
  copy("json", "json", `{\n  "access_token": "${DOTS}",\n  "scope": "read",\n  "account": "@me@fedi.example"\n}\n`),
  copy(
    "worker",
    "javascript",
    'const SERVER = "https://fedi.example";\nconst ACCOUNT = "01J";\n\nexport default { fetch };\n',
    "statuses-worker.js",
  ),
];

/** Platforms whose accounts can post here. */
const POSTING = ["gotosocial", "threads", "instagram", "x"];

const status = (n: number) =>
  `  {\n    "id": "01J9ZC${n}",\n    "created_at": "2026-11-${String(22 - n).padStart(2, "0")}T08:00:00.000Z",\n    "visibility": "public",\n    "content": "<p>Practice post ${n}</p>",\n    "favourites_count": ${n}\n  }`;
const ADA = `{\n  "id": "17841400000000001",\n  "username": "memochou",\n  "name": "Memo",\n  "is_verified": false,\n  "paging": {\n    "next": "${DOTS}"\n  }\n}`;

export function fakeTry(view: AppView, query: URLSearchParams): Pick<Api, "uses" | "prepareCall" | "tryCall" | "copyAs" | "saveCopy"> {
  const of = (id: string) =>
    view.accounts.find((account) => account.id === id) ??
    (() => {
      throw error("account-unknown");
    })();
  const family = (id: string) => ["gotosocial", "mastodon", "practice"].includes(of(id).provider);
  const paid = (id: string) => of(id).provider.startsWith("x");
  const calls = (id: string): CallView[] => {
    if (of(id).provider === "other") return [];
    if (family(id)) return [STATUSES, call("me", me), INSTANCE, INVALIDATE];
    return [call("me", me, [FIELDS], { costs: paid(id) ? cent : null })];
  };
  return {
    uses: async (id) => ({
      calls: calls(id),
      copies: COPIES.filter((copy) => family(id) || copy.kind !== "javascript"),
      can_post: POSTING.includes(of(id).provider),
      pages_can_post: of(id).provider === "facebook" && of(id).parent === null,
    }),
    async prepareCall(id, name, inputs) {
      const wrong = calls(id)
        .find((call) => call.id === name)
        ?.inputs.find(
          (input) =>
            input.kind === "number" &&
            inputs[input.id] &&
            !(Number(inputs[input.id]) >= (input.min ?? 0) && Number(inputs[input.id]) <= (input.max ?? Infinity)),
        );
      if (wrong) throw error("input-invalid", { field: wrong.id });
      const asked = new URLSearchParams(Object.entries(inputs).filter(([, value]) => value !== "")).toString();
      const mark = asked ? `?${asked}` : "";
      if (family(id))
        return {
          method: name === "invalidate-token" ? "POST" : "GET",
          url: `https://fedi.example/api/v1/accounts/01J/${name}${mark}`,
          headers: [...FIELDS_SENT, ["authorization", `Bearer ${DOTS}`]],
          body: null,
        };
      return {
        method: "GET",
        url: `https://graph.example/v1.0/me${mark}${mark ? "&" : "?"}access_token=${DOTS}`,
        headers: FIELDS_SENT,
        body: null,
      };
    },
    async tryCall(id, name, inputs, confirmed): Promise<TriedView> {
      await wait(query.get("scene")?.startsWith("tried") ? 0 : 500);
      if (name === "invalidate-token" && !confirmed) throw error("input-invalid", { field: "confirmed" });
      const fail = codeOf(query);
      if (fail) throw error(fail, { host: "fedi.example" });
      const body =
        name === "statuses" ? `[\n${Array.from({ length: Number(inputs.limit || 20) }, (_, n) => status(n + 1)).join(",\n")}\n]` : ADA;
      const rate = family(id)
        ? { left: 299, limit: 300, resets: seconds() + 290, used: null }
        : { left: null, limit: null, resets: null, used: 3 };
      const plain = { status: 200, ms: 142, content_type: "application/json", retry_after: null, is_json: true, text: body, rate };
      return of(id).provider === "threads"
        ? { ...plain, status: 400, text: `{\n  "error": {\n    "message": "Malformed access token ${DOTS}",\n    "code": 190\n  }\n}` }
        : plain;
    },
    async copyAs(id, name) {
      await wait(200);
      if (of(id).trouble?.code === "token-dead") throw error("token-dead");
      return name === "worker" ? 0 : 45;
    },
    saveCopy: async () => "/home/me/Downloads/keybearer/statuses-worker.js",
  };
}
