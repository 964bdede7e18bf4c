// panva's oidc-provider on loopback, for core/tests/it/real: `x` answers on X's paths and knows its clients, `strict` goes by
// the RFCs. The program comes by standard input, so that its import is found in the folder it is started in.
// Not the package's own: a clock that can be moved forward, an answer that is dropped, and the documents that a client of each
// kind asks for besides OAuth.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [kind, settings] = [process.argv[2], JSON.parse(process.argv[3])];

let ahead = 0;
let losing = false;
const clock = Date.now.bind(Date);
Date.now = () => clock() + ahead;

const server = createServer();
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const origin = `http://127.0.0.1:${server.address().port}`;

const x = {
  routes: { authorization: "/i/oauth2/authorize", token: "/2/oauth2/token", revocation: "/2/oauth2/revoke" },
  scopes: ["tweet.read", "tweet.write", "users.read", "offline.access"],
  issueRefreshToken: (_, client, source) => client.grantTypeAllowed("refresh_token") && source.scopes.has("offline.access"),
  ttl: { AccessToken: 7200, AuthorizationCode: 30, RefreshToken: 180 * 86_400, Grant: 180 * 86_400, Session: 3600, Interaction: 600 },
};
const strict = {
  scopes: ["openid", "offline_access", "notes"],
  issueRefreshToken: (_, client) => client.grantTypeAllowed("refresh_token"),
  ttl: { AccessToken: 3600, AuthorizationCode: 60, RefreshToken: 30 * 86_400, Grant: 30 * 86_400, Session: 3600, Interaction: 600, IdToken: 3600 },
};
const provider = new Provider(settings.issuer?.replace("PORT", server.address().port) ?? origin, {
  ...(kind === "x" ? x : strict),
  clients: settings.clients,
  pkce: { required: () => true },
  rotateRefreshToken: true,
  expiresWithSession: () => false,
  features: { devInteractions: { enabled: true }, revocation: { enabled: true }, deviceFlow: { enabled: kind === "strict" } },
});

const documents = {
  "/2/users/me": async (ctx) => {
    const token = await provider.AccessToken.find((ctx.get("authorization") || "").replace(/^Bearer /, ""));
    if (!token) {
      ctx.status = 401;
      ctx.body = { title: "Unauthorized", type: "about:blank", status: 401, detail: "Unauthorized" };
    } else {
      ctx.body = { data: { id: `7${token.accountId.length}`, name: token.accountId, username: token.accountId } };
    }
  },
  "/.well-known/nodeinfo": (ctx) => {
    ctx.body = { links: [{ rel: "http://nodeinfo.diaspora.software/ns/schema/2.1", href: `${origin}/nodeinfo/2.1` }] };
  },
  "/nodeinfo/2.1": (ctx) => {
    ctx.body = { version: "2.1", software: { name: "oidc-provider", version: "9" } };
  },
  "/control/later": (ctx) => {
    ahead += Number(ctx.query.seconds) * 1000;
    ctx.status = 204;
  },
  "/control/lose": (ctx) => {
    losing = true;
    ctx.status = 204;
  },
};
provider.use(async (ctx, next) => {
  const lost = losing && ctx.method === "POST";
  const answer = documents[ctx.path];
  await (answer ? answer(ctx) : next());
  ctx.set("date", new Date(Date.now()).toUTCString());
  if (lost) {
    losing = false;
    ctx.req.socket.destroy();
  }
});
server.on("request", provider.callback());
console.log(origin);
