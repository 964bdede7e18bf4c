// Starts the face: finds the shell, asks for the first view, loads the words, draws. Nothing else happens here.
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
// The words of the system's language are fetched beside the view; only a chosen other language costs a second fetch.
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
