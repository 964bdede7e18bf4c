// A first post in the stand-in: drafts as platforms count and charge them, and each way in which a post can turn out. A scene's name says
// how the post of its account turned out; `reason` in the address is why strangers don't see it.
import type { Api } from "../shell/api";
import { codeOf, error, seconds, wait } from "./common";
import { shipped } from "./shipped";
import type { AccountView, AppView, DarkCode, Draft, PostPlanView, PostView, PostVisibility, RequestView, Text } from "../shell/wire";

type Posting = Pick<Api, "preparePost" | "publishPost" | "checkPost" | "deletePost" | "firstPost">;

const DOTS = "••••••••";
const HELLO = "Hello from my bot. It will post the weather of the harbour here, every morning at seven.";

const visibility = (id: string, meaning: Text, part: Partial<PostVisibility> = {}): PostVisibility => ({
  id,
  meaning,
  default: false,
  hides: false,
  ...part,
});
const who = (begins: string) => shipped("gotosocial", begins);
const VISIBILITIES = [
  visibility("public", who("Everyone, in public timelines"), { default: true }),
  visibility("unlisted", who("Everyone, but not in public timelines")),
  visibility("private", who("Followers only"), { hides: true }),
];
const CENTS = shipped("x", "X charges 1.5 US cents for a post");
const BY_HAND = {
  text: shipped("instagram", "With this kind of token no program can delete a post."),
  link: "https://www.instagram.com/",
};
const DEVELOPMENT = shipped("facebook", "Switch the app from Development to Live");

const request = (url: string, body: string): RequestView => ({
  method: "POST",
  url,
  headers: [
    ["authorization", `Bearer ${DOTS}`],
    ["content-type", "application/json"],
  ],
  body,
});

/** What the account's platform asks for. */
function planOf({ provider }: AccountView, draft: Draft): PostPlanView {
  const plan: PostPlanView = {
    requests: [request("https://graph.example/v1.0/me/posts", JSON.stringify({ text: draft.text }))],
    length: [...draft.text].length,
    max_length: 500,
    image: "none",
    visibilities: [],
    to: null,
    cost: null,
    scope_missing: null,
    delete_scope_missing: null,
    no_delete: null,
    public: true,
    seconds: 0,
    unclear: false,
    replaces: false,
  };
  if (provider === "gotosocial") {
    const chosen = VISIBILITIES.find(({ id }) => id === (draft.visibility ?? "public"));
    if (!chosen) throw error("input-invalid", { field: "visibility" });
    const body = JSON.stringify({ status: draft.text, visibility: chosen.id });
    const one = request("https://fedi.example/api/v1/statuses", body);
    one.headers.push(["idempotency-key", "6b1f0d3c9a"]);
    return { ...plan, requests: [one], visibilities: VISIBILITIES, public: !chosen.hides };
  }
  if (provider === "threads" || provider === "instagram") {
    const container = `https://graph.example/v1.0/me/threads?media_type=TEXT&text=${encodeURIComponent(draft.text)}&access_token=${DOTS}`;
    const publish = `https://graph.example/v1.0/me/threads_publish?creation_id={container}&access_token=${DOTS}`;
    const requests = [container, publish].map((url): RequestView => ({ method: "POST", url, headers: [], body: null }));
    const instagram = { image: "required", max_length: 2200, public: false, no_delete: BY_HAND } as const;
    return { ...plan, requests, seconds: 30, ...(provider === "instagram" && instagram) };
  }
  if (provider === "x") return { ...plan, max_length: 280, cost: CENTS };
  return { ...plan, max_length: null, image: "optional" };
}

export function fakeFirstPost(view: AppView, query: URLSearchParams): Posting {
  const scene = query.get("scene");
  const found = (id: string): AccountView => {
    const one = view.accounts.find((account) => account.id === id);
    if (!one) throw error("account-unknown");
    return one;
  };
  const made = (id: string, part: Partial<PostView> = {}): PostView => ({
    state: "posted",
    text: HELLO,
    visibility: null,
    id: "01K9ZC3W",
    link: `${found(id).url ?? "https://fedi.example/@mei"}/statuses/01K9ZC3W`,
    sent: "yes",
    there: "yes",
    seen: "yes",
    reason: null,
    refused: null,
    can_delete: found(id).provider !== "instagram",
    no_delete: found(id).provider === "instagram" ? BY_HAND : null,
    can_find: true,
    posted_at: seconds() - 60,
    checked_at: seconds() - 55,
    check_from: null,
    ...part,
  });
  const unknown = { sent: "unknown", there: "unknown", seen: "unknown", id: null, link: null, can_delete: false } as const;
  const dark = (code: DarkCode): Partial<PostView> => ({
    seen: "no",
    reason: {
      code,
      certain: code !== "limited-account",
      step: code === "app-in-development" ? DEVELOPMENT : null,
      link: ["app-in-development", "page-unpublished", "private-profile"].includes(code) ? "https://developers.example/apps/1" : null,
    },
  });
  const reason = (query.get("reason") ?? "private-profile") as DarkCode;
  const ENDS: Record<string, Partial<PostView>> = {
    posted: {},
    "post-hidden": dark(reason),
    "post-absent": { ...dark("held-back"), there: "no" },
    "post-early": { seen: "waiting", check_from: seconds() + 50 },
    "post-sign-in": { seen: "needs-login", can_delete: false },
    "post-maybe": { ...unknown, state: "may-be-posted", there: "no", checked_at: seconds() - 20, posted_at: seconds() - 7200 },
    "post-sending": { ...unknown, state: "sending", posted_at: seconds() - 4, checked_at: null },
    "post-refused": { ...unknown, ...dark("duplicate"), state: "refused", sent: "no", seen: "no", checked_at: null },
  };
  const posts = new Map<string, PostView>();
  const end = ENDS[scene ?? ""];
  for (const { id } of end ? view.accounts : []) posts.set(id, made(id, end));
  const known = (id: string): PostView => {
    const post = posts.get(id);
    if (!post) throw error("input-invalid", { field: "post" });
    return post;
  };

  return {
    async preparePost(id, draft) {
      const plan = planOf(found(id), draft);
      if (plan.image !== "none" && draft.image && !draft.image.startsWith("https://")) throw error("input-invalid", { field: "image" });
      if (scene === "post-scope") plan.scope_missing = "write:statuses";
      if (scene === "post-keeps") plan.delete_scope_missing = "threads_delete";
      const last = posts.get(id);
      return { ...plan, unclear: last?.state === "may-be-posted", replaces: last?.can_delete === true };
    },
    async publishPost(id, draft, confirmed) {
      if (!confirmed) throw error("input-invalid", { field: "confirmed" });
      const plan = planOf(found(id), draft);
      const own = { text: draft.text, visibility: draft.visibility, posted_at: seconds() };
      posts.set(id, made(id, { ...ENDS["post-sending"], ...own }));
      await wait(1200);
      const fail = codeOf(query);
      if (fail) {
        posts.delete(id);
        throw error(fail, { host: "fedi.example" });
      }
      // A post for followers is hidden; everything else begins as the scene says.
      const hides = plan.visibilities.find(({ id }) => id === draft.visibility)?.hides;
      const hidden = hides ? dark("default-visibility") : (ENDS[query.get("end") ?? ""] ?? {});
      posts.set(id, made(id, { ...hidden, ...own, checked_at: seconds() }));
      return known(id);
    },
    async checkPost(id) {
      await wait(700);
      const post = known(id);
      const late = post.seen === "waiting" ? ({ seen: "yes", check_from: null } as const) : {};
      posts.set(id, { ...post, ...late, checked_at: seconds() });
      return known(id);
    },
    async deletePost(id) {
      await wait(500);
      if (query.get("fail") === "transient") throw error("transient", { status: "503" });
      posts.set(id, { ...known(id), state: "deleted", can_delete: false, there: "no", seen: "no", reason: null });
      return known(id);
    },
    async firstPost(id) {
      return posts.get(id) ?? null;
    },
  };
}
