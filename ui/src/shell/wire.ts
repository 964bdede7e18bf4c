// Written by `cargo test -p keybearer-core` from core/src/view: change it there.

export type Text = { 
/**
 * English.
 */
en: string, 
/**
 * 简体中文.
 */
"zh-Hans": string, 
/**
 * 繁體中文.
 */
"zh-Hant": string, };

export type Code = "server-name-invalid" | "server-not-https" | "server-not-found" | "server-unreachable" | "server-tls" | "server-unknown" | "other-software" | "server-under-path" | "server-without-https" | "server-missing" | "offline" | "proxy-invalid" | "proxy-unreachable" | "proxy-denied" | "proxy-refused" | "registration-refused" | "port-taken" | "redirect-unavailable" | "browser-not-opened" | "denied" | "cancelled" | "timed-out" | "no-login-waiting" | "denied-without-state" | "answer-without-state" | "issuer-mismatch" | "issuer-missing" | "paste-empty" | "paste-authorize-page" | "paste-token" | "paste-other-address" | "paste-wrong-state" | "paste-no-state" | "paste-no-code" | "redirect-differs" | "relay-not-https" | "relay-differs" | "relay-missing" | "relay-exposed" | "certificate-store" | "hosts-changed" | "token-unknown" | "several-tokens" | "token-expired" | "not-renewable" | "renewal-not-needed" | "not-extended" | "interrupted" | "paused" | "on-hold" | "clock-wrong" | "proxy-password" | "bot-check" | "captive-portal" | "web-page" | "silent-refusal" | "silent-refusals" | "redirect-mismatch" | "redirect-not-registered" | "answer-unreadable" | "answer-too-large" | "redirected" | "keychain-missing" | "keychain-locked" | "keychain-silent" | "keychain-refused" | "passphrase-wrong" | "passphrase-needed" | "passphrase-short" | "secret-missing" | "file-foreign" | "file-damaged" | "file-newer" | "delivery-unknown" | "delivery-unconfirmed" | "env-line-unclear" | "file-sealed" | "env-file-foreign" | "file-nowhere" | "delivery-unseen" | "delivery-denied" | "delivery-nowhere" | "delivery-refused" | "delivery-conflict" | "delivery-moved" | "delivery-replaced" | "delivery-sso" | "delivery-blind" | "delivery-standby" | "command-missing" | "command-failed" | "command-slow" | "book-newer" | "book-unreadable" | "disk" | "no-locks" | "folder-elsewhere" | "post-missing" | "post-too-long" | "post-unclear" | "post-under-way" | "account-unknown" | "client-unknown" | "client-in-use" | "login-unknown" | "provider-unknown" | "practice-over" | "provider-file" | "input-invalid" | "already-running" | "not-in-applications" | "clipboard" | "internal" | "wrong-app-id" | "code-spent" | "not-a-tester" | "client-auth" | "token-dead" | "checkpoint" | "email-unconfirmed" | "account-pending" | "account-suspended" | "missing-permission" | "enrolment-or-payment" | "too-young" | "rate-limited" | "transient" | "refused";

export type ErrorView = { 
/**
 * Which error.
 */
code: Code, 
/**
 * Parameters for the sentence.
 */
params: { [key in string]: string }, 
/**
 * Those of them that differ by language, such as a platform's name; `params` has them in English. Written only where there is one.
 */
texts?: { [key in string]: Text }, 
/**
 * The provider's or the system's own words.
 */
detail: string | null, 
/**
 * What to press, in the provider file's own words, where the general sentence is not enough.
 */
action: Text | null, };

export type RedirectKind = "loopback" | "localhost" | "https-loopback" | "private-use-scheme" | "relay" | "paste" | "out-of-band";

export type GrantType = "authorization_code" | "client_credentials" | "oauth1" | "device_code" | "import";

export type Kind = { 
/**
 * Its name, in the platform's words.
 */
name: Text, 
/**
 * What it is for.
 */
purpose: Text, 
/**
 * Who acts with the token.
 */
behalf: Text, 
/**
 * How long it lives.
 */
lives: Text, 
/**
 * Which fields of the console it needs.
 */
needs: Text, 
/**
 * The kind to propose, one of a tile.
 */
recommended: boolean, };

export type TileGroup = "social" | "bots" | "developer";

export type TileCost = "free" | "own-app" | "review" | "paid";

export type TileInfo = { 
/**
 * The group of tiles.
 */
group: TileGroup, 
/**
 * What it costs before the first token.
 */
cost: TileCost, 
/**
 * Nicknames and other spellings for the search field, in any language.
 */
aliases: Array<string>, 
/**
 * A line about the cost, shown after the tile was chosen.
 */
cost_note: Text | null, };

export type QuestionKind = "server" | "client-id" | "client-secret" | "client-type" | "access-token" | "token-secret" | "text";

export type StepTime = "before" | "after" | "again" | "instead";

export type Warning = { 
/**
 * English.
 */
en: string, 
/**
 * 简体中文.
 */
"zh-Hans": string, 
/**
 * 繁體中文.
 */
"zh-Hant": string, 
/**
 * No source confirms it (facts marked [?] or [M]).
 */
unproven: boolean, };

export type Source = { 
/**
 * The document's own title.
 */
title: string, 
/**
 * Where it is.
 */
url: string, 
/**
 * The day on which it was read; the first of the month, if only that is known.
 */
read: string, };

export type MarkView = { 
/**
 * One or two letters for a plain monogram.
 */
letters: string, 
/**
 * The ground's color, `#rrggbb`.
 */
color: string, 
/**
 * Name of an icon in the UI's own set, if it has one.
 */
icon: string | null, 
/**
 * An icon of its own: the data of one SVG path (its `d`) in a square of 24 by 24.
 */
path: string | null, };

export type AppView = { 
/**
 * The program's version.
 */
version: string, 
/**
 * The platforms of the accounts and clients. The catalogue has all of them.
 */
providers: Array<ProviderView>, 
/**
 * Every client, newest first.
 */
clients: Array<ClientView>, 
/**
 * Every account, by name.
 */
accounts: Array<AccountView>, 
/**
 * Where tokens are delivered, oldest first.
 */
deliveries: Array<DeliveryView>, 
/**
 * The store of secrets, and its state.
 */
store: StoreView, 
/**
 * The person's choices.
 */
settings: Settings, 
/**
 * Programs that the person was asked about, oldest first.
 */
programs: Array<ProgramView>, 
/**
 * Programs that wait for the person's decision.
 */
program_questions: Array<ProgramQuestion>, 
/**
 * Problems that belong to no account: a refused provider file, a book newer than the program.
 */
problems: Array<ErrorView>, 
/**
 * The certificate of the https redirect is in the person's certificate store.
 */
certificate_trusted: boolean, 
/**
 * A newer version, if the person asked for that.
 */
update: UpdateView | null, };

export type ProviderView = { 
/**
 * Its id, as in the file's name.
 */
id: string, 
/**
 * Its name.
 */
name: Text, 
/**
 * Its mark: an icon the UI knows by this name, else one or two letters.
 */
mark: MarkView, 
/**
 * One line for its tile.
 */
summary: Text, 
/**
 * Its group of tiles, its cost and its other names; none for files that do not say so.
 */
tile_info: TileInfo | null, 
/**
 * What to read before starting.
 */
warnings: Array<Warning>, 
/**
 * The day on which its facts were last read, `YYYY-MM-DD`.
 */
checked: string | null, 
/**
 * That day is more than half a year ago.
 */
facts_old: boolean, 
/**
 * The sources of its facts.
 */
sources: Array<Source>, 
/**
 * Its documentation.
 */
docs: string | null, 
/**
 * The id of the tile it belongs to: its own, or that of the provider it is another kind of.
 */
tile: string, 
/**
 * What this kind of token is, if one tile offers several.
 */
kind: Kind | null, 
/**
 * How a token is obtained.
 */
grant: GrantType, 
/**
 * The client family: providers of one family share clients, because the app has the same keys.
 */
client_family: string, 
/**
 * True for the person's own provider file; its hosts are shown then.
 */
custom: boolean, 
/**
 * The hosts that its messages go to.
 */
hosts: Array<string>, 
/**
 * True for the practice platform.
 */
practice: boolean, 
/**
 * True if Keybearer registers the client: no console is needed.
 */
registers: boolean, 
/**
 * False if a login uses no app of the person's: the file names a client, or the platform knows none.
 */
needs_app: boolean, 
/**
 * What is entered as an app's keys is the account's own: its name and a password for programs.
 */
keys_of_account: boolean, 
/**
 * Its access token is a password that goes with a login name (RFC 7617).
 */
gives_password: boolean, 
/**
 * What is asked before a login.
 */
questions: Array<QuestionView>, 
/**
 * Steps in the platform's console, if there is one.
 */
console: Array<ConsoleStep>, 
/**
 * Permissions that can be asked for.
 */
scopes: Array<Scope>, 
/**
 * Redirects in order of preference.
 */
redirects: Array<RedirectView>, 
/**
 * True if the consent page has a button to decline.
 */
can_deny: boolean, 
/**
 * True if the consent page can be made to ask for another account.
 */
can_force_login: boolean, 
/**
 * True if the platform says whose a token is.
 */
can_verify: boolean, 
/**
 * True if that question costs money.
 */
identity_costs: boolean, 
/**
 * True if a second login of a person with one client ends the first.
 */
one_login: boolean, 
/**
 * True if tokens can be revoked by a request.
 */
can_revoke: boolean, 
/**
 * True if a second login gets the same token, so that a revocation ends every copy.
 */
reuses_token: boolean, 
/**
 * True if a short-lived token is exchanged for a long-lived one at once.
 */
exchanges: boolean, 
/**
 * True if sub-accounts (Pages) have tokens of their own.
 */
has_sub_accounts: boolean, 
/**
 * True if the app itself has a token.
 */
has_app_token: boolean, 
/**
 * True if the platform shows the details of a token.
 */
can_inspect: boolean, 
/**
 * True if the server lists all tokens that it has for an account.
 */
lists_tokens: boolean, 
/**
 * True if a code can give another device a token of its own.
 */
has_device_codes: boolean, 
/**
 * The filters of its list of statuses; none if it has no such list.
 */
lists: Array<FilterView> | null, 
/**
 * True if a token made elsewhere can be imported.
 */
can_import: boolean, 
/**
 * Pages at which a login gets stuck. Only the person sees them.
 */
stuck: Array<StuckView>, 
/**
 * The API version in its addresses.
 */
version: string | null, 
/**
 * The day that version ends, `YYYY-MM-DD`.
 */
sunset: string | null, };

export type QuestionView = { 
/**
 * Key of the answer in [`LoginPlan::answers`].
 */
id: string, 
/**
 * Its label.
 */
label: Text, 
/**
 * A sentence of help.
 */
help: Text | null, 
/**
 * An example.
 */
placeholder: string, 
/**
 * The answer where nothing is typed.
 */
default: string | null, 
/**
 * What it asks for.
 */
kind: QuestionKind, 
/**
 * A regular expression that right answers match.
 */
pattern: string | null, 
/**
 * Patterns of wrong answers.
 */
wrong: Array<Wrong>, 
/**
 * The options; empty if the answer is typed.
 */
options: Array<OptionView>, };

export type Wrong = { 
/**
 * What it matches.
 */
pattern: string, 
/**
 * What to say about it.
 */
text: Text, };

export type OptionView = { 
/**
 * The answer.
 */
id: string, 
/**
 * What it is for.
 */
meaning: Text, 
/**
 * With this answer a secret is required.
 */
secret: boolean, };

export type ConsoleStep = { 
/**
 * What to do.
 */
text: Text, 
/**
 * Where.
 */
link: string | null, 
/**
 * What to copy into it.
 */
copy: Array<string>, 
/**
 * The questions that are answered at this step.
 */
fields: Array<QuestionKind>, 
/**
 * The permissions that the person ticked are added here, and so are named here.
 */
permissions: boolean, 
/**
 * The redirect address is registered here, and so is shown here.
 */
redirect: boolean, 
/**
 * Only for these redirects; empty for all.
 */
for_redirects: Array<RedirectKind>, 
/**
 * Refusals that this step puts right: it is shown beside them.
 */
solves: Array<Code>, 
/**
 * When it is to be done.
 */
when: StepTime, 
/**
 * No source confirms it (facts marked [?] or [M]).
 */
unproven: boolean, };

export type Scope = { 
/**
 * The platform's word.
 */
id: string, 
/**
 * One line.
 */
meaning: Text, 
/**
 * Ticked at first.
 */
default: boolean, 
/**
 * Always asked for, and so ticked as well.
 */
locked: boolean, 
/**
 * Never asked for: the platform's word for what it granted.
 */
granted_only: boolean, 
/**
 * No source confirms it (facts marked [?] or [M]).
 */
unproven: boolean, };

export type RedirectView = { 
/**
 * Which.
 */
kind: RedirectKind, 
/**
 * Not confirmed that the platform accepts it.
 */
unproven: boolean, 
/**
 * What to know about it.
 */
note: Text | null, 
/**
 * The address to register, exactly as it is sent; none if it is only known at the login.
 */
redirect_uri: string | null, 
/**
 * Only for clients of these types; empty for all.
 */
client_types: Array<string>, 
/**
 * The platform's rules for such an address.
 */
rules: Array<RuleView>, };

export type RuleView = { 
/**
 * The rule, in a sentence.
 */
text: Text, 
/**
 * The address breaks it.
 */
broken: boolean, 
/**
 * The platform documents the rule but accepts such an address.
 */
doubtful: boolean, };

export type RedirectCheck = { 
/**
 * What differs; none if they are the same.
 */
error: ErrorView | null, 
/**
 * The platform's rules that the shown address breaks.
 */
broken: Array<RuleView>, };

export type AccountView = { 
/**
 * Our id.
 */
id: string, 
/**
 * The provider's id.
 */
provider: string, 
/**
 * The client's id.
 */
client: string, 
/**
 * `@name@host`, or the platform's name of the person; the server's name while unverified.
 */
name: string, 
/**
 * The display name.
 */
display_name: string | null, 
/**
 * The platform's id of the person.
 */
user_id: string | null, 
/**
 * The first characters of its token, if the console shows them.
 */
hint: string | null, 
/**
 * Its token has a secret of its own (OAuth 1.0a).
 */
has_token_secret: boolean, 
/**
 * The server's host, if the provider has many.
 */
server: string | null, 
/**
 * The address of the person's profile.
 */
url: string | null, 
/**
 * The granted scopes.
 */
scopes: Array<string>, 
/**
 * Scopes that were requested and not granted.
 */
declined: Array<string>, 
/**
 * When the token was obtained.
 */
obtained: number, 
/**
 * When it was issued, according to the provider, otherwise when it was obtained.
 */
issued: number, 
/**
 * When it expires; none if it does not, or if that is unknown.
 */
expires: number | null, 
/**
 * False if the platform has not said when it expires: `expires` is then assumed, or unknown.
 */
life_known: boolean, 
/**
 * When it ends for good: its refresh token where it renews on demand, else the token. None if it does not, or if that is unknown.
 */
ends: number | null, 
/**
 * The next date of a token that works: every screen, menu and line names this one.
 */
next: NextDate | null, 
/**
 * From when it may be renewed without a person; none if it cannot.
 */
renews_from: number | null, 
/**
 * When Keybearer renews it next; none if it does not.
 */
renews_next: number | null, 
/**
 * When it stops working unless a person does something, or, for a token that Keybearer renews, if all renewals fail. The end of
 * its access to the person's data counts, too, if no renewal comes before. None if it does not end, or if that is unknown.
 */
breaks: number | null, 
/**
 * Only a person can renew it, or its access to the person's data.
 */
needs_login: boolean, 
/**
 * A renewal failed and is retried.
 */
later: LaterView | null, 
/**
 * Another computer renews it, or may do so. It is not renewed here.
 */
paused: boolean, 
/**
 * Its person has paused it: it is neither renewed nor delivered nor handed out. `paused` is true then, too.
 */
on_hold?: boolean, 
/**
 * Until when the token before the last renewal can be restored.
 */
step_back_until: number | null, 
/**
 * It is renewed whenever its token is used; `expires` is only the end of the present token then.
 */
renews_on_demand: boolean, 
/**
 * When its refresh token expires if the token is not used until then.
 */
renews_until: number | null, 
/**
 * When access to the person's data ends although the token stays valid.
 */
data_access_expires: number | null, 
/**
 * The account that it is a sub-account of. That account may be gone.
 */
parent: string | null, 
/**
 * What the person may do with it (a Page's tasks).
 */
tasks: Array<string>, 
/**
 * The kind of redirect that brought it.
 */
redirect: RedirectKind, 
/**
 * Its state: what a person needs to know first.
 */
standing: Standing, 
/**
 * The store that has its token.
 */
store: StoreKind, 
/**
 * When the identity request last succeeded.
 */
verified: number | null, 
/**
 * What went wrong last and is not resolved yet.
 */
trouble: ErrorView | null, 
/**
 * The last use of its token that is not in the ledger.
 */
unrecorded: UnrecordedView | null, 
/**
 * The token is in memory only, because the store has not taken it yet.
 */
unstored: boolean, 
/**
 * It belongs to the practice platform.
 */
practice: boolean, 
/**
 * It belongs to a practice platform that no longer runs.
 */
practice_over: boolean, };

export type Standing = { "kind": "practice-over" } | { "kind": "unstored" } | { "kind": "paused" } | { "kind": "needs-login", 
/**
 * Why.
 */
why: LoginReason, } | { "kind": "missing-secret" } | { "kind": "life-unknown" } | { "kind": "unverified" } | { "kind": "unchecked" } | { "kind": "renews-on-demand" } | { "kind": "endless" } | { "kind": "ends", 
/**
 * Unix seconds.
 */
at: number, } | { "kind": "data-ends", 
/**
 * Unix seconds.
 */
at: number, };

export type LoginReason = "interrupted" | "expired" | "refused";

export type NextDate = { 
/**
 * What happens then.
 */
kind: NextKind, 
/**
 * Unix seconds.
 */
at: number, };

export type NextKind = "renews" | "login" | "data" | "ends" | "assumed";

export type LaterView = { 
/**
 * The time of the retry.
 */
until: number, 
/**
 * Why it failed.
 */
why: ErrorView, };

export type ProgramView = { 
/**
 * Our id.
 */
id: string, 
/**
 * Its executable's path.
 */
executable: string, 
/**
 * The script that it runs, if it is an interpreter.
 */
script: string | null, 
/**
 * The id of the account whose token it asked for.
 */
account: string, 
/**
 * Whether it gets that token.
 */
allowed: boolean, 
/**
 * When the person decided, Unix seconds.
 */
decided: number, };

export type ProgramQuestion = { 
/**
 * Our id, for the answer.
 */
id: string, 
/**
 * As in [`ProgramView`].
 */
executable: string, 
/**
 * As in [`ProgramView`].
 */
script: string | null, 
/**
 * As in [`ProgramView`].
 */
account: string, 
/**
 * False for an interpreter without a script: it could run anything the next time.
 */
can_remember: boolean, };

export type ProgramAnswer = "once" | "always" | "not-now" | "never";

export type ClientView = { 
/**
 * Our id.
 */
id: string, 
/**
 * The provider's id.
 */
provider: string, 
/**
 * The name it was registered under.
 */
name: string, 
/**
 * The server that it is registered at, if the provider has many.
 */
server: string | null, 
/**
 * The public client id.
 */
client_id: string, 
/**
 * Its first characters, if the console shows them.
 */
hint: string | null, 
/**
 * One of the provider's client types, if it has several.
 */
client_type: string | null, 
/**
 * Ids of the other clients of the same app: the same tile and name, other keys.
 */
siblings: Array<string>, 
/**
 * Whether the store has a secret for it.
 */
has_secret: boolean, 
/**
 * The redirect URIs it was registered with.
 */
redirect_uris: Array<string>, 
/**
 * The scopes it was registered with.
 */
scopes: Array<string>, 
/**
 * When it was added.
 */
created: number, 
/**
 * Whether Keybearer registered it.
 */
registered: boolean, 
/**
 * Ids of its accounts.
 */
accounts: Array<string>, };

export type Visibility = "private" | "all" | "selected";

export type ChosenFile = { 
/**
 * The file's path. A path from the page is ignored.
 */
path: string, 
/**
 * Where it led when the person confirmed it, if it or a folder on the way is a link. It is followed only to there.
 */
leads_to: string | null, };

export type Target = { "kind": "env-file", 
/**
 * The file, and where it leads.
 */
place: ChosenFile, 
/**
 * The variable's name.
 */
key: string, } | { "kind": "file", 
/**
 * The file, and where it leads.
 */
place: ChosenFile, } | { "kind": "program", 
/**
 * The program's path, chosen in a native dialog, and its arguments. No shell interprets them.
 */
words: Array<string>, } | { "kind": "github", 
/**
 * The API's base address.
 */
api: string, 
/**
 * `owner/name`.
 */
repository: string, 
/**
 * The secret's name.
 */
name: string, } | { "kind": "github-environment", 
/**
 * The API's base address.
 */
api: string, 
/**
 * `owner/name`.
 */
repository: string, 
/**
 * The environment's name.
 */
environment: string, 
/**
 * The secret's name.
 */
name: string, } | { "kind": "github-organization", 
/**
 * The API's base address.
 */
api: string, 
/**
 * The organization's name.
 */
organization: string, 
/**
 * Which repositories may read a new secret. An existing secret keeps its setting.
 */
visibility: Visibility, 
/**
 * The secret's name.
 */
name: string, } | { "kind": "cloudflare", 
/**
 * The API's base address.
 */
api: string, 
/**
 * The account's id.
 */
account: string, 
/**
 * The Worker's name.
 */
script: string, 
/**
 * The secret's name.
 */
name: string, } | { "kind": "openbao", 
/**
 * The server.
 */
url: string, 
/**
 * The namespace, if the server has any.
 */
namespace?: string, 
/**
 * The store's mount path.
 */
mount: string, 
/**
 * The secret's path in it.
 */
path: string, 
/**
 * The key.
 */
key: string, };

export type Proof = { "kind": "read-back" } | { "kind": "exited" } | { "kind": "updated", 
/**
 * The time, in the service's own words.
 */
at: string, 
/**
 * The repository's number, which stays when its name changes.
 */
repository?: number, 
/**
 * Environments of the repository that have a secret of the same name: jobs that name one of them read that one.
 */
environments?: Array<string>, } | { "kind": "listed" } | { "kind": "version", 
/**
 * Which.
 */
number: number, } | { "kind": "written", 
/**
 * Which.
 */
number: number, 
/**
 * That version contains only the token.
 */
alone: boolean, };

export type DeliveredView = { 
/**
 * When it arrived.
 */
time: number, 
/**
 * How the target proved it.
 */
proof: Proof, };

export type DeliveryView = { 
/**
 * Our id.
 */
id: string, 
/**
 * The account's id.
 */
account: string, 
/**
 * The target.
 */
target: Target, 
/**
 * False: it is off until the person confirms it in a native dialog.
 */
confirmed: boolean, 
/**
 * The last arrival; none if it never arrived.
 */
done: DeliveredView | null, 
/**
 * The target has the account's present token.
 */
current: boolean, 
/**
 * The last attempt failed and is retried.
 */
later: LaterView | null, };

export type StoreKind = "keychain" | "sealed-file";

export type StoreState = "ready" | "locked" | "missing" | "silent";

export type UnlockedFor = "window" | "hour" | "session";

export type StoreView = { 
/**
 * The one in use.
 */
kind: StoreKind, 
/**
 * Its state.
 */
state: StoreState, 
/**
 * The keychain's state, whichever store is in use.
 */
keychain: StoreState, 
/**
 * Where the sealed files are.
 */
path: string, 
/**
 * How many tokens are in memory because the store has not taken them.
 */
unstored: number, 
/**
 * A passphrase has opened the sealed files, whichever store is in use.
 */
unlocked: boolean, };

export type Settings = { 
/**
 * `system`, `en`, `zh-Hans` or `zh-Hant`.
 */
language: string, 
/**
 * `system`, `light` or `dark`.
 */
theme: string, 
/**
 * The address of the person's relay page; empty if there is none.
 */
relay: string, 
/**
 * What closing the window does: `ask`, `keep` (go on in the tray) or `quit`.
 */
on_close: string, 
/**
 * Start with the session, hidden in the tray.
 */
autostart: boolean, 
/**
 * Ask once a day whether a newer version is out. Written only if true, because older books do not have it.
 */
check_updates?: boolean, 
/**
 * Ask before a program that is not known gets a token by the socket. Written only if true, because older books do not have it.
 */
ask_programs?: boolean, 
/**
 * Ids of accounts in the person's own order; the others follow by name. Written only where there is one: older books do not
 * have it.
 */
order?: Array<string>, 
/**
 * Platforms whose accounts are folded away in the list, by their tiles. Written only where there is one.
 */
folded?: Array<string>, 
/**
 * Record which program used which token. Written only if false, because older books do not have it.
 */
ledger?: boolean, };

export type UpdateView = { 
/**
 * `1.2.3`.
 */
version: string, 
/**
 * Its page at the project's repository.
 */
page: string, };

export type LoginPlan = { 
/**
 * The provider's id.
 */
provider: string, 
/**
 * A known client, or none for a new one.
 */
client: string | null, 
/**
 * The name that a new client is registered under.
 */
client_name: string, 
/**
 * Answers to the provider's questions, by their ids. One may be a client secret.
 */
answers: { [key in string]: string }, 
/**
 * The scopes to ask for.
 */
scopes: Array<string>, 
/**
 * The kind of redirect; none for the provider's first.
 */
redirect: RedirectKind | null, 
/**
 * Ask the platform for a new sign-in, to use another account.
 */
force_login: boolean, 
/**
 * Ask again for permissions that were declined.
 */
rerequest: boolean, 
/**
 * The expected account, as a name or an id; empty for any account. The token of another account waits for the person's decision.
 */
expect: string, };

export type ServerView = { 
/**
 * Its origin, `https://host`.
 */
origin: string, 
/**
 * The provider file that fits its software.
 */
provider: string, 
/**
 * Its software and version.
 */
software: string | null, };

export type StepKind = "server-found" | "client-ready" | "redirect-open" | "browser-opened" | "answer-received" | "token-received" | "token-exchanged" | "identity-verified" | "stored";

export type QrView = { 
/**
 * How many units a side has, with the quiet zone.
 */
size: number, 
/**
 * The `d` of one SVG path: the dark modules, each one unit.
 */
path: string, };

export type LoginEvent = { "kind": "step", 
/**
 * The step.
 */
step: StepKind, } | { "kind": "waiting", 
/**
 * The redirect that is open.
 */
redirect: RedirectKind, 
/**
 * The redirect URI that is sent, character by character.
 */
redirect_uri: string, 
/**
 * The host of the consent page.
 */
host: string, 
/**
 * When the wait ends.
 */
until: number, } | { "kind": "user-code", 
/**
 * What to enter.
 */
code: string, 
/**
 * Where.
 */
address: string, 
/**
 * The same with the code in it, if the platform has such an address.
 */
complete: string | null, 
/**
 * The host of both.
 */
host: string, 
/**
 * When the code expires.
 */
until: number, 
/**
 * The QR code of `complete`, or else of `address`.
 */
qr: QrView, } | { "kind": "hint", 
/**
 * What happened.
 */
error: ErrorView, } | { "kind": "done", 
/**
 * The account's id.
 */
account: string, } | { "kind": "mismatch", 
/**
 * The account that signed in.
 */
name: string, 
/**
 * The expected account.
 */
expected: string, } | { "kind": "failed", 
/**
 * Why.
 */
error: ErrorView, };

export type StuckView = { 
/**
 * The text that it shows.
 */
shows: string, 
/**
 * What that means: an error code.
 */
code: Code, 
/**
 * What to do, if the error's general sentence is not enough.
 */
action: Text | null, };

export type SubAccountView = { 
/**
 * The provider's id.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * What the person may do with it.
 */
tasks: Array<string>, 
/**
 * It is stored here already.
 */
kept: boolean, };

export type TokenOrigin = "present" | "same-app" | "other";

export type ServerTokenView = { 
/**
 * The server's id of it.
 */
id: string, 
/**
 * Which app it was made for.
 */
origin: TokenOrigin, 
/**
 * That app's name.
 */
app: string | null, 
/**
 * What it may do.
 */
scopes: Array<string>, 
/**
 * When it was made.
 */
issued: number | null, 
/**
 * When it was last used, as exactly as the server says.
 */
last_used: number | null, };

export type ServerTokensView = { 
/**
 * Each of them, as the server orders them.
 */
tokens: Array<ServerTokenView>, 
/**
 * The server has more of them than are listed.
 */
more: boolean, };

export type RenewalOutcome = "renewed" | "later" | "needs-you";

export type RenewalView = { 
/**
 * The account's id.
 */
account: string, 
/**
 * Its name.
 */
name: string, 
/**
 * The outcome.
 */
outcome: RenewalOutcome, 
/**
 * Why it failed.
 */
error: ErrorView | null, 
/**
 * When it is retried.
 */
until: number | null, };

export type NoticeView = { 
/**
 * The account's id.
 */
account: string, 
/**
 * Its name.
 */
name: string, 
/**
 * The provider's name.
 */
provider: Text, 
/**
 * Days left, rounded up; 14, 7, 3 or 1 at most.
 */
days: number, 
/**
 * Only access to the person's data ends; the token goes on.
 */
data: boolean, };

export type BundleView = { 
/**
 * Where it is.
 */
path: string, 
/**
 * How many accounts are in it.
 */
accounts: number, 
/**
 * The accounts that were left out, each with the reason.
 */
left: Array<ImportedView>, };

export type ImportOutcome = "added" | "renewed" | "kept" | "left";

export type ImportedView = { 
/**
 * Our id of the account; none if it was not imported.
 */
account: string | null, 
/**
 * The provider's id.
 */
provider: string, 
/**
 * What the list shows.
 */
name: string, 
/**
 * It is not renewed here until the person asks for it.
 */
paused: boolean, 
/**
 * What became of it.
 */
outcome: ImportOutcome, 
/**
 * Why it was left out.
 */
error: ErrorView | null, };

export type RedirectTest = { 
/**
 * The step.
 */
redirect: RedirectKind, 
/**
 * Whether a redirect arrived.
 */
ok: boolean, 
/**
 * Why it did not arrive.
 */
error: ErrorView | null, 
/**
 * The address that was tried.
 */
address: string, };

export type FilterView = { 
/**
 * Its id.
 */
id: string, 
/**
 * What it does.
 */
meaning: Text, };

export type ExportPlan = { 
/**
 * The account's id.
 */
account: string, 
/**
 * The format of the file.
 */
format: ExportFormat, 
/**
 * The ids of the chosen filters.
 */
filters: Array<string>, 
/**
 * How many of the newest statuses; none for all.
 */
limit: number | null, };

export type ExportFormat = "json" | "jsonl";

export type ExportEvent = { "kind": "progress", 
/**
 * How many statuses are in the file.
 */
count: number, 
/**
 * How many statuses arrive in a second, without waits; 0 before the first page.
 */
rate: number, } | { "kind": "waiting", 
/**
 * Until when.
 */
until: number, 
/**
 * Why.
 */
error: ErrorView, } | { "kind": "done", 
/**
 * How many statuses are in the file.
 */
count: number, 
/**
 * The file's path; empty for a stream.
 */
path: string, 
/**
 * The server's own count, if it is slightly more than its list has, which means that its counter is inexact.
 */
expected: number | null, } | { "kind": "partial", 
/**
 * How many statuses are in the file.
 */
count: number, 
/**
 * The file's path; empty for a stream.
 */
path: string, 
/**
 * What is missing.
 */
missing: MissingView, } | { "kind": "stopped", 
/**
 * How many statuses are in the file.
 */
count: number, 
/**
 * It can continue from there.
 */
resumable: boolean, 
/**
 * Why; `cancelled` if a person stopped it.
 */
error: ErrorView, };

export type MissingView = { 
/**
 * Places at which it always answers with an error, newest first.
 */
skipped: Array<SkippedView>, 
/**
 * It returned the same statuses again and again.
 */
repeats: boolean, 
/**
 * The server's own count, if it returned fewer.
 */
expected: number | null, };

export type SkippedView = { "kind": "status", 
/**
 * Its id.
 */
id: string, } | { "kind": "between", 
/**
 * The id of the next newer status, if there is one.
 */
newer: string | null, 
/**
 * The id of the next older one, if there is one.
 */
older: string | null, };

export type ExportView = { 
/**
 * Its id.
 */
id: string, 
/**
 * The plan.
 */
plan: ExportPlan, 
/**
 * Where the file will be.
 */
path: string, 
/**
 * How many statuses are in the file.
 */
count: number, 
/**
 * It is running.
 */
runs: boolean, };

export type InputKind = "text" | "number" | "switch" | "choice";

export type CopyKind = "plain" | "header" | "curl" | "env" | "json" | "javascript";

export type UsesView = { 
/**
 * Requests to try.
 */
calls: Array<CallView>, 
/**
 * What it can be copied as.
 */
copies: Array<CopyView>, 
/**
 * A first post can be made with it.
 */
can_post: boolean, 
/**
 * A first post can be made by the account's Pages, and not by itself.
 */
pages_can_post: boolean, };

export type CallView = { 
/**
 * Its id.
 */
id: string, 
/**
 * What it does.
 */
meaning: Text, 
/**
 * What the platform charges for it.
 */
costs: Text | null, 
/**
 * It changes something at the platform, so it is only sent after the person has confirmed it.
 */
writes: boolean, 
/**
 * The fields of its form.
 */
inputs: Array<InputView>, };

export type InputView = { 
/**
 * Its id.
 */
id: string, 
/**
 * What it is for.
 */
meaning: Text, 
/**
 * How it is filled in.
 */
kind: InputKind, 
/**
 * Its initial value.
 */
default: string, 
/**
 * The least number.
 */
min: number | null, 
/**
 * The greatest number.
 */
max: number | null, 
/**
 * What to choose from.
 */
options: Array<string>, };

export type RequestView = { 
/**
 * `GET`, `POST` or `DELETE`.
 */
method: string, 
/**
 * The address, whole.
 */
url: string, 
/**
 * Header fields: name and value.
 */
headers: Array<[string, string]>, 
/**
 * The body, if it has one.
 */
body: string | null, };

export type TriedView = { 
/**
 * HTTP status.
 */
status: number, 
/**
 * Milliseconds until the last byte arrived.
 */
ms: number, 
/**
 * Content type, without parameters.
 */
content_type: string, 
/**
 * What is left of the platform's rate limit, if it says so.
 */
rate: RateView | null, 
/**
 * After how many seconds to retry, if the platform says so.
 */
retry_after: number | null, 
/**
 * The body as text. JSON is indented, with its numbers digit by digit.
 */
text: string, 
/**
 * It is JSON.
 */
is_json: boolean, };

export type RateView = { 
/**
 * The remaining requests.
 */
left: number | null, 
/**
 * The limit.
 */
limit: number | null, 
/**
 * When the limit resets.
 */
resets: number | null, 
/**
 * The used share in per cent, if the platform counts so.
 */
used: number | null, };

export type CopyView = { 
/**
 * Its id.
 */
id: string, 
/**
 * What kind of text it is.
 */
kind: CopyKind, 
/**
 * It contains a secret: it is copied without being shown, and cleared from the clipboard after a while.
 */
secret: boolean, 
/**
 * The text, its secrets as dots.
 */
shown: string, 
/**
 * The file name to save it under; none if it contains a secret.
 */
file: string | null, };

export type Draft = { 
/**
 * The text.
 */
text: string, 
/**
 * The https address of an image, where the platform takes one.
 */
image: string | null, 
/**
 * The id of one of the platform's visibilities; the platform file's default without it.
 */
visibility: string | null, 
/**
 * Where to, for a platform that asks: a channel, a chat.
 */
to: string | null, 
/**
 * The person has looked, and the post that may have been posted is not there: post again.
 */
again: boolean, };

export type PostPlanView = { 
/**
 * The requests, in order, their secrets as dots. What the platform's answers will fill in is a name in braces.
 */
requests: Array<RequestView>, 
/**
 * The length of the text as the platform counts it.
 */
length: number, 
/**
 * The greatest length; none where it differs from server to server.
 */
max_length: number | null, 
/**
 * Whether an image is taken or needed.
 */
image: PostImage, 
/**
 * To whom a post can be visible; none where the platform offers no choice.
 */
visibilities: Array<PostVisibility>, 
/**
 * Where it goes, if the platform asks.
 */
to: PostPlace | null, 
/**
 * What the platform charges for it.
 */
cost: Text | null, 
/**
 * A permission that the token lacks.
 */
scope_missing: string | null, 
/**
 * A permission that the token lacks for deleting the post again.
 */
delete_scope_missing: string | null, 
/**
 * Why it cannot be deleted from here later; none where it can.
 */
no_delete: PostNoDelete | null, 
/**
 * Strangers will see it, and whether they do can be asked without a login.
 */
public: boolean, 
/**
 * How long publishing waits at the least, in seconds, because the platform asks for it.
 */
seconds: number, 
/**
 * An earlier post may have been posted, and this one would be a second one: look first ([`Draft::again`]).
 */
unclear: boolean, 
/**
 * An earlier post may still be there. After this one it can no longer be deleted from here.
 */
replaces: boolean, };

export type PostImage = "none" | "optional" | "required";

export type PostVisibility = { 
/**
 * Its id.
 */
id: string, 
/**
 * Who sees the post.
 */
meaning: Text, 
/**
 * It is chosen at first.
 */
default: boolean, 
/**
 * Strangers do not see such a post.
 */
hides: boolean, };

export type PostPlace = { 
/**
 * What it is.
 */
meaning: Text, 
/**
 * An example.
 */
example: string | null, };

export type PostNoDelete = { 
/**
 * How it is deleted by hand.
 */
text: Text | null, 
/**
 * Where that is done.
 */
link: string | null, };

export type PostView = { 
/**
 * What became of it.
 */
state: PostState, 
/**
 * Its text.
 */
text: string, 
/**
 * The id of its visibility.
 */
visibility: string | null, 
/**
 * The platform's id of it.
 */
id: string | null, 
/**
 * Where people see it.
 */
link: string | null, 
/**
 * Whether the platform took it.
 */
sent: Lamp, 
/**
 * Whether the token's owner finds it.
 */
there: Lamp, 
/**
 * Whether a stranger finds it: without a token, without a cookie.
 */
seen: Lamp, 
/**
 * Why a lamp is dark.
 */
reason: DarkReason | null, 
/**
 * Why the platform refused the one that was to follow it, the last time.
 */
refused: DarkReason | null, 
/**
 * It can be deleted from here.
 */
can_delete: boolean, 
/**
 * Why the platform does not delete it from here; none where it does.
 */
no_delete: PostNoDelete | null, 
/**
 * Where it may have been posted, it can be looked for.
 */
can_find: boolean, 
/**
 * When it was posted; for one that may have been posted, when that began.
 */
posted_at: number, 
/**
 * When it was last looked for.
 */
checked_at: number | null, 
/**
 * When to look again, for a lamp that was asked too early.
 */
check_from: number | null, };

export type PostState = "sending" | "posted" | "may-be-posted" | "deleted" | "refused";

export type Lamp = "yes" | "no" | "waiting" | "needs-login" | "unknown";

export type DarkReason = { 
/**
 * The reason. Its words are in the locales: `post-dark-CODE` and, for what helps, `post-mend-CODE`.
 */
code: DarkCode, 
/**
 * The platform's answers show it; else it is the likeliest reason.
 */
certain: boolean, 
/**
 * What helps, in the platform file's words; else those of the locales.
 */
step: Text | null, 
/**
 * Where it is done.
 */
link: string | null, };

export type DarkCode = "app-in-development" | "page-unpublished" | "private-profile" | "default-visibility" | "local-only" | "duplicate" | "missing-scope" | "unconfirmed-account" | "limited-account" | "held-back" | "login-only" | "removed" | "unexplained";

export type Purpose = "copy" | "show" | "token" | "exec" | "serve" | "delivery" | "call" | "post" | "export" | "transfer" | "other";

export type UseView = { 
/**
 * When.
 */
time: number, 
/**
 * The account's id.
 */
account: string, 
/**
 * What for.
 */
purpose: Purpose, 
/**
 * The name of the program's script or executable; none if the system did not tell.
 */
program: string | null, 
/**
 * What runs the script.
 */
interpreter: string | null, 
/**
 * The name of the program that started it.
 */
parent: string | null, 
/**
 * The folder in which it worked.
 */
folder: string | null, 
/**
 * Why no token was handed out; none if it was.
 */
refused: Code | null, };

export type UnrecordedView = { 
/**
 * When.
 */
time: number, 
/**
 * Why not.
 */
why: ErrorView, };

/** Troubles that may pass without the user doing anything. */
export const PASSING: readonly Code[] = [
  "server-not-found",
  "server-unreachable",
  "server-tls",
  "offline",
  "proxy-unreachable",
  "proxy-refused",
  "proxy-password",
  "bot-check",
  "captive-portal",
  "web-page",
  "silent-refusal",
  "answer-unreadable",
  "answer-too-large",
  "redirected",
  "keychain-missing",
  "keychain-locked",
  "keychain-silent",
  "keychain-refused",
  "passphrase-needed",
  "disk",
  "internal",
  "account-pending",
  "too-young",
  "rate-limited",
  "transient",
];
