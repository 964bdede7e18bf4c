// Adding an account: the screens in order, and the login. What is chosen and typed on them: login-choices; what the login has reported:
// login-progress.
import { asked, isSecret } from "./questions";
import { asError, type Api } from "../shell/api";
import { keysFor, proposedName } from "./apps";
import { LoginChoices } from "./login-choices.svelte";
import type { End } from "./login-progress.svelte";
import { consents } from "./platform";
import { keepTicks, ticksOf } from "./ticks";
import { remedy } from "../text/errors";
import type { AccountView, AppView, ErrorView, ProviderView, ServerView } from "../shell/wire";

export type Stage = "tiles" | "client" | "redirect" | "questions" | "store" | "permissions" | "waiting" | "import-token" | End;

export class LoginFlow extends LoginChoices {
  stage = $state<Stage>("tiles");
  /** A token from elsewhere is imported, without a login. */
  importsToken = $state(false);
  /** The platform whose token it is, if that is known. */
  importsFor = "";
  /** The first screen asks which kind of token, if the tile has several. */
  #asksKind = $state(false);
  /** Unfolds the redirects, after "Choose another redirect". */
  redirectsOpen = $state(false);

  #api: Api;
  /** The apps that were known before the last login. */
  #before: string[] = [];
  /** Counts the logins, so that late events of an earlier one are ignored. */
  #turn = 0;
  #pasted = "";
  #looking: { typed: string; answer: Promise<ServerView> } | null = null;

  constructor(api: Api, view: () => AppView) {
    super(view);
    this.#api = api;
  }

  /** The screens before the login, in order. */
  get order(): Stage[] {
    const screens = this.importsToken ? ["import-token" as const] : this.#screens;
    // Without a place for secrets, nothing secret is asked for.
    const store: Stage[] = this.needsStore || this.stage === "store" ? ["store"] : [];
    return ["tiles", ...screens.slice(0, -1), ...store, ...screens.slice(-1)];
  }

  /** At most two: what the token may do, then the console with its form. A server comes first, because it decides what may be done. */
  get #screens(): Stage[] {
    const provider = this.provider;
    if (!provider) return [];
    const known = this.client !== null;
    const form = this.asked.length > 0 || (!known && provider.console.length > 0) || this.server !== null;
    const questions: Stage[] = form ? ["questions"] : [];
    if (!this.consents) return this.known.length > 0 ? ["client", ...questions] : questions;
    if (provider.registers || provider.practice || this.serverQuestion)
      return this.choosesScopes || !form ? [...questions, "permissions"] : questions;
    const permissions: Stage[] = this.choosesScopes || this.known.length > 0 || !form ? ["permissions"] : [];
    const redirect: Stage[] = form && this.byConsole && !this.recommended ? ["redirect"] : [];
    return [...permissions, ...redirect, ...questions];
  }

  /** This screen, the first one after the tiles, asks which kind of token. */
  get asksKind(): boolean {
    return this.#asksKind && this.kinds.length > 1 && this.order[1] === this.stage;
  }

  /** The next press starts the login. */
  get last(): boolean {
    return this.order.at(-1) === this.stage;
  }

  /** Opens a tile. Of several kinds, proposes the first one that an app is known for, else the recommended one. */
  open(provider: ProviderView): void {
    this.#take(provider);
    const kinds = this.kinds;
    this.choose(kinds.find((kind) => this.#likely(kind) !== null) ?? kinds[0] ?? provider);
  }

  /** Goes to the first screen of a kind. */
  choose(provider: ProviderView): void {
    this.#take(provider);
    this.client = this.#likely(provider);
    this.switchedFrom = null;
    this.#asksKind = true;
    this.stage = "tiles";
    this.next();
  }

  /** Begins with one kind for one app: with the app's keys, or with its name if they have to be typed. */
  begin(provider: ProviderView, client: string | null, name: string): void {
    this.#take(provider);
    this.client = client;
    this.clientName = name;
    this.#enter(["tiles", "client"]);
  }

  /** The app to propose: the newest known one, so that a second account needs no console. A server's app is found by the keeper, and
   * without a person's approval an app has one token. */
  #likely(provider: ProviderView): string | null {
    if (provider.registers) return null;
    const used = (id: string) => this.view().accounts.some((one) => one.client === id && one.provider === provider.id);
    return keysFor(this.view(), provider).find(({ id }) => consents(provider) || !used(id))?.id ?? null;
  }

  /** Imports a token; `pasted` is what was pasted before. It goes to the next screen only, and to none if that asks for storage. With
   * `platform`, that one is chosen. */
  importToken(pasted = "", platform = ""): void {
    this.importsToken = true;
    this.importsFor = platform;
    this.stage = "tiles";
    this.#pasted = this.needsStore ? "" : pasted;
    this.next();
  }

  /** Hands out what was pasted, once. */
  takePasted(): string {
    const pasted = this.#pasted;
    this.#pasted = "";
    return pasted;
  }

  #take(provider: ProviderView): void {
    if (provider.id !== this.provider?.id)
      Object.assign(this, { answers: {}, ticked: ticksOf(provider), shown: "", clientName: proposedName(this.view(), provider) });
    this.importsToken = false;
    this.#asksKind = false;
    this.provider = provider;
    this.server = null;
    this.scopes = provider.scopes.filter((scope) => (scope.default || scope.locked) && !scope.granted_only).map((scope) => scope.id);
    this.redirect = null;
    this.forceLogin = false;
    this.rerequest = false;
  }

  /** Begins a login for an account: same app, same permissions, same person. */
  again(provider: ProviderView, account: AccountView, rerequest = false): void {
    this.#take(provider);
    const known = this.view().clients.some((client) => client.id === account.client);
    this.client = known && !account.practice ? account.client : this.#likely(provider);
    if (this.client === null && this.serverQuestion && account.server !== null) this.answers[this.serverQuestion.id] = account.server;
    const wanted = rerequest ? [...account.scopes, ...account.declined] : account.scopes;
    const offered = provider.scopes
      .filter((scope) => !scope.granted_only && (scope.locked || wanted.includes(scope.id)))
      .map((scope) => scope.id);
    if (offered.length > 0) this.scopes = offered;
    this.rerequest = rerequest;
    // The name of an unverified account is its server's.
    this.expect = account.practice || account.verified === null ? "" : account.name;
    // A token that was imported without an app needs one first.
    this.#enter(known ? ["tiles", "client"] : ["tiles"]);
  }

  /** Goes to the first screen that asks something; if there is none, starts the login. */
  #enter(passed: Stage[]): void {
    const stage = this.order.find((stage) => !passed.includes(stage));
    if (stage) this.stage = stage;
    else void this.connect();
  }

  next(): void {
    const after = this.order[this.order.indexOf(this.stage) + 1];
    if (after) this.stage = after;
    else void this.connect();
  }

  back(): void {
    this.stage = this.order[this.order.indexOf(this.stage) - 1] ?? "tiles";
  }

  /** Looks up the server for what was typed, once for each text. Rejects with an ErrorView. */
  async findServer(typed: string): Promise<ServerView> {
    if (!this.provider) throw asError("no provider");
    if (this.#looking?.typed !== typed) {
      const looking = { typed, answer: this.#api.findServer(this.provider.id, typed) };
      this.#looking = looking;
      looking.answer.catch(() => {
        if (this.#looking === looking) this.#looking = null;
      });
    }
    return this.#looking.answer;
  }

  /** Takes the found server, and switches to another platform if that is what the server runs. */
  accept(server: ServerView): void {
    this.#looking = null;
    const other = this.view().providers.find((provider) => provider.id === server.provider);
    const typed = this.serverQuestion && this.answers[this.serverQuestion.id];
    if (other && this.provider && other.id !== this.provider.id) {
      const { provider: from, clientName } = this;
      this.#take(other);
      Object.assign(this, { switchedFrom: from.name, clientName });
    }
    if (this.serverQuestion && typed !== undefined) this.answers[this.serverQuestion.id] = typed;
    this.server = server;
  }

  /** Goes on with another platform, at the server that was typed. */
  instead(id: string): void {
    const other = this.view().providers.find((provider) => provider.id === id);
    const typed = this.serverQuestion && this.answers[this.serverQuestion.id];
    if (!other) return;
    this.choose(other);
    if (this.serverQuestion && typed !== undefined) this.answers[this.serverQuestion.id] = typed;
  }

  async connect(): Promise<void> {
    const provider = this.provider;
    if (!provider) return;
    const turn = ++this.#turn;
    const plan = this.plan(provider);
    this.#before = this.view().clients.map((client) => client.id);
    // Secrets are not kept here: a retry asks for them again.
    for (const question of provider.questions) if (isSecret(question)) this.answers[question.id] = "";
    this.reset();
    this.stage = "waiting";
    try {
      if (provider.practice) await this.#api.startPractice();
      const login = await this.#api.startLogin(plan, (event) => {
        const end = turn === this.#turn ? this.hear(event) : null;
        if (end) this.stage = end;
        // The next app goes through all steps again.
        if (end === "done" && plan.client === null) keepTicks(provider, (this.ticked = []));
      });
      if (turn === this.#turn) this.login = login;
    } catch (thrown) {
      if (turn === this.#turn) this.#fail(asError(thrown));
    }
  }

  #fail(error: ErrorView): void {
    this.error = error;
    this.stage = "failed";
  }

  /** Keeps the account that signed in instead of the expected one. Rejects with an ErrorView; the decision is then still open. */
  async keepMismatch(): Promise<void> {
    if (!this.login) return;
    this.account = await this.#api.keepMismatch(this.login);
    this.stage = "done";
  }

  /** Drops the token of the other account, on this computer only. */
  async discardMismatch(): Promise<void> {
    if (this.login) await this.#api.discardMismatch(this.login);
  }

  /** Signs in again, for the expected account. */
  async retryMismatch(): Promise<void> {
    await this.discardMismatch();
    this.forceLogin = this.provider?.can_force_login ?? false;
    this.retry();
  }

  /** Gives up the running login, and begins a new one with the same answers. */
  async startOver(): Promise<void> {
    const login = this.login;
    this.#turn++;
    if (login) await this.#api.cancelLogin(login).catch(() => undefined);
    this.retry();
  }

  async cancel(): Promise<void> {
    const login = this.login;
    const turn = this.#turn;
    if (login) await this.#api.cancelLogin(login).catch(() => undefined);
    if (turn === this.#turn && this.stage === "waiting") this.#fail({ code: "cancelled", params: {}, detail: null, action: null });
  }

  /** Back to the last screen before the login. */
  change(): void {
    this.stage = this.order.at(-1) ?? "tiles";
  }

  /** Trying again begins in the form, because a typed secret is gone. */
  get retypes(): boolean {
    return asked(this.provider as ProviderView, this.answers, this.#made !== null).some(isSecret);
  }

  /** The app that the login made of what was typed. Its secret is stored by then, unless it was wrong. An app that was known before
   * keeps its old secret until the platform has accepted the new one. */
  get #made(): string | null {
    const id = this.provider?.questions.find((question) => question.kind === "client-id")?.id;
    const made = this.known.find((client) => id && !this.#before.includes(client.id) && client.client_id === this.answers[id]?.trim());
    return this.client ?? (this.error && remedy(this.error.code) === "app" ? null : (made?.id ?? null));
  }

  /** Goes to where another redirect is chosen. With an app that the login has made, its address has to be registered as well. */
  otherRedirect(): void {
    this.client = this.#made;
    this.redirectsOpen = true;
    this.stage = this.byConsole && this.order.includes("questions") ? "questions" : "permissions";
  }

  /** Logs in again with the same answers; secrets are asked for first. */
  retry(): void {
    const retypes = this.retypes;
    this.client = this.#made;
    if (retypes) this.stage = "questions";
    else void this.connect();
  }
}
