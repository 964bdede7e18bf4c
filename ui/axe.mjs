// Opens every scene of the built UI in a real Chromium, light and dark, and fails on serious or critical findings of axe;
// looks for anything cut off in a window of 720 px and for anything the CSP refused; then walks through the UI by keyboard
// alone (axe/walks.mjs), and weighs what the first screen of the app's own build loads. `npm run axe` builds
// the UI with its stand-in into dist-stand-in; the app's own build, `npm run build`, has to be there. Needs Debian's chromium and
// chromedriver (or CHROMIUM and CHROMEDRIVER). Starts and ends its own servers. Not for looks: those need eyes.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { BrowserFailure, call, close, inBrowser, open, resize, run, shown, until } from "./axe/browser.mjs";
import { WALKS } from "./axe/walks.mjs";

const here = import.meta.dirname;
const axe = readFileSync(join(here, "node_modules/axe-core/axe.min.js"), "utf8");

/** Each scene, and an element that is on the screen once it is complete. */
const SCENES = {
  empty: "empty",
  accounts: "account-title",
  account: "account-title",
  details: "token-details",
  "data-over": "account-title",
  arranged: "account-title",
  expired: "again",
  endless: "account-title",
  password: "copy-token",
  handle: "copy-token",
  "handle-client": "keys",
  copied: "toast",
  expiring: "account-title",
  dead: "error",
  practice: "account-title",
  "practice-over": "account-title",
  unverified: "error",
  silent: "error",
  unstored: "unstored",
  "confirm-delete": "confirm",
  "confirm-revoke": "confirm",
  add: "tile-practice",
  crowd: "tile-notion",
  pick: "client",
  questions: "server-found",
  console: "question-client_id",
  permissions: "connect",
  meta: "scopes-more",
  switched: "connect",
  redirects: "redirect-out-of-band",
  waiting: "hint",
  "enter-code": "qr",
  "code-denied": "error",
  "code-over": "error",
  "import-server": "import-token-server",
  failed: "error",
  done: "done",
  nokeychain: "seal",
  locked: "seal",
  kind: "kind-instagram-facebook",
  way: "copy-redirect",
  relay: "relay-check",
  threads: "question-client_secret",
  "facebook-form": "facts-sources",
  "facebook-again": "console-again",
  "app-steps": "facts",
  expect: "expect",
  warned: "warns-once",
  mismatch: "mismatch-keep",
  "import-token": "import-token-field",
  sixty: "account-menu",
  young: "account-menu",
  person: "ask-again",
  "page-account": "parent",
  unknown: "life",
  sunset: "sunset",
  pages: "pages-keep",
  "pages-none": "pages-none",
  "done-pages": "pages-keep",
  "client-meta": "copy-app-token",
  "client-pages": "redeem-device-code",
  "x-kinds": "kind-x-keys",
  "x-way": "rule-doubtful",
  "x-type": "question-client_type-public",
  "x-pick": "client-x2",
  "x-form": "rule-broken",
  "x-own": "question-token_secret",
  "x-more": "console",
  "x-again": "one-login",
  "x-ready": "redirect-unregistered",
  pin: "paste-field",
  quiet: "step-token-received",
  untested: "failed-steps",
  unregistered: "failed-steps",
  "x-failed": "error",
  "x-done": "done",
  demand: "life-demand",
  ended: "account-menu",
  interrupted: "again",
  signed: "copy-token-secret",
  "app-only": "standing",
  unchecked: "account-menu",
  unpaid: "error",
  "confirm-verify": "confirm",
  "x-app": "token-x-own",
  "x-half": "get-x-keys",
  "replace-pair": "new-id",
  next: "group-later",
  "next-told": "refresh-results",
  "next-calm": "next-calm",
  "next-empty": "next-none",
  later: "life-note",
  login: "life-note",
  stepping: "account-menu",
  "confirm-step-back": "confirm",
  try: "request",
  tried: "try-answer",
  "tried-page": "try-answer",
  "try-costs": "request",
  "copy-as": "copy-shown-worker",
  post: "post-text",
  "post-image": "post-image",
  "post-costs": "post-cost",
  "post-pages": "post-to-pages",
  "post-scope": "post-lacks",
  "post-keeps": "post-keeps",
  "post-sending": "lamp-seen",
  posted: "post-delete",
  "post-hidden": "post-reason",
  "post-absent": "post-reason",
  "post-early": "lamp-seen",
  "post-sign-in": "post-no-delete",
  "post-maybe": "post-look",
  "post-refused": "post-text",
  closing: "other",
  "closing-reminds": "other",
  "closing-idle": "other",
  "closing-trayless": "other",
  program: "program-path",
  "program-code": "program-path",
  programs: "ask-programs",
  clients: "client-c1",
  client: "client-title",
  replace: "new-secret",
  settings: "test-loopback",
  "settings-sealed": "passphrase",
  "settings-unlocked": "lock",
  problems: "error",
  update: "update",
  move: "moving-passphrase",
  "copy-there": "moving-again",
  import: "import-accounts-file",
  paused: "resume",
  "on-hold": "resume",
  "next-paused": "group-paused",
  deliver: "deliver-add",
  export: "export-start",
  "export-going": "export-going",
  "export-rest": "export-go-on",
};
/** In kilobytes: a guard against accidental growth, a little above the current size with the longest language. "later" has the icons of
 *  all platforms, which the first screen does not wait for. */
const LIMIT = { first: 71, later: 44, use: 24, screens: 29 };
const EXTRA = [
  "settings&system=mac:link-command-line",
  "waiting&redirect=out-of-band:paste-field",
  "failed&code=cancelled:error",
  "failed&code=wrong-app-id:error",
  "pages&fail=pages:error",
];

/** How many browsers work side by side. */
const LANES = 2;

/** Nothing moves, but for what never ends. A headless browser may draw no frames, so nothing waits for one: what moves is taken to its
 *  end. */
const RESTS = `const moving = document.getAnimations().filter(({ effect, playState }) =>
    playState !== "finished" && effect.getComputedTiming().endTime !== Infinity);
  for (const animation of moving) animation.finish();
  return moving.length === 0;`;
const SCAN = `const [options, least, done] = arguments;
  axe.run(document, { resultTypes: ["violations"], ...options }).then(
    (r) => done(r.passes.length >= least ? r.violations : [{ impact: "critical", id: "axe", help: "checked next to nothing", nodes: [] }]),
    (e) => done([{ impact: "critical", id: "axe", help: String(e), nodes: [] }]),
  );`;
/** The arguments of a scan: axe's options, and how many rules a page passes at the least. The themes differ in their colours only. */
const RULES = { light: [{}, 11], dark: [{ runOnly: ["color-contrast"] }, 1] };
/** Colours are judged at rest. */
const rest = () => until("everything to come to rest", RESTS);
const show = async (site, scene, id, theme) => {
  await call("POST", "/url", { url: `${site}/?scene=${scene}&theme=${theme}` });
  await shown(id);
};

/** A scene in both themes, in a wide window and in a narrow one. */
async function inspect(site, scene, id) {
  await show(site, scene, id, "light");
  let grave = await scan(scene, "light");
  // The theme is one attribute, and the rest of the page is the same. What is shown for a moment only may have gone by now.
  await run("document.documentElement.dataset.theme = 'dark'");
  if (!(await run("return !!document.querySelector(`[data-testid='${arguments[0]}']`)", id))) await show(site, scene, id, "dark");
  grave += await scan(scene, "dark");
  return grave + (await narrow(scene));
}

async function scan(scene, theme) {
  await rest();
  const found = await call("POST", "/execute/async", { script: SCAN, args: RULES[theme] });
  const grave = found.filter(({ impact }) => impact === "serious" || impact === "critical");
  console.log(
    `${grave.length ? "FAIL" : "ok  "} ${theme.padEnd(5)} ${scene}${found.length > grave.length ? ` (${found.length - grave.length} lesser)` : ""}`,
  );
  for (const { id, help, nodes } of found) if (nodes.length === 0) console.log(`     ${id}: ${help}`);
  for (const { id, help, nodes } of found)
    for (const node of nodes.slice(0, 4))
      console.log(`     ${id}: ${help}\n       ${node.html.slice(0, 160)}\n       ${(node.failureSummary ?? "").split("\n")[1] ?? ""}`);
  return grave.length;
}

/** In the smallest window nothing may be cut off: text that is shortened, a place that has to be scrolled sideways, or a dialog that does
 *  not fit. */
async function narrow(scene) {
  await resize(720, 520);
  await rest();
  const cut = await run(`return [...document.querySelectorAll("body *")].filter((e) => {
    const style = getComputedStyle(e);
    return e.getClientRects().length && style.overflowX !== "visible" && style.clipPath === "none" && !e.closest("svg, .dots, input") && e.scrollWidth > e.clientWidth + 1;
  }).map((e) => e.outerHTML.slice(0, 120))`);
  if (
    await run(`return [...document.querySelectorAll("nav [data-row] .state")].some(({ children: [words, ring] }) =>
      ring && ring.getBoundingClientRect().top > words.getBoundingClientRect().bottom)`)
  )
    cut.push("a ring in the list stands below its words");
  if (await run("return [...document.querySelectorAll('dialog[open]')].some((e) => e.scrollHeight > e.clientHeight + 1)"))
    cut.push("the dialog has to be scrolled");
  await resize(960, 640);
  if (await run("const page = document.scrollingElement; return page.scrollHeight > page.clientHeight"))
    cut.push("the page itself scrolls");
  for (const html of cut) console.log(`FAIL narrow ${scene}: cut off\n       ${html}`);
  return cut.length;
}

/** What the browser complained of since the last look: above all what the CSP refused. */
async function complaints(name) {
  const lines = (await call("POST", "/se/log", { type: "browser" })).filter(
    ({ level, message }) => level === "SEVERE" && !message.includes("/favicon.ico"),
  );
  for (const { message } of lines) console.log(`FAIL console of ${name}: ${message.slice(0, 300)}`);
  return lines.length;
}

/** Kilobytes of the app's own build, compressed: what the first screen needs, what is fetched right after it,
 *  and what with the page of an account or a single screen. The stand-in is not in that build. */
function weight() {
  const text = (name) => readFileSync(join(here, "dist/assets", name), "utf8");
  const size = (name) => gzipSync(text(name)).length / 1000;
  const scripts = readdirSync(join(here, "dist/assets")).filter((name) => name.endsWith(".js"));
  const fakes = scripts.filter((name) => text(name).includes("NOT-A-TOKEN"));
  for (const name of fakes) console.log(`FAIL the app's own build has the stand-in in ${name}`);
  const index = readFileSync(join(here, "dist/index.html"), "utf8");
  const fetched = new Set();
  /** What these need that nothing before them has fetched. */
  const fetch = (names) => {
    const added = names.filter((name) => !fetched.has(name));
    for (const name of added) fetched.add(name);
    const needs = added.flatMap((name) => [...text(name).matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map(([, need]) => need));
    return added.map(size).reduce((sum, one) => sum + one, 0) + (needs.length > 0 ? fetch(needs) : 0);
  };
  const called = (...names) => scripts.filter((name) => names.some((one) => name.startsWith(`${one}-`)));
  const words = called("en", "zh");
  const weights = {
    first: fetch(scripts.filter((name) => index.includes(name))) + Math.max(...words.map(size)),
    later: fetch(called("Screens", "icons")),
    // Fetched with the page of an account, after that page.
    use: fetch(called("Use")),
    // Fetched when one of them is opened: all of them together.
    screens: fetch(scripts.filter((name) => !words.includes(name))),
  };
  const heavy = Object.entries(weights).filter(([when, total]) => {
    console.log(
      `${total < LIMIT[when] ? "ok  " : "FAIL"} ${when} load ${total.toFixed(1)} KB of scripts, compressed (limit ${LIMIT[when]})`,
    );
    return total >= LIMIT[when];
  });
  return fakes.length + heavy.length;
}

let grave = 0;
const list = [...Object.entries(SCENES), ...EXTRA.map((pair) => pair.split(":"))];
/** What is to be done, the longest first. */
const jobs = [
  ...WALKS.map((walk) => [walk.name, async (site) => (await walk(site), 0)]),
  ...list.map(([scene, id]) => [scene, (site) => inspect(site, scene, id)]),
];

/** Takes one job after the other, as long as there are any. What the browser itself failed is done once more in a fresh one. */
async function work(driver, site) {
  let again = null;
  while (again || jobs.length > 0)
    await inBrowser(driver, async () => {
      // The shell freezes prototypes, and so does this.
      for (const source of ["Object.freeze(Object.prototype)", axe])
        await call("POST", "/goog/cdp/execute", { cmd: "Page.addScriptToEvaluateOnNewDocument", params: { source } });
      for (let job = again ?? jobs.shift(); job; job = jobs.shift()) {
        const [name, go] = job;
        const second = job === again;
        again = null;
        try {
          const found = (await go(site)) + (await complaints(name));
          // Not `grave += await …`: the other lane may have added to it meanwhile.
          grave += found;
        } catch (error) {
          const broken = error instanceof BrowserFailure;
          if (broken && !second) again = job;
          else grave++;
          console.log(`${again ? "once more" : "FAIL"} ${name}: ${error.message}`);
          if (broken) return;
        }
      }
    });
}

try {
  const { site, driver } = await open();
  await Promise.all(Array.from({ length: LANES }, () => work(driver, site)));
  grave += weight();
} catch (error) {
  console.log(`FAIL ${error.message}`);
  grave++;
} finally {
  await close();
}
console.log(`${list.length} scenes, ${grave} findings that matter`);
process.exit(grave ? 1 : 0);
