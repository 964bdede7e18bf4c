// What the window may ask of the shell, as one interface. How it is asked: connect.ts.
import type {
  AppView,
  ArrivalView,
  Code,
  RedirectKind,
  RedirectTest,
  ErrorView,
  ExportEvent,
  ExportPlan,
  ExportView,
  LoginEvent,
  LoginPlan,
  ParcelView,
  ProviderView,
  RedirectCheck,
  RenewalView,
  RequestView,
  ServerView,
  Settings,
  SubAccountView,
  Target,
  TriedView,
  UsesView,
} from "./wire";

/** Where the app would stay without its window: in the tray, or where nobody sees it. */
export type Closing = "tray" | "trayless";

/** What the system can, as far as the window offers it. */
export interface Abilities {
  /** The https redirect's certificate can go into the person's own certificate store. */
  trust_certificate: boolean;
  /** The command line, where the person may want a link to it, and what makes that link by hand. */
  command_line: { installed: boolean; by_hand: string } | null;
}

/** The redirects that can be tested on this computer without a platform. */
export type TestedRedirect = Extract<RedirectKind, "loopback" | "https-loopback" | "private-use-scheme">;

/** Everything the keeper's shell may be asked. Each promise rejects with an ErrorView; see `asError`. */
export interface Api {
  /** Of the platforms, those of accounts and apps only. */
  view(): Promise<AppView>;
  /** Every platform that can be chosen. */
  catalogue(): Promise<ProviderView[]>;
  findServer(provider: string, typed: string): Promise<ServerView>;
  /** Answers at once with the login's id; all that follows comes as events, failures to start too. */
  startLogin(plan: LoginPlan, onEvent: (event: LoginEvent) => void): Promise<string>;
  cancelLogin(login: string): Promise<void>;
  openAgain(login: string): Promise<void>;
  copyLink(login: string): Promise<void>;
  paste(login: string, text: string): Promise<void>;
  /** Keeps a token that was held aside; answers with the account's id. */
  keepHeld(login: string): Promise<string>;
  discardHeld(login: string): Promise<void>;
  subAccounts(account: string): Promise<SubAccountView[]>;
  /** Answers with the new accounts' ids. */
  keepSubAccounts(account: string, picked: string[]): Promise<string[]>;
  /** Takes a token that was made elsewhere; answers with the account's id. */
  adopt(token: string, provider: string | null, client: string | null, name: string): Promise<string>;
  /** Seconds until the clipboard is cleared. Renews first where that is due; rejects where the token is dead. */
  copyToken(account: string): Promise<number>;
  /** The secret that belongs to the token (OAuth 1.0a); else as `copyToken`. */
  copyTokenSecret(account: string): Promise<number>;
  /** The only call that answers with a secret; else as `copyToken`. */
  showToken(account: string): Promise<string>;
  verify(account: string): Promise<void>;
  /** Wins a later end without a person. */
  /** `anyway`: even where it need not be yet. */
  renew(account: string, anyway?: boolean): Promise<void>;
  /** Renews all that gain by it and do not rotate; answers when the last one has an outcome. */
  refreshLongLived(): Promise<RenewalView[]>;
  /** What the last such run from the tray brought. */
  lastRenewals(): Promise<RenewalView[]>;
  /** Puts the token back that was there before the last renewal. */
  stepBack(account: string): Promise<void>;
  /** Keeps a paused account alive on this computer. */
  resume(account: string): Promise<void>;
  /** Writes one sealed file into the Downloads folder; with `moves` the accounts rest here from then on. */
  exportAccounts(accounts: string[], passphrase: string, moves: boolean): Promise<ParcelView>;
  /** Takes in such a file, by what stands in it: sealed, and never opened here. */
  importAccounts(file: string, passphrase: string): Promise<ArrivalView[]>;
  /** An account's exports that run or can go on. */
  exports(account: string): Promise<ExportView[]>;
  /** Asks where to, in the system's own dialog; answers with the export's id, or null where the person changed their mind. */
  startExport(plan: ExportPlan, onEvent: (event: ExportEvent) => void): Promise<string | null>;
  resumeExport(id: string, onEvent: (event: ExportEvent) => void): Promise<string>;
  cancelExport(id: string): Promise<void>;
  discardExport(id: string): Promise<void>;
  /** Answers with the path of the .ics file that was written. */
  saveCalendar(language: string): Promise<string>;
  /** Asks the platform what it knows of a token; the answer comes with the next view. */
  inspect(account: string): Promise<void>;
  revoke(account: string): Promise<void>;
  deleteAccount(account: string): Promise<void>;
  /** Seconds until the clipboard is cleared; 0 for the id, which is no secret. */
  copyClient(client: string, what: "id" | "secret"): Promise<number>;
  /** Seconds until the clipboard is cleared. */
  copyAppToken(client: string): Promise<number>;
  /** What can be tried with an account's token, and what it can be copied as. Asks nobody. */
  uses(account: string): Promise<UsesView>;
  /** The request of a call as it would be sent, its secrets as dots. */
  prepareCall(account: string, call: string, inputs: Record<string, string>): Promise<RequestView>;
  /** Runs a call; a refusal by the platform is an answer. What writes is sent only where it is confirmed. */
  tryCall(account: string, call: string, inputs: Record<string, string>, confirmed: boolean): Promise<TriedView>;
  /** Seconds until the clipboard is cleared; 0 for what holds no secret. Else as `copyToken`. */
  copyAs(account: string, copy: string): Promise<number>;
  /** Saves what holds no secret; answers with the path of the file. */
  saveCopy(account: string, copy: string): Promise<string>;
  /** A code by which another device gets a token of its own; seconds until the clipboard is cleared. */
  copyDeviceCode(account: string): Promise<number>;
  /** Takes a code that was made on another device; answers with the account's id. */
  redeemDeviceCode(client: string, code: string): Promise<string>;
  /** `id` is empty where it is the same as before. */
  replaceSecret(client: string, id: string, secret: string): Promise<void>;
  deleteClient(client: string): Promise<void>;
  /** The account whose screen the tray or a notification wants to be opened; told once. */
  wantedAccount(): Promise<string | null>;
  abilities(): Promise<Abilities>;
  /** Links the command line to where terminals look. */
  linkCommandLine(): Promise<void>;
  /** Where the app would go, once for each try, where somebody tried to close the window and has to be asked what that shall mean. */
  closing(): Promise<Closing | null>;
  /** Answers that question, for later times too: keep running, or quit. */
  closeWindow(keep: boolean): Promise<void>;
  changeSettings(settings: Settings): Promise<void>;
  checkStore(): Promise<void>;
  useSealedFile(passphrase: string): Promise<void>;
  useKeychain(): Promise<void>;
  testRedirect(redirect: TestedRedirect): Promise<RedirectTest>;
  /** What differs between the two, letter by letter, and which of the platform's rules the shown one breaks. */
  checkRedirect(provider: string, expected: string, shown: string): Promise<RedirectCheck>;
  /** Answers with the path of the file that was written. */
  saveRelayPage(): Promise<string>;
  /** Looks at a hosted copy; a right one becomes the relay redirect's address. */
  checkRelayPage(url: string): Promise<void>;
  trustCertificate(): Promise<void>;
  distrustCertificate(): Promise<void>;
  /** Delivers the account's token there from now on; a file is chosen and everything is confirmed in native dialogs, so that a
   *  path said here counts for nothing. Rejects with `cancelled` where the person says no; else answers with the id. */
  addDelivery(account: string, target: Target, credential: string | null): Promise<string>;
  /** Turns one on again that was off, in a native dialog. */
  confirmDelivery(id: string): Promise<void>;
  removeDelivery(id: string): Promise<void>;
  deliver(id: string): Promise<void>;
  /** Plain text only, never a secret. */
  copyText(text: string): Promise<void>;
  copyDiagnostics(): Promise<void>;
  openLink(url: string): Promise<void>;
  startPractice(): Promise<void>;
  /** Calls back whenever `view` should be fetched again. */
  onChanged(listener: () => void): void;
}

/** What a rejected promise holds, as an ErrorView: anything unknown becomes `internal` with its own words. */
export function asError(thrown: unknown): ErrorView {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown) {
    const error = thrown as Partial<ErrorView>;
    return { code: error.code as Code, params: error.params ?? {}, detail: error.detail ?? null, action: error.action ?? null };
  }
  return { code: "internal", params: {}, detail: String(thrown), action: null };
}
