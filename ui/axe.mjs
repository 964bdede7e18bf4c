// Opens every scene of the built face in a real Chromium, light and dark, and fails on serious or critical findings of axe;
// looks for anything cut off in a window of 720 px and for anything the CSP refused; then walks the whole add-an-account
// trip by keyboard alone, and weighs what the first screen loads. Needs `npm run build` first, and Debian's chromium and
// chromedriver (or CHROMIUM and CHROMEDRIVER). Starts and ends its own servers. Not for looks: those need eyes.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const here = import.meta.dirname;
const axe = readFileSync(join(here, "node_modules/axe-core/axe.min.js"), "utf8");
const profile = mkdtempSync(join(tmpdir(), "keybearer-axe-"));
const children = [];

/** Each scene, and what is on the screen once it stands. */
const SCENES = {
  empty: "empty", accounts: "account-title", account: "account-title", endless: "account-title", copied: "toast", expiring: "account-title",
  dead: "error", practice: "account-title", "practice-over": "account-title", unverified: "error", unstored: "unstored",
  "confirm-delete": "confirm", "confirm-revoke": "confirm", add: "tile-practice", pick: "client-new", questions: "server-found", console: "question-client_id",
  permissions: "connect", switched: "connect", doors: "door-oob", waiting: "hint", failed: "error", done: "done", nokeychain: "seal", locked: "seal",
  kind: "kind-instagram-facebook", way: "trust-certificate", relay: "relay-check", threads: "question-client_secret", expect: "expect", warned: "warns-once", held: "held-keep",
  adopt: "adopt-token", sixty: "renew", young: "renew-why", person: "ask-again", "page-account": "parent", unknown: "life", sunset: "sunset",
  pages: "pages-keep", "pages-none": "pages-none", "done-pages": "pages-keep", "client-meta": "copy-app-token", "client-pages": "redeem-device-code",
  "x-kinds": "kind-x-keys", "x-way": "rule-doubtful", "x-type": "question-client_type-public", "x-pick": "client-x2", "x-form": "rule-broken", "x-own": "question-token_secret", "x-more": "console",
  "x-again": "one-login", "x-ready": "door-unregistered", pin: "paste-field", quiet: "step-token-received", "x-failed": "error", "x-done": "done", demand: "life-demand", ended: "renew", interrupted: "again",
  signed: "copy-token-secret", "app-only": "standing", unchecked: "verify", unpaid: "error", "confirm-verify": "confirm", "x-app": "token-x-own", "x-half": "get-x-keys", "replace-pair": "new-id",
  next: "group-later", "next-told": "refresh-results", "next-calm": "next-calm", "next-empty": "next-none", later: "life-note", login: "life-note", stepping: "step-back", "confirm-step-back": "confirm",
  try: "request", tried: "try-answer", "tried-page": "try-answer", "try-costs": "request", "copy-as": "copy-as-worker",
  closing: "other", "closing-reminds": "other", "closing-idle": "other", "closing-trayless": "other", clients: "client-c1", client: "client-title", replace: "new-secret", settings: "test-loopback", "settings-sealed": "passphrase", problems: "error",
  move: "moving-passphrase", "copy-there": "moving-again", bring: "bring-file", paused: "resume", "next-paused": "group-paused", deliver: "deliver-add",
  export: "export-start", "export-going": "export-going", "export-rest": "export-go-on",
};
/** Kilobytes: a guard against growing by accident, a little above what the face weighs with the longest of its languages. */
const LIMIT = { first: 66, later: 32, use: 24 };
const EXTRA = ["waiting&door=oob:paste-field", "failed&code=cancelled:error", "failed&code=wrong-app-id:error", "pages&fail=pages:error"];

const port = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function start(command, args) {
  const child = spawn(command, args, { cwd: here, stdio: "ignore" });
  children.push(child);
  return child;
}

async function answers(url) {
  for (let tries = 0; tries < 100; tries++) {
    try {
      await fetch(url);
      return;
    } catch {
      await sleep(100);
    }
  }
  throw new Error(`${url} does not answer`);
}

let session = "";
async function call(method, path, body) {
  const response = await fetch(`${session}${path}`, { method, body: method === "POST" ? JSON.stringify(body ?? {}) : undefined });
  const { value } = await response.json();
  if (value?.error) throw new Error(`${path}: ${value.message.split("\n")[0]}`);
  return value;
}
const run = (script, ...args) => call("POST", "/execute/sync", { script, args });

async function until(what, script, ...args) {
  for (let tries = 0; tries < 100; tries++) {
    if (await run(script, ...args)) return;
    await sleep(60);
  }
  throw new Error(`waited in vain for ${what}`);
}
const shown = (id) => until(id, "return !!document.querySelector(`[data-testid='${arguments[0]}']`)", id);

async function scan(site, scene, id, theme) {
  await call("POST", "/url", { url: `${site}/?scene=${scene}&theme=${theme}` });
  await shown(id);
  // Colours are judged at rest: short transitions and rises must be over.
  await sleep(220);
  await run(axe);
  const found = await call("POST", "/execute/async", {
    script: "const done = arguments[0]; axe.run(document, { resultTypes: ['violations'] }).then((r) => done(r.passes.length > 10 ? r.violations : [{ impact: 'critical', id: 'axe', help: 'checked next to nothing', nodes: [] }]), (e) => done([{ impact: 'critical', id: 'axe', help: String(e), nodes: [] }]))",
    args: [],
  });
  const grave = found.filter(({ impact }) => impact === "serious" || impact === "critical");
  console.log(`${grave.length ? "FAIL" : "ok  "} ${theme.padEnd(5)} ${scene}${found.length > grave.length ? ` (${found.length - grave.length} lesser)` : ""}`);
  for (const { id, help, nodes } of found) if (nodes.length === 0) console.log(`     ${id}: ${help}`);
  for (const { id, help, nodes } of found) for (const node of nodes.slice(0, 4)) console.log(`     ${id}: ${help}\n       ${node.html.slice(0, 160)}\n       ${(node.failureSummary ?? "").split("\n")[1] ?? ""}`);
  return grave.length;
}

/** In a narrow window nothing may be cut off: text that is shortened, or a place that has to be scrolled sideways. */
async function narrow(scene) {
  await call("POST", "/window/rect", { width: 720, height: 560 });
  await sleep(80);
  const cut = await run(`return [...document.querySelectorAll("body *")].filter((e) => {
    const style = getComputedStyle(e);
    return e.getClientRects().length && style.overflowX !== "visible" && style.clipPath === "none" && !e.closest("svg, .dots, input") && e.scrollWidth > e.clientWidth + 1;
  }).map((e) => e.outerHTML.slice(0, 120))`);
  await call("POST", "/window/rect", { width: 960, height: 640 });
  for (const html of cut) console.log(`FAIL narrow ${scene}: cut off\n       ${html}`);
  return cut.length;
}

/** What the browser complained of since the last look: above all what the CSP refused. */
async function complaints() {
  const lines = (await call("POST", "/se/log", { type: "browser" })).filter(({ level, message }) => level === "SEVERE" && !message.includes("/favicon.ico"));
  for (const { message } of lines) console.log(`FAIL console: ${message.slice(0, 300)}`);
  return lines.length;
}

/** Kilobytes, compressed: what stands between the window and its first screen, and what is fetched right after it. The stand-in is
 * among neither. */
function weight() {
  const size = (name) => gzipSync(readFileSync(join(here, "dist/assets", name))).length / 1000;
  const scripts = readdirSync(join(here, "dist/assets")).filter((name) => name.endsWith(".js") && !name.startsWith("fake"));
  const words = scripts.filter((name) => /^(en|zh-)/.test(name)).map(size);
  const index = readFileSync(join(here, "dist/index.html"), "utf8");
  const sum = (names) => names.map(size).reduce((sum, one) => sum + one, 0);
  const weights = {
    first: sum(scripts.filter((name) => index.includes(name))) + Math.max(...words),
    later: sum(scripts.filter((name) => !index.includes(name) && !/^(en|zh-|Use-)/.test(name))),
    // Fetched with the page of an account, after that page.
    use: sum(scripts.filter((name) => name.startsWith("Use-"))),
  };
  return Object.entries(weights).filter(([when, total]) => {
    console.log(`${total < LIMIT[when] ? "ok  " : "FAIL"} ${when} load ${total.toFixed(1)} KB of scripts, compressed (limit ${LIMIT[when]})`);
    return total >= LIMIT[when];
  }).length;
}

const KEYS = { Tab: "\uE004", Enter: "\uE007", Space: " ", Down: "\uE015", Escape: "\uE00C" };
async function press(...keys) {
  const actions = keys.flatMap((key) => [{ type: "keyDown", value: KEYS[key] ?? key }, { type: "keyUp", value: KEYS[key] ?? key }]);
  await call("POST", "/actions", { actions: [{ type: "key", id: "keys", actions }] });
}
const focused = () => run("const e = document.activeElement; return e?.dataset.testid ?? e?.tagName ?? ''");

async function tabTo(id) {
  for (let tabs = 0; tabs < 60; tabs++) {
    if ((await focused()) === id) return;
    await press("Tab");
  }
  throw new Error(`Tab never reached ${id}`);
}
const heading = () => until("the heading's focus", "return document.activeElement?.tagName === 'H1'");

async function walk(site) {
  await call("POST", "/url", { url: `${site}/?scene=empty` });
  await shown("empty");
  await tabTo("add-account");
  await press("Enter");
  await shown("tile-gotosocial");
  await heading();
  await tabTo("tile-gotosocial");
  await press("Enter");
  await shown("question-server");
  await heading();
  await tabTo("question-server");
  await press(..."@me@fedi.example");
  await press("Enter");
  await shown("connect");
  await heading();
  await tabTo("scope-follow");
  await press("Space");
  await tabTo("doors");
  await press("Enter");
  await tabTo("door-loopback");
  await press("Down");
  await tabTo("connect");
  await press("Enter");
  await shown("waiting");
  await heading();
  await until("the link", "return document.querySelector('[data-testid=copy-link]')?.disabled === false");
  await tabTo("copy-link");
  await shown("done");
  await heading();
  await tabTo("done-copy");
  await press("Enter");
  await shown("toast");
  await tabTo("done-show");
  await press("Enter");
  await shown("account-title");
  const account = await run("return document.querySelector('main').textContent");
  for (const word of ["Follow, mute and block for you", "By deep link"]) if (!account.includes(word)) throw new Error(`the account does not say “${word}”`);
  await tabTo("delete");
  await press("Enter");
  await shown("confirm");
  if ((await focused()) !== "dismiss") throw new Error("the dialog does not start on the safe button");
  await press("Escape");
  await until("the dialog to close", "return !document.querySelector('dialog')");
  if ((await focused()) !== "delete") throw new Error("the focus did not come back from the dialog");
  console.log("ok   the whole trip by keyboard: tiles, server, permissions, door, consent, copy, dialog");
}

/** A platform with a console: the door and its address, the list to tick off, what the console shows, ids, and the wait. */
async function walkConsole(site) {
  await call("POST", "/url", { url: `${site}/?scene=accounts` });
  await shown("account-title");
  await tabTo("add-account");
  await press("Enter");
  await shown("tile-threads");
  await heading();
  await tabTo("tile-threads");
  await press("Enter");
  await shown("client-new");
  await heading();
  await tabTo("client-new");
  await tabTo("next");
  await press("Enter");
  await shown("warning-picture");
  await heading();
  await tabTo("door-https-loopback");
  await press("Down");
  await tabTo("relay-address");
  await press(..."https://me.example/k/");
  await press("Enter");
  await shown("relay-state");
  await tabTo("next");
  await press("Enter");
  await shown("console-done-0");
  await heading();
  await tabTo("console-done-0");
  await press("Space");
  await tabTo("console-copy-1-0");
  await press("Enter");
  await shown("toast");
  await tabTo("redirect-shown");
  await press(..."https://me.example/k/");
  await shown("redirect-same");
  await tabTo("question-client_id");
  await press(..."9030817430362187");
  await tabTo("question-client_secret");
  await press(..."0123456789abcdef0123456789abcdef");
  await press("Enter");
  await shown("expect");
  await heading();
  await tabTo("expect");
  await press(..."@other");
  await press("Enter");
  await shown("stuck");
  await tabTo("stuck");
  await press("Enter");
  await shown("held");
  await heading();
  await tabTo("held-keep");
  await press("Enter");
  await shown("done");
  console.log("ok   a console by keyboard: new client, door, relay page, list, comparison, secrets, the wrong account kept");
}

/** A platform of several kinds: the table, an app that is known, a token without a browser, and keys that are typed in. */
async function walkKinds(site) {
  await call("POST", "/url", { url: `${site}/?scene=accounts` });
  await shown("account-title");
  await tabTo("add-account");
  await press("Enter");
  await shown("tile-x");
  await heading();
  await tabTo("tile-x");
  await press("Enter");
  await shown("kind-x-keys");
  await heading();
  await tabTo("kind-x");
  await press("Down", "Down");
  if ((await focused()) !== "kind-x-app") throw new Error("the arrows do not walk the table");
  await press("Enter");
  await shown("client-x2");
  await heading();
  await tabTo("client-new");
  await press("Down");
  if (!(await run("return document.querySelector('[data-testid=client-x2]').checked"))) await press("Down");
  await tabTo("next");
  await press("Enter");
  await shown("done");
  await heading();
  await tabTo("done-copy");
  await press("Enter");
  await shown("toast");
  await tabTo("clients");
  await press("Enter");
  await shown("client-x1");
  await heading();
  await tabTo("client-x1");
  await press("Enter");
  await shown("replace-x-own");
  await heading();
  await tabTo("replace-x-own");
  await press("Enter");
  await shown("question-access_token");
  await heading();
  await tabTo("question-access_token");
  await press(..."1047291185-0123456789abcdefghij0123456789");
  await tabTo("question-token_secret");
  await press(..."0123456789abcdefghij0123456789abcdefghij");
  await press("Enter");
  await shown("done-copy-secret");
  console.log("ok   several kinds by keyboard: the table, a known app, a token without a browser, copied, keys replaced");
}

/** What breaks next, all of them renewed, what came of it, the dates as a file; and the question at the closing of the window. */
async function walkNext(site) {
  await call("POST", "/url", { url: `${site}/?scene=accounts` });
  await shown("account-title");
  await tabTo("to-next");
  await press("Enter");
  await shown("group-now");
  await heading();
  await tabTo("refresh-all");
  await press("Enter");
  await shown("refresh-running");
  await shown("refresh-results");
  if ((await focused()) !== "refresh-all") throw new Error("the focus went while all were renewed");
  await tabTo("calendar");
  await press("Enter");
  await shown("calendar-path");
  await tabTo("refresh-close");
  await press("Enter");
  await until("the lines to close", "return !document.querySelector('[data-testid=refresh-results]')");
  if ((await focused()) !== "refresh-all") throw new Error("the focus did not come back from the closed lines");
  await tabTo("next-to-a3");
  await press("Enter");
  await shown("life-note");
  await call("POST", "/url", { url: `${site}/?scene=closing` });
  await shown("other");
  if ((await focused()) !== "dismiss") throw new Error("the question at the end does not start on the safe button");
  await press("Escape");
  await until("the dialog to close", "return !document.querySelector('dialog')");
  console.log("ok   what breaks next by keyboard: renewed, saved as a calendar, an account opened; the window stays open");
}

/** To another computer: which accounts, the words twice, the file; and what Bring in wants before it begins. */
async function walkMoving(site) {
  await call("POST", "/url", { url: `${site}/?scene=accounts` });
  await shown("account-title");
  await tabTo("settings");
  await press("Enter");
  await shown("move");
  await heading();
  await tabTo("move");
  await press("Enter");
  await shown("moving-passphrase");
  if ((await focused()) !== "pick-a1") throw new Error("the dialog does not start on the accounts");
  await tabTo("pick-t1");
  await press("Space");
  await tabTo("moving-passphrase");
  await press(..."correct horse");
  await tabTo("moving-again");
  await press(..."correct horse", "Enter");
  await shown("parcel");
  if (!(await run("return document.querySelector('[data-testid=account-a1]').textContent")).includes("paused")) throw new Error("what was moved does not say that it is paused");
  if ((await run("return document.querySelector('[data-testid=account-t1]').textContent")).includes("paused")) throw new Error("what was not picked is paused");
  await tabTo("bring");
  await press("Enter");
  await shown("bring-file");
  if (await run("return !document.querySelector('[data-testid=confirm]').disabled")) throw new Error("a file is brought in before it was chosen");
  await press("Escape");
  await until("the dialog to close", "return !document.querySelector('dialog')");
  await call("POST", "/url", { url: `${site}/?scene=paused` });
  await shown("resume");
  await tabTo("resume");
  await press("Enter");
  await until("the account to wake", "return !document.querySelector('[data-testid=resume]')");
  console.log("ok   to another computer by keyboard: accounts, words, file; and a paused one woken");
}

let grave = 0;
let scenes = 0;
try {
  const [web, driver] = [await port(), await port()];
  const site = `http://127.0.0.1:${web}`;
  start(process.execPath, [join(here, "node_modules/vite/bin/vite.js"), "preview", "--port", String(web), "--strictPort"]);
  start(process.env.CHROMEDRIVER ?? "/usr/bin/chromedriver", [`--port=${driver}`]);
  await answers(site);
  await answers(`http://127.0.0.1:${driver}/status`);
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=960,640", "--lang=en", `--user-data-dir=${profile}`];
  const answer = await fetch(`http://127.0.0.1:${driver}/session`, {
    method: "POST",
    body: JSON.stringify({ capabilities: { alwaysMatch: { "goog:loggingPrefs": { browser: "ALL" }, "goog:chromeOptions": { binary: process.env.CHROMIUM ?? "/usr/bin/chromium", args } } } }),
  }).then((response) => response.json());
  if (!answer.value.sessionId) throw new Error(answer.value.message);
  session = `http://127.0.0.1:${driver}/session/${answer.value.sessionId}`;
  // The shell freezes prototypes, and so does this.
  await call("POST", "/goog/cdp/execute", { cmd: "Page.addScriptToEvaluateOnNewDocument", params: { source: "Object.freeze(Object.prototype)" } });
  const list = [...Object.entries(SCENES), ...EXTRA.map((pair) => pair.split(":"))];
  for (const theme of ["light", "dark"]) {
    for (const [scene, id] of list) {
      grave += await scan(site, scene, id, theme);
      if (theme === "light") grave += await narrow(scene);
      scenes++;
    }
  }
  await walk(site);
  await walkConsole(site);
  await walkKinds(site);
  await walkNext(site);
  await walkMoving(site);
  grave += (await complaints()) + weight();
} catch (error) {
  console.log(`FAIL ${error.message}`);
  grave++;
} finally {
  if (session) await call("DELETE", "").catch(() => undefined);
  for (const child of children) child.kill();
  await sleep(200);
  rmSync(profile, { recursive: true, force: true });
}
console.log(`${scenes} scenes, ${grave} findings that matter`);
process.exit(grave ? 1 : 0);
