// Adding an account on the real screens: errors appear where they happen, and nothing typed is lost.
import { expect, test, vi } from "vitest";
import { find, open, press, type } from "./window";

const text = () => document.body.textContent ?? "";

async function toQuestions() {
  await press("add-account");
  await press("tile-gotosocial");
}

test("a wrong server is said at its field, and corrected there", async () => {
  await open("scene=empty");
  await toQuestions();
  type("question-server", "server-tls.example");
  await press("next", 1000);
  expect(find("question-server")?.getAttribute("aria-invalid")).toBe("true");
  expect(text()).toContain("server-tls.example couldn’t prove its identity");
  type("question-server", "fedi.example");
  await press("next", 1000);
  expect(find("connect")).not.toBeNull();
});

test("nothing typed is nothing asked", async () => {
  const api = await open("scene=empty");
  const look = vi.spyOn(api, "findServer");
  await toQuestions();
  await press("next", 1000);
  expect(look).not.toHaveBeenCalled();
  expect(find("question-server")).not.toBeNull();
});

test("a taken port leads to another redirect, with everything kept", async () => {
  const api = await open("scene=empty&fail=port-taken");
  const start = vi.spyOn(api, "startLogin");
  await toQuestions();
  type("question-server", "fedi.example");
  type("client-name", "post-bot");
  await press("next", 1000);
  await press("connect", 5000);
  expect(find("error")?.dataset["code"]).toBe("port-taken");
  await press("other-redirect");
  expect(find("redirects")?.closest("details")?.open).toBe(true);
  await press("redirect-private-use-scheme");
  await press("connect", 5000);
  expect(start.mock.calls[1]?.[0]).toMatchObject({
    client_name: "post-bot",
    redirect: "private-use-scheme",
    answers: { server: "https://fedi.example" },
  });
});

test("cancel leads to a calm end, and Try again to the browser", async () => {
  await open("scene=waiting");
  expect(find("hint")?.textContent).toContain("seems to say that you declined");
  expect(text()).toContain("GoToSocial has no Deny button");
  expect(find("step-browser-opened")?.dataset["state"]).toBe("done");
  expect(find("step-answer-received")?.dataset["state"]).toBe("now");
  await press("cancel");
  expect(find("error")?.dataset["code"]).toBe("cancelled");
  await press("retry", 3000);
  expect(find("waiting")).not.toBeNull();
});

test("a pasted text is refused with a reason, and a right one ends the wait", async () => {
  await open("scene=waiting&redirect=out-of-band");
  type("paste-field", "https://fedi.example/oauth/authorize?client_id=1");
  await press("paste-use", 100);
  expect(find("paste-wrong")?.dataset["code"]).toBe("paste-authorize-page");
  type("paste-field", "ABCDEFGH12345678");
  await press("paste-use", 3000);
  expect(find("done")).not.toBeNull();
  expect(find("done-name")?.textContent).toBe("@me@fedi.example");
});

test("practice asks for no server and begins the practice platform", async () => {
  const api = await open("scene=empty");
  const begin = vi.spyOn(api, "startPractice");
  await press("empty-practice");
  expect(find("question-server")).toBeNull();
  await press("connect", 8000);
  expect(begin).toHaveBeenCalledOnce();
  expect(find("done")).not.toBeNull();
});

test("unstored tokens are named until the keychain is open", async () => {
  await open("scene=unstored");
  expect(find("unstored")?.textContent).toContain("A token is in memory only.");
  await press("store-again", 1000);
  expect(find("unstored")).toBeNull();
  expect(find("store-state")?.dataset["state"]).toBe("ready");
});

test("a known client is used as it is", async () => {
  const api = await open("scene=pick");
  const start = vi.spyOn(api, "startLogin");
  expect((find("client") as HTMLSelectElement).value).toBe("c6");
  await press("connect", 5000);
  expect(start.mock.calls[0]?.[0]).toMatchObject({ provider: "threads", client: "c6", answers: {} });
});

test("the language changes at once", async () => {
  await open("scene=settings");
  const select = find("language") as HTMLSelectElement;
  select.value = "zh-Hant";
  select.dispatchEvent(new Event("change", { bubbles: true }));
  await vi.waitFor(() => expect(text()).toContain("新增帳號"));
});
