// What is chosen and typed for a login, and what follows from it: the questions of the form, the redirect, and the plan. It keeps
// everything across a failure, so that "Try again" asks nothing twice. It knows no OAuth.
import { asked, chosenType } from "./questions";
import { keysFor } from "./apps";
import { LoginProgress } from "./login-progress.svelte";
import { consents, kindsOf, needsApp } from "./platform";
import type {
  AppView,
  ClientView,
  LoginPlan,
  ProviderView,
  QuestionView,
  RedirectKind,
  RedirectView,
  ServerView,
  Text,
} from "../shell/wire";

export class LoginChoices extends LoginProgress {
  provider = $state.raw<ProviderView | null>(null);
  /** A known app's id, or null for a new app. */
  client = $state<string | null>(null);
  clientName = $state("Keybearer");
  answers = $state<Record<string, string>>({});
  server = $state.raw<ServerView | null>(null);
  /** The platform that was chosen first, if the server runs another. */
  switchedFrom = $state.raw<Text | null>(null);
  scopes = $state<string[]>([]);
  /** The chosen redirect; null for the first one that works. */
  redirect = $state<RedirectKind | null>(null);
  /** The console steps that are ticked off, by index. */
  ticked = $state<number[]>([]);
  /** The address that the console shows after saving, as pasted back. */
  shown = $state("");
  /** The expected account; empty for any. */
  expect = $state("");
  forceLogin = $state(false);
  rerequest = $state(false);

  protected readonly view: () => AppView;

  constructor(view: () => AppView) {
    super();
    this.view = view;
  }

  get known(): ClientView[] {
    return this.provider ? keysFor(this.view(), this.provider) : [];
  }

  /** The questions of the form. */
  get asked(): QuestionView[] {
    return this.provider ? asked(this.provider, this.answers, this.client !== null) : [];
  }

  /** The user approves in the browser. */
  get consents(): boolean {
    return this.provider !== null && consents(this.provider);
  }

  get serverQuestion(): QuestionView | undefined {
    return this.provider?.questions.find((question) => question.kind === "server");
  }

  /** The kinds of tokens that share the tile, the recommended one first. */
  get kinds(): ProviderView[] {
    const rank = ({ kind }: ProviderView) => Number(kind?.recommended ?? false);
    return kindsOf(this.view().providers, this.provider?.tile).sort((a, b) => rank(b) - rank(a));
  }

  /** The app's type: of the known app, or as chosen. */
  get clientType(): string | null {
    if (this.client !== null) return this.#known?.client_type ?? null;
    return chosenType(this.provider, this.answers);
  }

  /** All redirects of the current view: the relay's address may come while they are shown. */
  get #redirects(): RedirectView[] {
    const id = this.provider?.id;
    return this.view().providers.find((provider) => provider.id === id)?.redirects ?? this.provider?.redirects ?? [];
  }

  /** The redirects for apps of this type. */
  get redirects(): RedirectView[] {
    return this.#redirects.filter(
      (redirect) => redirect.client_types.length === 0 || redirect.client_types.includes(this.clientType ?? ""),
    );
  }

  get #known(): ClientView | undefined {
    return this.view().clients.find((client) => client.id === this.client);
  }

  /** The redirect that the login uses: the chosen one, else the one that a known app is registered with, else the recommended one. */
  get chosenRedirect(): RedirectView | undefined {
    const uris = this.#known?.redirect_uris ?? [];
    const fits = (redirect: RedirectView) => redirect.redirect_uri !== null && uris.includes(redirect.redirect_uri);
    const wanted = this.redirects.find((redirect) => redirect.kind === this.redirect);
    return wanted ?? (this.byConsole ? this.redirects.find(fits) : undefined) ?? this.recommended ?? this.redirects[0];
  }

  /** The address has to be registered in a console before the login. */
  protected get byConsole(): boolean {
    const registered = ({ kind, redirect_uri }: RedirectView) => redirect_uri !== null || kind === "relay";
    return this.provider !== null && needsApp(this.provider) && this.#redirects.some(registered);
  }

  /** The address to register in a console; null for a code that is typed in. */
  get address(): string | null {
    return this.byConsole && this.chosenRedirect?.kind !== "out-of-band" ? (this.chosenRedirect?.redirect_uri ?? null) : null;
  }

  /** The chosen redirect's address, if the known app is not registered with it. */
  get unregistered(): string | null {
    const [client, uri] = [this.#known, this.address];
    return client && uri && !client.redirect_uris.includes(uri) ? uri : null;
  }

  /** Secrets can't be stored: there is no keychain, or the encrypted file is locked. */
  get needsStore(): boolean {
    const store = this.view().store;
    return store.state === "missing" || (store.kind === "sealed-file" && store.state === "locked");
  }

  /** The first redirect that works on this computer as it is: a relay needs a page, and no rule of the platform may be broken. */
  get recommended(): RedirectView | undefined {
    const works = ({ kind, redirect_uri, rules }: RedirectView) =>
      (kind !== "relay" || redirect_uri !== null) && !rules.some((rule) => rule.broken && !rule.doubtful);
    return this.redirects.find(works);
  }

  /** Permissions can be chosen: on some platforms the app's settings decide. */
  get choosesScopes(): boolean {
    return this.provider?.scopes.some((scope) => !scope.granted_only) ?? false;
  }

  protected plan(provider: ProviderView): LoginPlan {
    const answers: Record<string, string> = {};
    for (const question of this.asked) answers[question.id] = (this.answers[question.id] ?? "").trim();
    if (this.client === null && this.serverQuestion && this.server) answers[this.serverQuestion.id] = this.server.origin;
    return {
      provider: provider.id,
      client: this.client,
      client_name: this.clientName.trim(),
      answers,
      scopes: provider.scopes.map((scope) => scope.id).filter((id) => this.scopes.includes(id)),
      // An app in a console is registered with one redirect's address: no other can be used.
      redirect: this.byConsole ? (this.chosenRedirect?.kind ?? null) : this.redirect,
      force_login: this.forceLogin,
      rerequest: this.rerequest,
      expect: this.expect.trim(),
    };
  }
}
