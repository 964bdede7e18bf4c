// The window's state: the keeper's last view, the current screen, the login in progress, the toast. What only one screen needs is
// that screen's own.
import { createContext } from "svelte";
import { asError, type Abilities, type Api, type Closing } from "../shell/api";
import { listOf } from "./account-list";
import type { Route } from "./route";
import { offered, platformName } from "./platform";
import type { Start } from "./start";
import { LoginFlow } from "./login-flow.svelte";
import type { AccountView, AppView, ClientView, ProviderView } from "../shell/wire";
import { speakOn } from "../text/words.svelte";

export interface Toast {
  text: string;
  /** When the clipboard is cleared, in Unix seconds; null for other messages. */
  until: number | null;
}

export const [getModel, setModel] = createContext<Model>();

/** How long a message stays, in seconds: long enough to read ten words twice. */
const MESSAGE = 6;

export class Model {
  view: AppView = $state.raw() as AppView;
  route = $state.raw<Route>({ at: "home" });
  flow: LoginFlow = $state.raw() as LoginFlow;
  toast = $state.raw<Toast | null>(null);
  /** False until the user goes to another screen: a new window leaves the focus where it is. */
  moved = false;
  /** The user closed the window and has to be asked whether to quit. */
  closing = $state<Closing | null>(null);
  /** What the system supports; nothing until the shell has answered. */
  abilities = $state.raw<Abilities>({ system: "linux", folder: "", trust_certificate: false, command_line: null });
  dialog: Start["dialog"];
  moving: Start["moving"];
  use: Start["use"];
  /** Platforms whose price for an answer the user has accepted. */
  readonly paid: string[] = [];
  readonly api: Api;
  #closing: ReturnType<typeof setTimeout> | undefined;
  #catalogue: ProviderView[] = [];
  #fetching: Promise<void> | null = null;
  #stale = false;
  /** The account of the first screen: it stays, even if the list is sorted again meanwhile. */
  #home: string | null = null;

  constructor(api: Api, view: AppView, start: Start = {}) {
    this.api = api;
    this.view = view;
    this.dialog = start.dialog;
    this.moving = start.moving;
    this.use = start.use;
    this.flow = new LoginFlow(api, () => this.view);
    if (start.route) this.route = start.route;
    api.onChanged(() => void this.#hear());
    void this.#heed();
    void this.ask();
    void this.#list();
  }

  /** Fetches every platform: at the start, and when the relay page, which is in redirect addresses, has changed. */
  async #list(): Promise<void> {
    try {
      this.#catalogue = await this.api.catalogue();
      this.view = this.#whole(this.view);
    } catch {
      // Accounts and their apps go on without the other platforms.
    }
  }

  /** A view with the platforms that are not in use as well. */
  #whole(view: AppView): AppView {
    const used = (id: string) => view.providers.find((provider) => provider.id === id);
    const providers = this.#catalogue.map((provider) => used(provider.id) ?? provider);
    const others = view.providers.filter(({ id }) => !this.#catalogue.some((provider) => provider.id === id));
    return { ...view, providers: [...providers, ...others] };
  }

  /** Asks what the system supports. */
  async ask(): Promise<void> {
    try {
      this.abilities = await this.api.abilities();
      speakOn(this.abilities.system);
    } catch {
      // Then nothing is offered.
    }
  }

  /** Fetches the view again. Calls that come meanwhile share one more fetch. */
  async refresh(): Promise<void> {
    if (this.#fetching) {
      this.#stale = true;
      return this.#fetching;
    }
    this.#fetching = this.#fetch();
    await this.#fetching;
    this.#fetching = null;
  }

  /** Something has changed in the keeper, at the window or in the tray. */
  async #hear(): Promise<void> {
    await this.refresh();
    await this.#heed();
  }

  /** Requests from outside the page: to show an account, to close the window. */
  async #heed(): Promise<void> {
    try {
      const [wanted, closing] = await Promise.all([this.api.wantedAccount(), this.api.closing()]);
      if (closing) this.closing = closing;
      if (wanted && this.account(wanted)) this.go({ at: "account", id: wanted });
    } catch {
      // Then there is no request.
    }
  }

  async #fetch(): Promise<void> {
    do {
      this.#stale = false;
      const relay = this.view.settings.relay;
      this.view = this.#whole(await this.api.view());
      if (this.view.settings.relay !== relay) await this.#list();
    } while (this.#stale);
  }

  go(route: Route, use?: Start["use"]): void {
    this.moved = true;
    this.dialog = this.moving = undefined;
    this.use = use;
    this.#home = null;
    this.route = route;
  }

  /** A login waits for approval or a decision, or has ended while another screen was shown. */
  get loginPending(): boolean {
    const { stage, seen } = this.flow;
    return stage === "waiting" || stage === "mismatch" || ((stage === "failed" || stage === "done") && !seen);
  }

  /** Goes to the tiles, or to a login that is not finished. */
  add(): void {
    if (!this.loginPending) this.flow = new LoginFlow(this.api, () => this.view);
    this.go({ at: "add" });
  }

  /** Whether a login can replace this account's token: a platform that only takes imported tokens has none. */
  canLogIn(account: AccountView): boolean {
    return offered(this.provider(account.provider));
  }

  /** Starts a login for an account's next token. For a sub-account, that is its account's login. */
  logInAgain(account: AccountView, rerequest = false): void {
    const whose = this.account(account.parent) ?? account;
    const provider = this.provider(whose.provider);
    if (!provider || !this.canLogIn(whose)) return;
    this.flow = new LoginFlow(this.api, () => this.view);
    this.flow.again(provider, whose, rerequest);
    this.go({ at: "add" });
  }

  /** Starts a login for one kind of token of an app, with its known keys or new ones. */
  addFor(provider: ProviderView, client: ClientView | null, name: string): void {
    this.flow = new LoginFlow(this.api, () => this.view);
    this.flow.begin(provider, client?.id ?? null, name);
    this.go({ at: "add" });
  }

  /** The account to show. Home shows the first one, and so does an account that no longer exists. */
  get chosen(): AccountView | undefined {
    const route = this.route;
    const first = this.account(this.#home) ?? listOf(this.view)[0];
    this.#home = first?.id ?? null;
    if (route.at === "home") return first;
    return route.at === "account" || route.at === "pages" ? (this.account(route.id) ?? first) : undefined;
  }

  account(id: string | null): AccountView | undefined {
    return this.view.accounts.find((account) => account.id === id);
  }

  client(id: string | null): ClientView | undefined {
    return this.view.clients.find((client) => client.id === id);
  }

  provider(id: string | null): ProviderView | undefined {
    return this.view.providers.find((provider) => provider.id === id);
  }

  /** The platform's name, or its id if its file is gone. */
  platform(id: string): string {
    const provider = this.provider(id);
    return provider ? platformName(this.view.providers, provider) : id;
  }

  /** Shows a toast, for a moment or with a countdown of the clipboard. */
  say(text: string, seconds = 0): void {
    clearTimeout(this.#closing);
    this.toast = { text, until: seconds > 0 ? Date.now() / 1000 + seconds : null };
    this.#closing = setTimeout(() => (this.toast = null), (seconds || MESSAGE) * 1000);
  }

  /** Runs a call and shows its failure as a toast. */
  async attempt(call: Promise<unknown>, explain: (error: ReturnType<typeof asError>) => string): Promise<boolean> {
    try {
      await call;
      return true;
    } catch (thrown) {
      this.say(explain(asError(thrown)));
      return false;
    }
  }
}
