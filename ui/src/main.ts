// Starts the UI: connects to the shell, loads the first view and the words, mounts the window.
import { mount } from "svelte";
import App from "./App.svelte";
import "./app.css";
import { asError, type Api } from "./shell/api";
import { shell } from "./shell/connect";
import { Model } from "./state/model.svelte";
import type { Start } from "./state/start";
import { choose, speak } from "./text/words.svelte";
import Broken from "./views/Broken.svelte";

/** The shell in the app. In a plain browser the stand-in, which the app's own build leaves out, with the scene of the address. */
async function connect(): Promise<{ api: Api; start: Start }> {
  if (import.meta.env.MODE !== "production" && !("__TAURI_INTERNALS__" in window)) {
    const { fake } = await import("./fake/fake");
    return fake(new URLSearchParams(location.search));
  }
  return { api: shell, start: {} };
}

const target = document.getElementById("app") ?? document.body;
const { api, start } = await connect();
// The system's language is fetched at the same time as the view. Only a different chosen language costs a second fetch.
const guess = choose(start.language ?? "system");
try {
  const [view] = await Promise.all([api.view(), speak(guess)]);
  const wanted = choose(start.language ?? view.settings.language);
  if (wanted !== guess) await speak(wanted);
  mount(App, { target, props: { model: new Model(api, view, start), start } });
} catch (thrown) {
  await speak(guess);
  mount(Broken, { target, props: { error: asError(thrown) } });
}
