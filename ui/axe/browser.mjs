// The built UI in real Chromiums by WebDriver: servers, keys, and what is on the screen. Several browsers run side by side; what a
// lane calls goes to its own.
import { AsyncLocalStorage } from "node:async_hooks";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ui = join(import.meta.dirname, "..");
const english = readFileSync(join(ui, "../locales/en.ftl"), "utf8");
const profiles = mkdtempSync(join(tmpdir(), "keybearer-axe-"));
const children = [];
/** The address of the lane's WebDriver session. */
const lane = new AsyncLocalStorage();

const port = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function start(command, args) {
  const child = spawn(command, args, { cwd: ui, stdio: "ignore" });
  children.push(child);
}

/** How long a server may take to start, on a busy machine too. */
const STARTING = 60_000;
async function answers(url) {
  for (const end = Date.now() + STARTING; Date.now() < end;) {
    try {
      await fetch(url);
      return;
    } catch {
      await sleep(100);
    }
  }
  throw new Error(`${url} does not answer`);
}

/** The browser or its driver did not do what it was asked: not a finding. */
export class BrowserFailure extends Error {}

export async function call(method, path, body) {
  let value;
  try {
    const response = await fetch(`${lane.getStore()}${path}`, { method, body: method === "POST" ? JSON.stringify(body ?? {}) : undefined });
    ({ value } = await response.json());
  } catch (error) {
    throw new BrowserFailure(`${path}: ${error.message}`);
  }
  if (value?.error) throw new BrowserFailure(`${path}: ${value.message.split("\n")[0]}`);
  return value;
}
export const run = (script, ...args) => call("POST", "/execute/sync", { script, args });

/** The size of the page itself: a window's own would include the browser's bars. */
export const resize = (width, height) =>
  call("POST", "/goog/cdp/execute", {
    cmd: "Emulation.setDeviceMetricsOverride",
    params: { width, height, deviceScaleFactor: 1, mobile: false },
  });

/** How long a page may take to show something: a busy machine is slow. */
const PATIENCE = 15_000;
export async function until(what, script, ...args) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(30)) if (await run(script, ...args)) return;
  throw new Error(`waited in vain for ${what}`);
}
export const shown = (id) => until(id, "return !!document.querySelector(`[data-testid='${arguments[0]}']`)", id);

/** Serves the built UI; answers with its address and the driver's. */
export async function open() {
  const [web, driving] = [await port(), await port()];
  const [site, driver] = [`http://127.0.0.1:${web}`, `http://127.0.0.1:${driving}`];
  start(process.execPath, [
    join(ui, "node_modules/vite/bin/vite.js"),
    "preview",
    "--outDir",
    "dist-stand-in",
    "--port",
    String(web),
    "--strictPort",
  ]);
  start(process.env.CHROMEDRIVER ?? "/usr/bin/chromedriver", [`--port=${driving}`]);
  await answers(site);
  await answers(`${driver}/status`);
  return { site, driver };
}

/** How long a scan by axe may take, on a busy machine too. */
const SCRIPT = 120_000;

/** Does this work in a browser of its own. */
export async function inBrowser(driver, work) {
  const args = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=960,640",
    "--lang=en",
    `--user-data-dir=${mkdtempSync(join(profiles, "profile-"))}`,
  ];
  const answer = await fetch(`${driver}/session`, {
    method: "POST",
    body: JSON.stringify({
      capabilities: {
        alwaysMatch: {
          "goog:loggingPrefs": { browser: "ALL" },
          timeouts: { script: SCRIPT, pageLoad: 60_000 },
          "goog:chromeOptions": { binary: process.env.CHROMIUM ?? "/usr/bin/chromium", args },
        },
      },
    }),
  }).then((response) => response.json());
  if (!answer.value.sessionId) throw new BrowserFailure(answer.value.message);
  return lane.run(`${driver}/session/${answer.value.sessionId}`, async () => {
    try {
      await resize(960, 640);
      return await work();
    } finally {
      await call("DELETE", "").catch(() => undefined);
    }
  });
}

/** Ends the servers. */
export async function close() {
  for (const child of children) child.kill();
  await sleep(200);
  rmSync(profiles, { recursive: true, force: true });
}

const KEYS = {
  Tab: "\uE004",
  Enter: "\uE007",
  Space: " ",
  Escape: "\uE00C",
  Left: "\uE012",
  Up: "\uE013",
  Right: "\uE014",
  Down: "\uE015",
  Home: "\uE011",
  End: "\uE010",
  Control: "\uE009",
  Alt: "\uE00A",
};
/** Keys one after another; `Control+k` is both at once. */
export async function press(...keys) {
  const actions = keys.flatMap((key) => {
    const held = (key.length > 1 ? key.split("+") : [key]).map((one) => KEYS[one] ?? one);
    return [...held.map((value) => ({ type: "keyDown", value })), ...held.reverse().map((value) => ({ type: "keyUp", value }))];
  });
  await call("POST", "/actions", { actions: [{ type: "key", id: "keys", actions }] });
}
/** What has the focus: by its test id, a fold by its own. */
export const focused = () =>
  run(
    "const e = document.activeElement; return e?.dataset.testid ?? (e?.tagName === 'SUMMARY' ? e.parentElement.dataset.testid : e?.tagName) ?? ''",
  );

export async function tabTo(id) {
  for (let tabs = 0; tabs < 60; tabs++) {
    if ((await focused()) === id) return;
    await press("Tab");
  }
  throw new Error(`Tab never reached ${id}`);
}
/** A message of the English locale. */
export const message = (id) => new RegExp(`^${id} = (.+)$`, "m").exec(english)?.[1] ?? `no message ${id}`;
export const heading = () => until("the heading's focus", "return document.activeElement?.tagName === 'H1'");
