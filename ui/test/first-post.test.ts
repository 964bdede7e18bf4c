// A first post, on the real screens: the draft, the question, three lamps with words, and never "done" for half. Nothing is posted twice
// by itself.
import { expect, test, vi } from "vitest";
import { error } from "../src/fake/common";
import type { Lamp, PostState, PostView } from "../src/shell/wire";
import { lampsOf, outcomeOf } from "../src/views/use/lamps";
import { has, speak, speakOfUse } from "../src/text/words.svelte";
import { LANGUAGES } from "./files";
import { find, open, press, settle, type } from "./window";

const text = (id: string) => (find(id)?.textContent ?? "").replace(/\s+/g, " ").trim();
const disabled = (id: string) => (find(id) as HTMLButtonElement | null)?.disabled;
const values = () => ["sent", "there", "seen"].map((name) => find(`lamp-${name}`)?.dataset["value"]);

/** Opens a scene whose panel is fetched when it is shown. */
async function show(query: string) {
  const api = await open(query);
  for (let tries = 0; tries < 20 && !find("post-text") && !find("post-outcome"); tries++) await settle(20);
  return api;
}

async function write(words: string) {
  type("post-text", words);
  await settle(20);
}

/** Presses "Post…", and answers the question. */
async function post(answer: "confirm" | "dismiss", ms = 1500) {
  find("post-go")?.closest("form")?.requestSubmit();
  await settle(20);
  if (answer === "confirm") find("confirm")?.closest("form")?.requestSubmit();
  else find("dismiss")?.click();
  await settle(ms);
}

const STATES: PostState[] = ["sending", "posted", "may-be-posted", "deleted", "refused"];
const LAMPS: Lamp[] = ["yes", "no", "waiting", "needs-login", "unknown"];

test("only three lit lamps are a success, whatever else is said", async () => {
  await speakOfUse();
  const blank = {
    text: "",
    visibility: null,
    id: null,
    link: null,
    reason: null,
    refused: null,
    can_delete: false,
    no_delete: null,
  } as const;
  const times = { posted_at: 0, checked_at: null, check_from: null, can_find: true };
  for (const state of STATES)
    for (const sent of LAMPS)
      for (const there of LAMPS)
        for (const seen of LAMPS) {
          const view: PostView = { ...blank, ...times, state, sent, there, seen };
          const all = state === "posted" && [sent, there, seen].every((value) => value === "yes");
          expect(outcomeOf(view) === "all", JSON.stringify(view)).toBe(all);
          for (const { name, value } of lampsOf(view))
            for (const id of [`use-post-said-${outcomeOf(view)}`, `use-post-${name}.${value}`, `use-post-lamp-${value}`])
              expect(has(id), id).toBe(true);
        }
});

test("a draft is counted and shown as it will be sent, and nothing is posted before the answer", async () => {
  const api = await show("scene=post");
  const publish = vi.spyOn(api, "publishPost");
  expect(text("post-count")).toBe("0 of 500");
  expect(disabled("post-go"), "there is no text").toBe(true);
  await write("x".repeat(503));
  expect(text("post-count")).toBe("503 of 500");
  expect(document.body.textContent).toContain("Too long by 3.");
  expect(find("post-text")?.getAttribute("aria-invalid")).toBe("true");
  expect(disabled("post-go")).toBe(true);
  await write("Hello");
  expect(text("post-request-0")).toContain('{"status":"Hello","visibility":"public"}');
  expect(disabled("post-go")).toBe(false);
  await post("dismiss", 100);
  expect(publish).not.toHaveBeenCalled();
  expect((find("post-text") as HTMLTextAreaElement).value).toBe("Hello");
});

test("the question names the account, the text and who can see it; then all three lamps are lit", async () => {
  const api = await show("scene=post");
  const publish = vi.spyOn(api, "publishPost");
  await write("Hello\nworld");
  find("post-go")?.closest("form")?.requestSubmit();
  await settle(20);
  expect(text("post-as")).toBe("@mei@fedi.example");
  expect(find("post-shown")?.textContent).toBe("Hello\nworld");
  expect(text("post-who")).toBe("Everyone, in public timelines too");
  expect(find("post-twice")).toBeNull();
  find("confirm")?.closest("form")?.requestSubmit();
  await settle(100);
  expect(find("post-outcome")?.dataset["state"]).toBe("sending");
  expect(document.activeElement, "the focus is on what is said").toBe(find("post-said"));
  expect(values()).toEqual(["now", "unknown", "unknown"]);
  await settle(1500);
  expect(publish.mock.calls).toEqual([["a1", { text: "Hello\nworld", image: null, visibility: null, to: null, again: false }, true]]);
  expect(text("post-said")).toBe("Posted, and strangers can see it.");
  expect(values()).toEqual(["yes", "yes", "yes"]);
  expect(text("lamp-seen"), "words, not only a colour").toBe("Seen by strangers Found without signing in. Yes");
  expect(find("post-delete"), "deleting is offered at once").not.toBeNull();
});

test("who can't see it is said before and after, with the reason", async () => {
  await show("scene=post");
  await write("Hello");
  const list = find("post-visibility") as HTMLSelectElement;
  expect(list.value).toBe("public");
  expect(find("post-hides")).toBeNull();
  list.value = "private";
  list.dispatchEvent(new Event("change", { bubbles: true }));
  await settle(20);
  expect(text("post-hides")).toBe("Strangers won’t see it.");
  expect(text("post-request-0")).toContain('"visibility":"private"');
  await post("confirm");
  expect(text("post-said")).toBe("Posted, but strangers can’t see it.");
  expect(values()).toEqual(["yes", "yes", "no"]);
  expect(find("post-reason")?.dataset["code"]).toBe("default-visibility");
});

test("where there is one visibility, it is said and not asked", async () => {
  const api = await show("scene=post");
  const prepare = api.preparePost.bind(api);
  const members = {
    id: "channel",
    meaning: { en: "members who can see the channel", "zh-Hans": "成员", "zh-Hant": "成員" },
    default: true,
    hides: true,
  };
  vi.spyOn(api, "preparePost").mockImplementation(async (id, draft) => ({
    ...(await prepare(id, draft)),
    visibilities: [members],
    public: false,
  }));
  await write("Hello");
  expect(find("post-visibility")).toBeNull();
  expect(text("post-visible-to")).toBe("Members who can see the channel");
  expect(text("post-hides")).toBe("Strangers won’t see it.");
  find("post-go")?.closest("form")?.requestSubmit();
  await settle(20);
  expect(text("post-who")).toContain("Members who can see the channel");
});

test("the reason leads to where it is mended, and says when it is only likely", async () => {
  const api = await show("scene=post-hidden&reason=app-in-development");
  const link = vi.spyOn(api, "openLink");
  expect(text("post-reason")).toContain("Switch the app from Development to Live");
  expect(text("post-reason")).not.toContain("likeliest");
  await press("post-mend");
  expect(link).toHaveBeenCalledWith("https://developers.example/apps/1");
  const look = vi.spyOn(api, "checkPost");
  await press("post-look", 1000);
  expect(look).toHaveBeenCalledWith("a1");
  await press("post-open");
  expect(link).toHaveBeenLastCalledWith("https://fedi.example/@mei/statuses/01K9ZC3W");
});

test("a reason that no answer shows is called likely", async () => {
  await show("scene=post-hidden&reason=limited-account");
  expect(text("post-reason")).toContain("This is the likeliest reason; GoToSocial doesn’t say.");
});

test("what was accepted and isn't there is no success", async () => {
  await show("scene=post-absent");
  expect(text("post-said")).toBe("GoToSocial accepted the post, but it isn’t there.");
  expect(values()).toEqual(["yes", "no", "no"]);
});

test("asked too early, it is looked for again by itself when the platform is ready, and not for ever", async () => {
  const api = await show("scene=post-early");
  const look = vi.spyOn(api, "checkPost");
  expect(text("post-said")).toContain("too early to tell");
  expect(text("lamp-seen")).toMatch(/Keybearer looks again in 0:\d\d\./);
  await settle(60_000);
  expect(look).toHaveBeenCalledTimes(1);
  expect(values()).toEqual(["yes", "yes", "yes"]);
});

test("a platform that never shows it is asked three times", async () => {
  const api = await show("scene=post-early");
  const early = await api.firstPost("t1");
  const look = vi.spyOn(api, "checkPost").mockImplementation(async () => {
    if (!early) throw new Error("no post");
    return { ...early, check_from: Math.floor(Date.now() / 1000) + 10 };
  });
  await settle(100_000);
  expect(look).toHaveBeenCalledTimes(3);
  expect(text("lamp-seen")).toContain("may take a few minutes");
});

test("where only people who sign in see posts, that is said, and how to delete it", async () => {
  await show("scene=post-sign-in");
  expect(text("post-said")).toBe("Posted. Whether strangers can see it isn’t known.");
  expect(text("lamp-seen")).toContain("Can’t be checked");
  expect(find("post-delete")).toBeNull();
  expect(text("post-no-delete")).toContain("open the post in Instagram, press ⋯ above it, then Delete.");
});

test("what can't be deleted from here is said before the post, in the question and after it", async () => {
  const api = await show("scene=post-image");
  const link = vi.spyOn(api, "openLink");
  expect(text("post-undeletable")).toContain("With this kind of token no program can delete a post.");
  find("post-undeletable")?.querySelector("button")?.click();
  expect(link).toHaveBeenCalledWith("https://www.instagram.com/");
  await write("Hello");
  type("post-image", "https://pictures.example/1.jpg");
  await settle(20);
  find("post-go")?.closest("form")?.requestSubmit();
  await settle(20);
  expect(text("post-for-good")).toContain("With this kind of token no program can delete a post.");
  find("confirm")?.closest("form")?.requestSubmit();
  await settle(1500);
  expect(find("post-delete")).toBeNull();
  expect(text("post-no-delete")).toContain("With this kind of token no program can delete a post.");
});

test("where one that may have been posted can't be looked for, that is said", async () => {
  const api = await show("scene=post-maybe");
  const was = await api.firstPost("t1");
  vi.spyOn(api, "firstPost").mockImplementation(async () => was && { ...was, can_find: false });
  await press("post-look", 1000);
  vi.spyOn(api, "checkPost").mockImplementation(async () => {
    if (!was) throw error("internal");
    return { ...was, can_find: false };
  });
  await press("post-look", 1000);
  expect(find("post-look")).toBeNull();
  expect(text("post-look-yourself")).toContain("Look yourself before you post it again.");
  expect(find("post-another")).not.toBeNull();
});

test("what may have been posted is looked for, and posted again only by the person", async () => {
  const api = await show("scene=post-maybe");
  const [look, publish] = [vi.spyOn(api, "checkPost"), vi.spyOn(api, "publishPost")];
  await settle(60_000);
  expect(text("post-said")).toBe("This may have been posted.");
  expect(text("post-last-look")).toContain("The post wasn’t recognized");
  expect(publish).not.toHaveBeenCalled();
  expect(look, "nor is it looked for without being asked").not.toHaveBeenCalled();
  await press("post-look", 1000);
  expect(look).toHaveBeenCalledTimes(1);
  await press("post-another", 20);
  expect((find("post-text") as HTMLTextAreaElement).value, "the same text").toContain("Hello from my bot.");
  expect(document.activeElement).toBe(find("post-text"));
  find("post-go")?.closest("form")?.requestSubmit();
  await settle(20);
  expect(text("post-twice")).toContain("Then there will be two.");
  find("confirm")?.closest("form")?.requestSubmit();
  await settle(1500);
  expect(publish).toHaveBeenCalledTimes(1);
  expect(publish.mock.calls[0]?.[1].again).toBe(true);
  expect(text("post-said")).toBe("Posted, and strangers can see it.");
});

test("one that is sent elsewhere is looked at until it has an end", async () => {
  const api = await show("scene=post-sending");
  expect(find("post-outcome")?.dataset["state"]).toBe("sending");
  expect(find("post-look")).toBeNull();
  const sent = await api.firstPost("t1");
  const first = vi.spyOn(api, "firstPost").mockImplementation(async () => sent && { ...sent, state: "may-be-posted" });
  await settle(2500);
  expect(find("post-outcome")?.dataset["state"]).toBe("may-be-posted");
  const calls = first.mock.calls.length;
  await settle(10_000);
  expect(first).toHaveBeenCalledTimes(calls);
});

test("a failure keeps the text, and trying again asks again", async () => {
  const api = await show("scene=post&fail=transient");
  const publish = vi.spyOn(api, "publishPost");
  await write("Hello");
  await post("confirm");
  expect(find("error")?.dataset["code"]).toBe("transient");
  expect((find("post-text") as HTMLTextAreaElement).value).toBe("Hello");
  await press("try-again", 2000);
  expect(text("post-shown")).toBe("Hello");
  expect(publish, "nothing is posted without an answer").toHaveBeenCalledTimes(1);
});

test("what failed before anything was sent leaves the earlier post's result alone", async () => {
  const api = await show("scene=posted");
  await press("post-another", 20);
  await write("Once more");
  vi.spyOn(api, "publishPost").mockRejectedValue(error("offline"));
  await post("confirm");
  expect(find("error")?.dataset["code"]).toBe("offline");
  expect((find("post-text") as HTMLTextAreaElement).value).toBe("Once more");
  expect(find("post-outcome")).toBeNull();
});

test("a refused post is said, though the one before it was found meanwhile", async () => {
  const api = await show("scene=post-maybe");
  const was = await api.firstPost("t1");
  await press("post-another", 20);
  await write("Once more");
  vi.spyOn(api, "publishPost").mockImplementation(async () => {
    vi.spyOn(api, "firstPost").mockImplementation(async () => was && { ...was, state: "posted", sent: "yes", there: "yes" });
    throw error("refused");
  });
  await post("confirm");
  expect(find("error")?.dataset["code"]).toBe("refused");
  expect((find("post-text") as HTMLTextAreaElement).value).toBe("Once more");
});

test("a refused post says why, though the one before it is still there", async () => {
  const api = await show("scene=posted");
  const was = await api.firstPost("t1");
  await press("post-another", 20);
  await write("Once more");
  vi.spyOn(api, "publishPost").mockImplementation(async () => {
    const refused = { code: "duplicate", certain: true, step: null, link: null } as const;
    vi.spyOn(api, "firstPost").mockImplementation(async () => was && { ...was, refused });
    throw error("refused");
  });
  await post("confirm");
  expect(find("post-reason")?.dataset["code"]).toBe("duplicate");
  expect(find("error")).toBeNull();
  expect((find("post-text") as HTMLTextAreaElement).value).toBe("Once more");
  await post("dismiss", 100);
  expect(find("post-reason"), "until it is sent again").not.toBeNull();
});

test("an answer that never came is no failure, but a post that may be there", async () => {
  const api = await show("scene=post");
  await write("Hello");
  vi.spyOn(api, "publishPost").mockImplementation(async () => {
    const unknown = { sent: "unknown", there: "unknown", seen: "unknown" } as const;
    const none = {
      id: null,
      link: null,
      visibility: null,
      reason: null,
      refused: null,
      checked_at: null,
      check_from: null,
      no_delete: null,
      can_find: true,
    };
    const view: PostView = { ...none, ...unknown, state: "may-be-posted", text: "Hello", can_delete: false, posted_at: 1_795_982_400 };
    vi.spyOn(api, "firstPost").mockResolvedValue(view);
    throw error("server-unreachable", { host: "fedi.example" });
  });
  await post("confirm");
  expect(text("post-said")).toBe("This may have been posted.");
  expect(find("error"), "there is one sentence, not two").toBeNull();
  expect(find("post-text")).toBeNull();
});

test("what the platform refused is written again", async () => {
  await show("scene=post-refused");
  expect(text("post-said")).toBe("Not posted.");
  expect(find("lamp-sent")).toBeNull();
  expect(find("post-reason")?.dataset["code"]).toBe("duplicate");
  expect((find("post-text") as HTMLTextAreaElement).value).toContain("Hello from my bot.");
});

test("it is deleted after a question; a failure stays in the dialog", async () => {
  const api = await show("scene=posted&fail=transient");
  const remove = vi.spyOn(api, "deletePost");
  await press("post-delete");
  expect(remove).not.toHaveBeenCalled();
  find("confirm")?.closest("form")?.requestSubmit();
  await settle(1000);
  expect(document.querySelector("dialog [data-testid=error]")).not.toBeNull();
  expect(find("post-outcome")?.dataset["state"]).toBe("posted");
  const was = await api.firstPost("a1");
  remove.mockImplementation(async () => {
    if (!was) throw error("internal");
    return { ...was, state: "deleted", can_delete: false };
  });
  find("confirm")?.closest("form")?.requestSubmit();
  await settle(1000);
  expect(document.querySelector("dialog")).toBeNull();
  expect(text("post-said")).toBe("Deleted at GoToSocial.");
  expect(document.activeElement).toBe(find("post-said"));
  expect(find("lamp-sent"), "there is nothing to light").toBeNull();
  await press("post-another", 20);
  expect((find("post-text") as HTMLTextAreaElement).value).toBe("");
});

test("an image, a price and a missing permission are said before posting", async () => {
  await show("scene=post-image");
  await write("Hello");
  expect(disabled("post-go"), "an image is needed").toBe(true);
  type("post-image", "http://pictures.example/1.jpg");
  await settle(20);
  expect(document.body.textContent).toContain("Enter an https address.");
  expect(disabled("post-go")).toBe(true);
  type("post-image", "https://pictures.example/1.jpg");
  await settle(20);
  expect(disabled("post-go")).toBe(false);
  expect(text("post-seconds")).toContain("at least 30 seconds");
  expect(text("post-unchecked")).toContain("can’t be checked");
  find("post-go")?.closest("form")?.requestSubmit();
  await settle(20);
  expect(text("post-who"), "nothing that isn’t known is promised").toBe("That depends on Instagram.");
});

test("a price is said in the form and in the question", async () => {
  await show("scene=post-costs");
  expect(text("post-cost")).toContain("1.5 US cents");
  await write("Hello");
  find("post-go")?.closest("form")?.requestSubmit();
  await settle(20);
  expect(document.querySelector("dialog")?.textContent).toContain("1.5 US cents");
  expect(text("post-who"), "there is no choice").toBe("Everyone");
});

test("a token that may not post says which permission it lacks, and how to get it", async () => {
  await show("scene=post-scope");
  await write("Hello");
  expect(disabled("post-go")).toBe(true);
  expect(text("post-lacks")).toContain("write:statuses");
  expect(document.querySelector("[data-testid=post-lacks] [data-testid=again]")).not.toBeNull();
});

test("a token that may not delete says so before posting", async () => {
  await show("scene=post-keeps");
  expect(text("post-keeps")).toContain("threads_delete");
  await write("Hello");
  expect(disabled("post-go")).toBe(false);
});

test("only where the platform's file has it", async () => {
  await open("scene=unknown");
  await settle(300);
  expect(find("use-deliver")).not.toBeNull();
  expect(find("use-post")).toBeNull();
  await press("account-a1", 400);
  expect(find("use-post")?.textContent).toContain("Post a first message");
});

test("each reason and what mends it has words, in each language", async () => {
  const codes = [
    ...["app-in-development", "page-unpublished", "private-profile", "default-visibility", "local-only", "duplicate"],
    ...["missing-scope", "unconfirmed-account", "limited-account", "held-back", "login-only", "removed", "unexplained"],
  ];
  await show("scene=posted");
  for (const language of LANGUAGES) {
    await speak(language);
    for (const code of codes) for (const id of [`post-dark-${code}`, `post-mend-${code}`]) expect(has(id), `${language}: ${id}`).toBe(true);
  }
});

test("where only Pages can post, the panel says so and leads to them", async () => {
  await open("scene=person");
  for (let tries = 0; tries < 20 && !find("use-post"); tries++) await settle(20);
  find("use-post")?.click();
  await settle(20);
  expect(text("use-post-panel")).toContain("as one of your Pages, not as you");
  expect(find("post-text")).toBeNull();
  await press("post-to-pages");
  await settle(20);
  expect(find("use-post-panel")).toBeNull();
  expect(document.body.textContent).toContain("Cute Kitten Page");
});
