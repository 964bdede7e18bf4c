// What the window may ask of the shell, as one interface. How it is asked: connect.ts.
import type {
  UnlockedFor,
  AppView,
  ImportedView,
  Code,
  RedirectKind,
  RedirectTest,
  ErrorView,
  ExportEvent,
  ExportPlan,
  ExportView,
  LoginEvent,
  LoginPlan,
  BundleView,
  Draft,
  PostPlanView,
  PostView,
  ProgramAnswer,
  ProviderView,
  RedirectCheck,
  RenewalView,
  RequestView,
  ServerView,
  Settings,
  ServerTokensView,
  SubAccountView,
  Target,
  TriedView,
  UseView,
  UsesView,
} from "./wire";

/** Where the app stays without its window: in the tray, or invisible. */
export type Closing = "tray" | "trayless";

/** What this system is, and what it supports of what the window can offer. */
export interface Abilities {
  system: "linux" | "macos" | "windows";
  /** Where the data are. */
  folder: string;
  /** The https redirect's certificate can be added to the user's certificate store. */
  trust_certificate: boolean;
  /** The command line, if the window should offer a link to it, and the command that makes the link by hand. */
  command_line: { installed: boolean; by_hand: string } | null;
}

/** The redirects that can be tested on this computer without a platform. */
export type TestedRedirect = Extract<RedirectKind, "loopback" | "https-loopback" | "private-use-scheme">;

/** All that the window may ask. Each promise rejects with an ErrorView; see `asError`. */
export interface Api {
  /** Of the platforms, those of accounts and apps only. */
  view(): Promise<AppView>;
  /** Every platform that can be chosen. */
  catalogue(): Promise<ProviderView[]>;
  findServer(provider: string, typed: string): Promise<ServerView>;
  /** Answers at once with the login's id. Everything else comes as events, a failure to start too. */
  startLogin(plan: LoginPlan, onEvent: (event: LoginEvent) => void): Promise<string>;
  cancelLogin(login: string): Promise<void>;
  openAgain(login: string): Promise<void>;
  copyLink(login: string): Promise<void>;
  paste(login: string, text: string): Promise<void>;
  /** Keeps a token of another account than expected; answers with the account's id. */
  keepMismatch(login: string): Promise<string>;
  discardMismatch(login: string): Promise<void>;
  subAccounts(account: string): Promise<SubAccountView[]>;
  /** Answers with the new accounts' ids. */
  keepSubAccounts(account: string, picked: string[]): Promise<string[]>;
  /** The ids of the platforms that a text may be a token of, by its shape. Sends nothing. */
  recognise(text: string): Promise<string[]>;
  /** Imports a token that was made elsewhere; answers with the account's id. `server`, as typed, is for a platform of many servers. */
  importToken(token: string, provider: string | null, client: string | null, name: string, server: string): Promise<string>;
  /** Seconds until the clipboard is cleared. Renews the token first if it is due; rejects if it is no longer valid. */
  copyToken(account: string): Promise<number>;
  /** The token's secret (OAuth 1.0a); otherwise like `copyToken`. */
  copyTokenSecret(account: string): Promise<number>;
  /** The only call that answers with a secret; otherwise like `copyToken`. */
  showToken(account: string): Promise<string>;
  verify(account: string): Promise<void>;
  /** Renews a token without a login; with `anyway`, even if it is not due. */
  renew(account: string, anyway?: boolean): Promise<void>;
  /** Renews every token that gains by it and does not rotate; answers when the last one has an outcome. */
  refreshLongLived(): Promise<RenewalView[]>;
  /** The results of the last such run from the tray. */
  lastRenewals(): Promise<RenewalView[]>;
  /** Restores the token from before the last renewal. */
  stepBack(account: string): Promise<void>;
  /** From now on, this computer renews a paused account. */
  resume(account: string): Promise<void>;
  /** Writes an encrypted file into the Downloads folder; with `moves`, the accounts are paused here. */
  exportAccounts(accounts: string[], passphrase: string, moves: boolean): Promise<BundleView>;
  /** Imports such a file, given its encrypted text. The page never decrypts it. */
  importAccounts(file: string, passphrase: string): Promise<ImportedView[]>;
  /** An account's exports that run or can be continued. */
  exports(account: string): Promise<ExportView[]>;
  /** Asks for a file in the system's dialog; answers with the export's id, or null if that was cancelled. */
  startExport(plan: ExportPlan, onEvent: (event: ExportEvent) => void): Promise<string | null>;
  resumeExport(id: string, onEvent: (event: ExportEvent) => void): Promise<string>;
  cancelExport(id: string): Promise<void>;
  discardExport(id: string): Promise<void>;
  /** Answers with the path of the new .ics file. */
  saveCalendar(language: string): Promise<string>;
  /** Asks the platform for a token's details; they come with the next view. */
  inspect(account: string): Promise<void>;
  /** The tokens that the account's server has for it. */
  serverTokens(account: string): Promise<ServerTokensView>;
  endServerToken(account: string, id: string): Promise<void>;
  revoke(account: string): Promise<void>;
  deleteAccount(account: string): Promise<void>;
  /** Seconds until the clipboard is cleared; 0 for the id, which is no secret. */
  copyClient(client: string, what: "id" | "secret"): Promise<number>;
  /** Seconds until the clipboard is cleared. */
  copyAppToken(client: string): Promise<number>;
  /** Which requests can be tried with an account's token, and as what it can be copied. Sends nothing. */
  uses(account: string): Promise<UsesView>;
  /** What an account's token was used for last, newest first; at most twenty uses. */
  lastUses(account: string): Promise<UseView[]>;
  /** A request as it would be sent, with dots for its secrets. */
  prepareCall(account: string, call: string, inputs: Record<string, string>): Promise<RequestView>;
  /** Sends a request; a refusal by the platform is an answer. One that writes is sent only if `confirmed`. */
  tryCall(account: string, call: string, inputs: Record<string, string>, confirmed: boolean): Promise<TriedView>;
  /** What a draft of a first post would send, and who would see it. Sends nothing. */
  preparePost(account: string, draft: Draft): Promise<PostPlanView>;
  /** Posts it, only if the user has confirmed it; answers when the platform has. */
  publishPost(account: string, draft: Draft, confirmed: boolean): Promise<PostView>;
  /** Looks for it again, with the token and as a stranger. */
  checkPost(account: string): Promise<PostView>;
  deletePost(account: string): Promise<PostView>;
  /** The account's first post, as far as it is known here. Sends nothing. */
  firstPost(account: string): Promise<PostView | null>;
  /** Seconds until the clipboard is cleared; 0 if it holds no secret. Otherwise like `copyToken`. */
  copyAs(account: string, copy: string): Promise<number>;
  /** Saves a copy that holds no secret; answers with the path of the file. */
  saveCopy(account: string, copy: string): Promise<string>;
  /** Copies a code for another device's own token. Seconds until the clipboard is cleared. */
  copyDeviceCode(account: string): Promise<number>;
  /** Redeems a code from another device; answers with the account's id. */
  redeemDeviceCode(client: string, code: string): Promise<string>;
  /** `id` is empty if it stays the same. */
  replaceSecret(client: string, id: string, secret: string): Promise<void>;
  deleteClient(client: string): Promise<void>;
  /** The account that the tray or a notification wants to open; answered once. */
  wantedAccount(): Promise<string | null>;
  abilities(): Promise<Abilities>;
  /** Links the command line into a folder of PATH. */
  linkCommandLine(): Promise<void>;
  /** If the user closed the window and has to be asked whether to quit: where the app would stay. Answered once for each time. */
  closing(): Promise<Closing | null>;
  /** Answers that question, also for later: keep running, or quit. */
  closeWindow(keep: boolean): Promise<void>;
  changeSettings(settings: Settings): Promise<void>;
  /** Decides about a program that waits for it; rejects if it doesn't wait any more. */
  answerProgram(question: string, answer: ProgramAnswer): Promise<void>;
  /** Asks about that program again the next time. */
  forgetProgram(id: string): Promise<void>;
  checkStore(): Promise<void>;
  useSealedFile(passphrase: string, long: UnlockedFor): Promise<void>;
  /** Forgets the passphrase, as soon as nothing needs it; whether that is done. */
  lockSealedFile(): Promise<boolean>;
  useKeychain(): Promise<void>;
  testRedirect(redirect: TestedRedirect): Promise<RedirectTest>;
  /** How the two addresses differ, and which of the platform's rules the shown one breaks. */
  checkRedirect(provider: string, expected: string, shown: string): Promise<RedirectCheck>;
  /** Answers with the path of the new file. */
  saveRelayPage(): Promise<string>;
  /** Checks a hosted copy; if it is right, it becomes the relay redirect's address. */
  checkRelayPage(url: string): Promise<void>;
  trustCertificate(): Promise<void>;
  distrustCertificate(): Promise<void>;
  /** Delivers the account's token there from now on. Native dialogs choose a file and confirm everything, so a path given here has
   *  no effect. Answers with the id; rejects with `cancelled` if the user says no. */
  addDelivery(account: string, target: Target, credential: string | null): Promise<string>;
  /** Turns a delivery on again, after a native dialog. */
  confirmDelivery(id: string): Promise<void>;
  removeDelivery(id: string): Promise<void>;
  deliver(id: string): Promise<void>;
  /** Plain text only, never a secret. */
  copyText(text: string): Promise<void>;
  copyDiagnostics(): Promise<void>;
  openLink(url: string): Promise<void>;
  startPractice(): Promise<void>;
  /** Calls back each time `view` is out of date. */
  onChanged(listener: () => void): void;
}

/** A rejected promise's reason as an ErrorView. Anything unknown becomes `internal`, with its text as the detail. */
export function asError(thrown: unknown): ErrorView {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown) {
    const error = thrown as Partial<ErrorView>;
    return {
      code: error.code as Code,
      params: error.params ?? {},
      texts: error.texts ?? {},
      detail: error.detail ?? null,
      action: error.action ?? null,
    };
  }
  return { code: "internal", params: {}, detail: String(thrown), action: null };
}
