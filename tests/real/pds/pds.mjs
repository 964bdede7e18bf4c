// Bluesky's reference server (PDS) and its directory of identities on loopback, for core/tests/it/real/heavy. The program comes
// by standard input, so that its imports are found in the folder it is started in. Arguments: the two ports.
// Not the packages' own: a clock that can be moved forward, and an answer that is dropped.
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { createServer, Server } from "node:http";
import { createRequire } from "node:module";

const [port, plcPort] = process.argv.slice(2).map(Number);

let ahead = 0;
let losing = false;
const SystemDate = Date;
globalThis.Date = class extends SystemDate {
  constructor(...when) {
    super(...(when.length ? when : [SystemDate.now() + ahead]));
  }
  static now() {
    return SystemDate.now() + ahead;
  }
};

// Both listen on all addresses by themselves.
const listen = Server.prototype.listen;
Server.prototype.listen = function (at, ...rest) {
  return typeof at === "number" ? listen.call(this, at, "127.0.0.1", ...rest) : listen.call(this, at, ...rest);
};

const { PDS } = await import("@atproto/pds");
const plc = createRequire(`${process.cwd()}/package.json`)("@did-plc/server");
await plc.PlcServer.create({ db: plc.Database.mock(), port: plcPort }).start();

const home = process.env.HOME;
mkdirSync(`${home}/data`);
const pds = await PDS.fromEnv({
  devMode: true,
  hostname: "localhost",
  port,
  dataDirectory: `${home}/data`,
  blobstoreDiskLocation: `${home}/blobs`,
  didPlcUrl: `http://localhost:${plcPort}`,
  plcRotationKeyK256PrivateKeyHex: randomBytes(32).toString("hex"),
  jwtSecret: randomBytes(16).toString("hex"),
  adminPassword: randomBytes(16).toString("hex"),
  serviceHandleDomains: [".test"],
  inviteRequired: false,
  disableSsrfProtection: true,
  bskyAppViewUrl: "https://appview.invalid",
  bskyAppViewDid: "did:example:appview",
  modServiceUrl: "https://moderation.invalid",
  modServiceDid: "did:example:moderation",
});
const server = await pds.start();
server.prependListener("request", (request, response) => {
  // Node's own header has the system's time.
  response.setHeader("date", new Date().toUTCString());
  if (!losing || request.method !== "POST") return;
  losing = false;
  response.write = () => true;
  response.end = () => {
    request.socket.destroy();
    return response;
  };
});

const control = createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname === "/later") ahead += Number(url.searchParams.get("seconds")) * 1000;
  if (url.pathname === "/lose") losing = true;
  response.writeHead(204).end();
});
control.listen(0, "127.0.0.1", () => console.log(`READY http://localhost:${port} http://127.0.0.1:${control.address().port}`));
