
// A Cloudflare Worker: the public statuses of one account as JSON, for pages of any origin. The token is a secret of the Worker
// and never stands in this file:  npx wrangler secret put ACCESS_TOKEN

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, HEAD, OPTIONS",
  "access-control-allow-headers": "content-type",
  "access-control-expose-headers": "retry-after",
  "access-control-max-age": "86400",
};
// What a page may ask for, and how; any other name stays here.
const ID = /^[0-9A-Za-z]{1,64}$/;
const SWITCH = /^(true|false)$/;
const ASKED = {
  limit: /^([1-9]|[1-7][0-9]|80)$/,
  max_id: ID,
  min_id: ID,
  since_id: ID,
  exclude_replies: SWITCH,
  exclude_reblogs: SWITCH,
  only_media: SWITCH,
  pinned: SWITCH,
};
// What a server says of the token's owner alone, in a status, in one that it repeats or quotes, and in a poll.
const OWNERS = new Set(["application", "bookmarked", "current_user", "favourited", "filtered", "muted", "own_votes", "reblogged", "voted"]);

// The token's owner sees more than everybody may: not every server knows only_public.
const isEverybodys = (status) => status.visibility === "public" && status.local_only !== true && (!status.reblog || isEverybodys(status.reblog));
const everybodys = (name, value) => {
  if (OWNERS.has(name)) return undefined;
  return name === "quoted_status" && value && !isEverybodys(value) ? null : value;
};

const json = (status, body, more) =>
  new Response(body, { status, headers: { ...CORS, "content-type": "application/json; charset=utf-8", "x-content-type-options": "nosniff", ...more } });
const failed = (status, error, more) => json(status, JSON.stringify({ error }), more);

export default {
  async fetch(request, env) {
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: CORS });
    if (request.method !== "GET" && request.method !== "HEAD") return failed(405, "only GET", { allow: "GET, HEAD, OPTIONS" });
    if (!env.ACCESS_TOKEN) return failed(500, "the secret ACCESS_TOKEN is missing");
    if (!ID.test(ACCOUNT)) return failed(500, "ACCOUNT is no account's id");

    const url = new URL(`/api/v1/accounts/${ACCOUNT}/statuses`, SERVER);
    const asked = new URL(request.url).searchParams;
    for (const [name, form] of Object.entries(ASKED)) {
      const value = asked.get(name);
      if (value === null) continue;
      if (!form.test(value)) return failed(400, `${name} cannot be that`);
      url.searchParams.set(name, value);
    }
    url.searchParams.set("only_public", "true");

    let body;
    try {
      const answer = await fetch(url, {
        headers: { accept: "application/json", authorization: `Bearer ${env.ACCESS_TOKEN}`, "user-agent": "statuses-worker" },
        redirect: "manual",
      });
      if (answer.status >= 400) {
        const more = answer.headers.has("retry-after") ? { "retry-after": answer.headers.get("retry-after") } : {};
        // A server may say again what it was sent.
        const words = (await answer.text()).replaceAll(env.ACCESS_TOKEN, "…");
        const type = answer.headers.get("content-type")?.includes("json") ? {} : { "content-type": "text/plain; charset=utf-8" };
        return json(answer.status, words, { ...type, ...more });
      }
      const statuses = await answer.json();
      if (!answer.ok) throw new Error();
      body = JSON.stringify(statuses.filter(isEverybodys), everybodys);
    } catch {
      return failed(502, "the server gave no statuses");
    }
    return json(200, request.method === "HEAD" ? null : body, { "cache-control": "public, max-age=60" });
  },
};
