// Starts the UI: connects to the shell, loads the first view and the words, mounts the window.
import { mount } from "svelte";
import App from "./App.svelte";
import "./app.css";
import { asError } from "./shell/api";
import { connect } from "./shell/connect";
import { Model } from "./state/model.svelte";
import { choose, speak } from "./text/words.svelte";
import Broken from "./views/Broken.svelte";

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
