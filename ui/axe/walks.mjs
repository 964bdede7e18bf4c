// What people do, by keyboard alone: the focus is always where one expects it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { call, focused, heading, message, press, resize, run, shown, tabTo, until } from "./browser.mjs";

const read = (path) => readFileSync(join(import.meta.dirname, "..", path), "utf8");
const catalogue = JSON.parse(read("src/fake/catalogue.json"));
/** A permission that a person may add. */
const EXTRA = catalogue
  .find(({ id }) => id === "gotosocial")
  .scopes.find((scope) => !scope.default && !scope.locked && !scope.granted_only);

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
  await tabTo("scopes-more");
  await press("Enter");
  await tabTo(`scope-${EXTRA.id}`);
  await press("Space");
  await tabTo("redirects");
  await press("Enter");
  await tabTo("redirect-loopback");
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
  for (const word of [EXTRA.meaning.en.slice(1), message("redirect-private-use-scheme")])
    if (!account.includes(word)) throw new Error(`the account does not say “${word}”`);
  await tabTo("account-menu");
  await press("Enter");
  await shown("delete");
  await press("Up");
  if ((await focused()) !== "delete") throw new Error("the arrows do not go round the menu");
  await press("Enter");
  await shown("confirm");
  if ((await focused()) !== "dismiss") throw new Error("the dialog does not start on the safe button");
  await press("Escape");
  await until("the dialog to close", "return !document.querySelector('dialog')");
  if ((await focused()) !== "account-menu") throw new Error("the focus did not come back from the dialog");
  console.log("ok   the whole flow by keyboard: tiles, server, permissions, redirect, consent, copy, dialog");
}

/** A platform with a console: the redirect and its address, the list to tick off, what the console shows, ids, and the wait. */
async function walkConsole(site) {
  await call("POST", "/url", { url: `${site}/?scene=accounts` });
  await shown("account-title");
  await tabTo("add-account");
  await press("Enter");
  await shown("tile-threads");
  await heading();
  await tabTo("tiles-find");
  await press(..."脆");
  await until("one tile", "return document.querySelectorAll('[data-testid=tile-mastodon]').length === 0");
  await press("Down");
  if ((await focused()) !== "tile-threads") throw new Error("the arrow does not lead from the search to the tile");
  await press("Enter");
  await shown("client");
  await heading();
  await tabTo("client");
  await press("Down");
  await tabTo("expect");
  await press(..."@other");
  await press("Enter");
  await shown("console-done-0");
  await heading();
  await tabTo("console-done-0");
  await press("Space");
  await tabTo("copy-permissions");
  await press("Enter");
  await shown("toast");
  await tabTo("redirects");
  await press("Enter");
  await tabTo("redirect-https-loopback");
  await press("Down");
  await tabTo("relay-address");
  await press(..."https://me.example/k/");
  await press("Enter");
  await shown("relay-state");
  await tabTo("compare-open");
  await press("Enter");
  await tabTo("redirect-shown");
  await press(..."https://me.example/k/");
  await shown("redirect-same");
  await tabTo("question-client_id");
  await press(..."9030817430362187");
  await tabTo("question-client_secret");
  await press(..."0123456789abcdef0123456789abcdef");
  await press("Enter");
  await shown("stuck");
  await tabTo("stuck");
  await press("Enter");
  await shown("mismatch");
  await heading();
  await tabTo("mismatch-keep");
  await press("Enter");
  await shown("done");
  console.log("ok   a console by keyboard: search, new app, list, redirect, relay page, comparison, secrets, the wrong account kept");
}

/** Chooses a kind of token by the arrows; the keyboard stays at the choice, whose screen is drawn anew with each kind. */
async function chooseKind(kind) {
  await tabTo(await run("return document.querySelector('[data-testid^=kind-]:checked').dataset.testid"));
  for (let moves = 0; (await focused()) !== kind; moves++) {
    if (moves > 8) throw new Error(`the arrows do not reach ${kind}`);
    await press("Down");
  }
}

/** A platform of several kinds: the choice, an app that is known, a token without a browser, and keys that are typed in. */
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
  await chooseKind("kind-x-app");
  await shown("client-x2");
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
  console.log("ok   several kinds by keyboard: the choice, a known app, a token without a browser, copied, keys replaced");
}

/** A code for the platform's page: copied, its page opened, the trouble with it, a new one, given up and begun again. */
async function walkCode(site) {
  await call("POST", "/url", { url: `${site}/?scene=accounts` });
  await shown("account-title");
  await tabTo("add-account");
  await press("Enter");
  await shown("tile-github");
  await tabTo("tile-github");
  await press("Enter");
  await shown("kind-github");
  await chooseKind("kind-github");
  await tabTo("next");
  await press("Enter");
  await shown("question-client_id");
  await tabTo("question-client_id");
  await press(..."Ov23liABCDEFGHIJKLMN", "Enter");
  await shown("qr");
  await heading();
  await tabTo("copy-code");
  await press("Enter");
  await shown("toast");
  await press("Tab");
  if ((await focused()) !== "code-address") throw new Error("the page does not come after its code");
  await tabTo("open-page");
  await press("Enter");
  await tabTo("copy-address");
  await press("Enter");
  await tabTo("code-expired");
  await press("Enter");
  await tabTo("code-new");
  await press("Enter");
  await shown("qr");
  await tabTo("cancel");
  await press("Enter");
  await shown("error");
  await heading();
  await tabTo("retry");
  await press("Enter");
  await shown("qr");
  await heading();
  console.log("ok   a code by keyboard: copied, its page, a new code, given up, begun again");
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
  await shown("bundle");
  if (!(await run("return document.querySelector('[data-testid=account-a1]').textContent")).includes(message("state-paused")))
    throw new Error("what was moved does not say that it is paused");
  if ((await run("return document.querySelector('[data-testid=account-t1]').textContent")).includes(message("state-paused")))
    throw new Error("what was not picked is paused");
  await tabTo("import-accounts");
  await press("Enter");
  await shown("import-accounts-file");
  if (await run("return !document.querySelector('[data-testid=confirm]').disabled"))
    throw new Error("a file is brought in before it was chosen");
  await press("Escape");
  await until("the dialog to close", "return !document.querySelector('dialog')");
  await call("POST", "/url", { url: `${site}/?scene=paused` });
  await shown("resume");
  await tabTo("resume");
  await press("Enter");
  await until("the account to wake", "return !document.querySelector('[data-testid=resume]')");
  console.log("ok   to another computer by keyboard: accounts, words, file; and a paused one woken");
}

/** What a token is for: a call, a question before one that writes, a copy, an export, and a delivery with its form. */
async function walkUse(site) {
  await call("POST", "/url", { url: `${site}/?scene=export` });
  await shown("export-start");
  await tabTo("try");
  await press("Enter");
  await until("the request", "return document.querySelector('[data-testid=try-send]')?.disabled === false");
  await tabTo("try-limit");
  await press("2");
  await tabTo("try-only_media");
  await press("Space");
  await tabTo("try-send");
  await press("Enter");
  await shown("try-answer");
  await tabTo("try-find");
  await press(..."visibility", "Enter");
  await tabTo("try-copy");
  await press("Enter");
  await shown("toast");
  await run(
    "const s = document.querySelector('[data-testid=try-call]'); s.value = 'invalidate-token'; s.dispatchEvent(new Event('change', { bubbles: true }))",
  );
  await until("the request", "return document.querySelector('[data-testid=request]')?.textContent.includes('POST')");
  await tabTo("try-send");
  await press("Enter");
  await shown("confirm");
  if ((await focused()) !== "dismiss") throw new Error("the question before a write does not start on the safe button");
  await press("Escape");
  await until("the dialog to close", "return !document.querySelector('dialog')");
  if (await run("return !!document.querySelector('[data-testid=try-answer]')")) throw new Error("it was sent without a yes");
  await tabTo("copy-menu");
  await press("Enter");
  await shown("copy-as");
  await press("Up", "Enter");
  await shown("copy-as-panel");
  await tabTo("copy-shown-curl");
  await press("Enter");
  await tabTo("use-export");
  await press("Enter");
  await tabTo("export-start");
  await press("Enter");
  await shown("export-going");
  await tabTo("export-cancel");
  await press("Enter");
  await shown("export-rest");
  await call("POST", "/url", { url: `${site}/?scene=deliver` });
  await shown("deliver-add");
  await tabTo("deliver-confirm");
  await press("Enter");
  await until("the delivery to be on", "return !document.querySelector('[data-testid=deliver-confirm]')");
  await tabTo("deliver-add");
  await press("Enter");
  await shown("deliver-submit");
  await tabTo("deliver-key");
  await press(..."TOKEN", "Enter");
  await shown("delivery-d4");
  if ((await focused()) !== "deliver-add") throw new Error("the focus did not come back from the form");
  console.log("ok   a token put to use by keyboard: a call, a question, a copy, an export, a delivery");
}

/** What an error page in the browser means unfolds in sight, and moves nothing but its own screen. */
async function walkBrowserErrors(site) {
  for (const [width, height] of [
    [960, 640],
    [720, 520],
  ]) {
    await resize(width, height);
    await call("POST", "/url", { url: `${site}/?scene=warned` });
    await shown("stuck");
    await tabTo("stuck");
    await press("Enter");
    await until("the errors to unfold", "return document.querySelector('[data-testid=stuck]').parentElement.open");
    await until(
      "the errors in sight",
      "const [box, list] = ['[data-scrolls]', '[data-testid=stuck] ~ dl'].map((e) => document.querySelector(e).getBoundingClientRect()); return list.top >= box.top && list.top < box.bottom - 20",
    );
    const moved = await run(
      "return [document.scrollingElement, document.body, document.querySelector('#app'), document.querySelector('main')].map((e) => e.scrollTop)",
    );
    if (moved.some((top) => top !== 0)) throw new Error(`the window itself scrolled at ${width}×${height}: ${moved}`);
  }
  await resize(960, 640);
  console.log("ok   what a browser shows, unfolded: in sight, and the window stays where it is");
}

/** The list of accounts: found by its keys and the first letters of a name, arranged and folded, and one stop of the Tab key. */
async function walkList(site) {
  await call("POST", "/url", { url: `${site}/?scene=sixty` });
  await shown("account-title");
  const before = () =>
    run(
      "const rows = [...document.querySelectorAll('nav [data-row]')].map((e) => e.dataset.row); return rows.indexOf('a3') < rows.indexOf('a2')",
    );
  await press("Control+k");
  if ((await focused()) !== "find") throw new Error("Ctrl+K does not lead to the search");
  await press(..."threads", "Down");
  if ((await focused()) !== "platform-threads") throw new Error("the arrows do not lead from the search to what it found");
  await press("Down", "Enter");
  await until("the account", "return document.querySelector('[data-testid=account-title]').textContent === '@memochou'");
  await tabTo("find");
  await press("Escape");
  await press("Down", "End");
  if (!(await focused()).startsWith("account-")) throw new Error("End does not lead to the last account");
  await press("Home", "f", "a");
  if ((await focused()) !== "platform-facebook") throw new Error("letters do not lead to a name");
  await press("Left");
  await until("the platform to fold", "return !document.querySelector('[data-testid=account-f1]')");
  await press("Right");
  await shown("account-f1");
  if (await before()) throw new Error("names are not in order");
  await run("document.querySelector('[data-testid=account-a3]').focus()");
  await press("Alt+Up");
  await until(
    "the new order",
    "const rows = [...document.querySelectorAll('nav [data-row]')].map((e) => e.dataset.row); return rows.indexOf('a3') < rows.indexOf('a2')",
  );
  if ((await focused()) !== "account-a3") throw new Error("the focus did not go with the row");
  await press("Tab");
  if ((await focused()) !== "add-account") throw new Error("the list takes more than one stop");
  console.log("ok   the list by keyboard: searched, found by a letter, folded, arranged, one stop of Tab");
}

/** A first post: written, who sees it chosen, looked at before the yes, checked again, deleted. */
async function walkPost(site) {
  await call("POST", "/url", { url: `${site}/?scene=endless` });
  await shown("use-post");
  await tabTo("use-post");
  await press("Enter");
  await shown("post-visibility");
  await tabTo("post-text");
  await press(..."Hello", "Enter", ..."world");
  await tabTo("post-visibility");
  await run(
    "const s = document.querySelector('[data-testid=post-visibility]'); s.value = 'unlisted'; s.dispatchEvent(new Event('change', { bubbles: true }))",
  );
  await until("the request", "return document.querySelector('[data-testid=post-request-0]')?.textContent.includes('unlisted')");
  await tabTo("post-go");
  await press("Enter");
  await shown("confirm");
  if ((await focused()) !== "dismiss") throw new Error("the question before a post does not start on the safe button");
  await press("Escape");
  await until("the dialog to close", "return !document.querySelector('dialog')");
  if ((await focused()) !== "post-go") throw new Error("the focus did not come back from the question");
  await press("Enter");
  await shown("confirm");
  await tabTo("confirm");
  await press("Enter");
  await until("the end", "return document.querySelector('[data-testid=post-outcome]')?.dataset.state === 'posted'");
  if ((await focused()) !== "post-said") throw new Error("the focus is not on what became of the post");
  await tabTo("post-look");
  await press("Enter");
  await until("the answer", "return document.querySelector('[data-testid=post-delete]')?.disabled === false");
  await tabTo("post-delete");
  await press("Enter");
  await shown("confirm");
  if ((await focused()) !== "dismiss") throw new Error("the question before a deletion does not start on the safe button");
  await tabTo("confirm");
  await press("Enter");
  await until("the deletion", "return document.querySelector('[data-testid=post-outcome]')?.dataset.state === 'deleted'");
  await until("the focus on it", "return document.activeElement.dataset.testid === 'post-said'");
  await tabTo("post-another");
  await press("Enter");
  await until("an empty text", "return document.querySelector('[data-testid=post-text]')?.value === ''");
  if ((await focused()) !== "post-text") throw new Error("another one does not start in its text");
  console.log("ok   a first post by keyboard: written, asked about, three lamps, checked, deleted");
}

/** All of them. */
export const WALKS = [walk, walkList, walkConsole, walkKinds, walkCode, walkNext, walkMoving, walkUse, walkPost, walkBrowserErrors];
