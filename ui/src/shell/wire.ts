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

export type Code = "server-name-invalid" | "server-not-https" | "server-not-found" | "server-unreachable" | "server-tls" | "server-unknown" | "server-under-path" | "offline" | "proxy-invalid" | "proxy-unreachable" | "proxy-denied" | "proxy-refused" | "registration-refused" | "port-taken" | "redirect-unavailable" | "browser-not-opened" | "denied" | "cancelled" | "timed-out" | "no-login-waiting" | "denied-without-state" | "answer-without-state" | "issuer-mismatch" | "issuer-missing" | "paste-empty" | "paste-authorize-page" | "paste-token" | "paste-other-address" | "paste-wrong-state" | "paste-no-state" | "paste-no-code" | "redirect-differs" | "relay-not-https" | "relay-differs" | "relay-missing" | "relay-exposed" | "certificate-store" | "hosts-changed" | "token-unknown" | "several-tokens" | "token-expired" | "not-renewable" | "renewal-not-needed" | "not-extended" | "interrupted" | "paused" | "clock-wrong" | "proxy-password" | "bot-check" | "captive-portal" | "web-page" | "silent-refusal" | "silent-refusals" | "redirect-mismatch" | "redirect-not-registered" | "answer-unreadable" | "answer-too-large" | "redirected" | "keychain-missing" | "keychain-locked" | "keychain-silent" | "keychain-refused" | "passphrase-wrong" | "passphrase-needed" | "passphrase-short" | "secret-missing" | "file-foreign" | "file-damaged" | "file-newer" | "delivery-unknown" | "delivery-unconfirmed" | "env-line-unclear" | "file-sealed" | "env-file-foreign" | "delivery-unseen" | "delivery-denied" | "delivery-nowhere" | "delivery-refused" | "delivery-conflict" | "delivery-moved" | "delivery-replaced" | "delivery-sso" | "delivery-blind" | "delivery-standby" | "command-missing" | "command-failed" | "command-slow" | "book-newer" | "book-unreadable" | "disk" | "no-locks" | "folder-elsewhere" | "account-unknown" | "client-unknown" | "client-in-use" | "login-unknown" | "provider-unknown" | "practice-over" | "provider-file" | "input-invalid" | "already-running" | "clipboard" | "internal" | "wrong-app-id" | "code-spent" | "not-a-tester" | "client-auth" | "token-dead" | "checkpoint" | "email-unconfirmed" | "account-pending" | "account-suspended" | "missing-permission" | "enrolment-or-payment" | "too-young" | "rate-limited" | "transient" | "refused";

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
 * The provider's or the system's own words.
 */
detail: string | null, 
/**
 * What to press, in the provider file's own words, where the general sentence is not enough.
 */
action: Text | null, };

export type RedirectKind = "loopback" | "localhost" | "https-loopback" | "private-use-scheme" | "relay" | "paste" | "out-of-band";

export type GrantType = "authorization_code" | "client_credentials" | "oauth1" | "import";

export type Kind = { 
/**
 * Its name, in the platform's words.
 */
name: string, 
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
 * A line about the cost, where the general one is not enough.
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
 * Where tokens go by themselves, oldest first.
 */
deliveries: Array<DeliveryView>, 
/**
 * Where secrets are kept, and how that store is.
 */
store: StoreView, 
/**
 * The person's choices.
 */
settings: Settings, 
/**
 * What is wrong at large: a provider file that was refused, a book newer than the program.
 */
problems: Array<ErrorView>, 
/**
 * The certificate of the https redirect stands in the person's own certificate store.
 */
certificate_trusted: boolean, 
/**
 * A newer version, where the person wants to hear of it.
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
name: string, 
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
 * Sentences worth reading before one starts.
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
 * From where its facts are.
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
 * What this kind of token is, where one tile offers several.
 */
kind: Kind | null, 
/**
 * How a token is got.
 */
grant: GrantType, 
/**
 * Clients of providers of one family are the same: the same keys of the same app.
 */
client_family: string, 
/**
 * True for a file of the person's own; its hosts are then shown.
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
 * True where the client is registered by itself: no console.
 */
registers: boolean, 
/**
 * What is asked before a login.
 */
questions: Array<QuestionView>, 
/**
 * Steps in the platform's console, where there is one.
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
 * True where the consent page has a button to say no.
 */
can_deny: boolean, 
/**
 * True where another account can be forced at the consent page.
 */
can_force_login: boolean, 
/**
 * True where one can ask whose a token is.
 */
can_verify: boolean, 
/**
 * True where asking whose a token is costs money.
 */
identity_costs: boolean, 
/**
 * True where a second login of a person at one client ends the first.
 */
one_login: boolean, 
/**
 * True where tokens can be revoked by a call.
 */
can_revoke: boolean, 
/**
 * True where a second login gets the same token, so that a revocation kills every copy.
 */
reuses_token: boolean, 
/**
 * True where a short-lived token is exchanged for a long-lived one at once.
 */
exchanges: boolean, 
/**
 * True where sub-accounts (Pages) have tokens of their own.
 */
has_sub_accounts: boolean, 
/**
 * True where the app itself has a token.
 */
has_app_token: boolean, 
/**
 * True where the platform tells what it knows of a token.
 */
can_inspect: boolean, 
/**
 * True where another device can be given a token of its own by a code.
 */
has_device_codes: boolean, 
/**
 * The filters of its list of statuses; none where it lists none.
 */
lists: Array<FilterView> | null, 
/**
 * True where a token made elsewhere can be imported.
 */
can_import: boolean, 
/**
 * Pages that a login gets stuck at: only the person sees them.
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
 * What it asks for.
 */
kind: QuestionKind, 
/**
 * A regular expression that right answers match.
 */
pattern: string | null, 
/**
 * What wrong ones look like.
 */
wrong: Array<Wrong>, 
/**
 * What to choose from; empty where it is typed.
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
 * With this answer a secret is asked for.
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
 * Nobody has proved that the platform accepts it.
 */
unproven: boolean, 
/**
 * What to know about it.
 */
note: Text | null, 
/**
 * The one string to register, character by character the one that is sent; none where it is known at the login only.
 */
redirect_uri: string | null, 
/**
 * Only for clients of these types; empty for all.
 */
client_types: Array<string>, 
/**
 * What the platform asks of such an address.
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
 * The platform says so, and takes such an address all the same.
 */
doubtful: boolean, };

export type RedirectCheck = { 
/**
 * What differs; none where they are the same.
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
 * `@name@host`, or what else the platform calls the person; the server's name while unverified.
 */
name: string, 
/**
 * The name people read.
 */
display_name: string | null, 
/**
 * The platform's own id of the person.
 */
user_id: string | null, 
/**
 * The first characters of its token, where the console shows them.
 */
hint: string | null, 
/**
 * Its token has a secret of its own (OAuth 1.0a).
 */
has_token_secret: boolean, 
/**
 * The server's host, where the provider has many.
 */
server: string | null, 
/**
 * The person's page.
 */
url: string | null, 
/**
 * What the token may do, as granted.
 */
scopes: Array<string>, 
/**
 * What was asked for and not granted.
 */
declined: Array<string>, 
/**
 * When the token was won.
 */
obtained: number, 
/**
 * When it was issued, by the provider's word where it says so.
 */
issued: number, 
/**
 * When it ends, if it does.
 */
expires: number | null, 
/**
 * False where nobody said when it ends.
 */
life_known: boolean, 
/**
 * From when on it may be renewed without a person; none where it cannot.
 */
renews_from: number | null, 
/**
 * When it is renewed by itself next; none where it is not.
 */
renews_next: number | null, 
/**
 * When it stops working unless a person does something; a token that renews by itself has such a moment, too, should
 * its renewals keep failing. None where nobody knows, or it does not end.
 */
breaks: number | null, 
/**
 * Only a person can renew it.
 */
needs_login: boolean, 
/**
 * A renewal did not work and is tried again.
 */
later: LaterView | null, 
/**
 * Another computer keeps it alive, or may: it is not renewed here.
 */
paused: boolean, 
/**
 * Until when the token before the last renewal can be put back.
 */
step_back_until: number | null, 
/**
 * It renews whenever its token is wanted; `expires` is then the end of the token of now, and no end of the account.
 */
renews_on_demand: boolean, 
/**
 * When its refresh token ages out if nobody wants the token until then.
 */
renews_until: number | null, 
/**
 * When access to the person's data ends although the token lives on.
 */
data_access_expires: number | null, 
/**
 * The account that it is a sub-account of.
 */
parent: string | null, 
/**
 * What the person may do with it (a Page's tasks).
 */
tasks: Array<string>, 
/**
 * The redirect by which it came.
 */
redirect: RedirectKind, 
/**
 * How it stands: what a person needs to know of it first.
 */
standing: Standing, 
/**
 * Which store holds it.
 */
store: StoreKind, 
/**
 * When the identity call last succeeded.
 */
verified: number | null, 
/**
 * What went wrong with it last, and was not put right yet.
 */
trouble: ErrorView | null, 
/**
 * The store did not take the token yet; it is in memory only.
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

export type Standing = { "kind": "data-ends", at: number, } | { "kind": "practice-over" } | { "kind": "unstored" } | { "kind": "paused" } | { "kind": "needs-login", 
/**
 * Why.
 */
why: LoginReason, } | { "kind": "missing-secret" } | { "kind": "life-unknown" } | { "kind": "unverified" } | { "kind": "unchecked" } | { "kind": "renews-on-demand" } | { "kind": "endless" } | { "kind": "ends", 
/**
 * Unix seconds.
 */
at: number, };

export type LoginReason = "interrupted" | "expired" | "refused";

export type LaterView = { 
/**
 * Then.
 */
until: number, 
/**
 * Why it did not work.
 */
why: ErrorView, };

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
 * The server it is registered at, where the provider has many.
 */
server: string | null, 
/**
 * The public client id.
 */
client_id: string, 
/**
 * Its first characters as the console shows them; none where it shows none.
 */
hint: string | null, 
/**
 * One of the provider's client types, where it has several.
 */
client_type: string | null, 
/**
 * Ids of the other clients of the same app: the same tile and name, other keys.
 */
siblings: Array<string>, 
/**
 * Whether there is a secret (in the store).
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
 * When it was made.
 */
created: number, 
/**
 * Whether Keybearer registered it by itself.
 */
registered: boolean, 
/**
 * Ids of its accounts.
 */
accounts: Array<string>, };

export type Visibility = "private" | "all" | "selected";

export type Place = { 
/**
 * The file's path. What a page says here counts for nothing.
 */
path: string, 
/**
 * Where it led when the person confirmed it, if it is a link or a folder on the way is one: it is followed there and
 * nowhere else.
 */
leads_to: string | null, };

export type Target = { "kind": "env-file", 
/**
 * Which file, and where it leads.
 */
place: Place, 
/**
 * The variable's name.
 */
key: string, } | { "kind": "file", 
/**
 * Which file, and where it leads.
 */
place: Place, } | { "kind": "program", 
/**
 * The program's path, chosen in a native dialog as well, and its arguments, as they are handed over: no shell reads
 * them.
 */
words: Array<string>, } | { "kind": "github", 
/**
 * Where the API is.
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
 * Where the API is.
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
 * Where the API is.
 */
api: string, 
/**
 * The organization's name.
 */
organization: string, 
/**
 * Which repositories may read a new secret; one that is there keeps what it has.
 */
visibility: Visibility, 
/**
 * The secret's name.
 */
name: string, } | { "kind": "cloudflare", 
/**
 * Where the API is.
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
 * The namespace, where the server has any.
 */
namespace?: string, 
/**
 * Where the store is mounted.
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
 * In its own words.
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
 * Nothing but the token stands in that version.
 */
alone: boolean, };

export type DeliveredView = { 
/**
 * When.
 */
time: number, 
/**
 * How the other side showed that it has it.
 */
proof: Proof, };

export type DeliveryView = { 
/**
 * Ours.
 */
id: string, 
/**
 * Whose token.
 */
account: string, 
/**
 * Where to.
 */
target: Target, 
/**
 * False: it is off until the person confirms it in a native dialog.
 */
confirmed: boolean, 
/**
 * When it last arrived; none where it never did.
 */
done: DeliveredView | null, 
/**
 * What arrived last is the token that the account has now.
 */
current: boolean, 
/**
 * It did not work, and is tried again.
 */
later: LaterView | null, };

export type StoreKind = "keychain" | "sealed-file";

export type StoreState = "ready" | "locked" | "missing" | "silent";

export type StoreView = { 
/**
 * Which one is in use.
 */
kind: StoreKind, 
/**
 * How it is.
 */
state: StoreState, 
/**
 * How the keychain is, whichever is in use.
 */
keychain: StoreState, 
/**
 * Where the sealed files are.
 */
path: string, 
/**
 * How many tokens wait in memory for the store.
 */
unstored: number, };

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
 * Address of the person's own hosted relay page; empty where there is none.
 */
relay: string, 
/**
 * What closing the window does: `ask`, `keep` (running in the tray) or `quit`.
 */
on_close: string, 
/**
 * Start with the session, hidden in the tray.
 */
autostart: boolean, 
/**
 * Ask once a day whether a newer version is out. Written only where it is so: older books do not have it.
 */
check_updates?: boolean, 
/**
 * Ids of accounts in the person's own order; the others follow by name. Written only where there is one: older books do not
 * have it.
 */
order?: Array<string>, 
/**
 * Platforms whose accounts are folded away in the list, by their tiles. Written only where there is one.
 */
folded?: Array<string>, };

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
 * The redirect, or none for the first that works.
 */
redirect: RedirectKind | null, 
/**
 * Ask the platform to sign in anew, for another account.
 */
force_login: boolean, 
/**
 * Ask again for permissions that were declined.
 */
rerequest: boolean, 
/**
 * Which account is meant, as a name or an id; empty where any will do. Another one is held aside.
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
 * What it says it is, with version.
 */
software: string | null, };

export type StepKind = "server-found" | "client-ready" | "redirect-open" | "browser-opened" | "answer-received" | "token-received" | "token-exchanged" | "identity-verified" | "stored";

export type LoginEvent = { "kind": "step", 
/**
 * Which.
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
until: number, } | { "kind": "hint", 
/**
 * What happened.
 */
error: ErrorView, } | { "kind": "done", 
/**
 * The account's id.
 */
account: string, } | { "kind": "mismatch", 
/**
 * Who came back.
 */
name: string, 
/**
 * Who was meant.
 */
expected: string, } | { "kind": "failed", 
/**
 * Why.
 */
error: ErrorView, };

export type StuckView = { 
/**
 * What it shows.
 */
shows: string, 
/**
 * What that means: an error code.
 */
code: Code, 
/**
 * What to do, where the general sentence is not enough.
 */
action: Text | null, };

export type SubAccountView = { 
/**
 * The provider's id of it.
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
 * It is kept already.
 */
kept: boolean, };

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
 * One of three.
 */
outcome: RenewalOutcome, 
/**
 * Why not.
 */
error: ErrorView | null, 
/**
 * When it is tried again.
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
provider: string, 
/**
 * Days left, rounded up; 14, 7, 3 or 1 at most.
 */
days: number, };

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
 * The accounts that are not in it, each with the reason.
 */
left: Array<ImportedView>, };

export type ImportOutcome = "added" | "renewed" | "kept" | "left";

export type ImportedView = { 
/**
 * Our id of it; none where it is not here.
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
 * It is not renewed here until the person says so.
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
 * Which.
 */
redirect: RedirectKind, 
/**
 * Whether a redirect came home by it.
 */
ok: boolean, 
/**
 * What it was.
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
 * How the file is written.
 */
format: ExportFormat, 
/**
 * The filters that are on, by their ids.
 */
filters: Array<string>, 
/**
 * Only so many, the newest; none for all.
 */
limit: number | null, };

export type ExportFormat = "json" | "jsonl";

export type ExportEvent = { "kind": "progress", 
/**
 * So many statuses are in it.
 */
count: number, 
/**
 * So many come in a second, waits left out; none before the first page.
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
 * So many are in it.
 */
count: number, 
/**
 * Where it is; empty where it was no file.
 */
path: string, 
/**
 * The server's own count, where it says a few more than its list has: its counter is a little off.
 */
expected: number | null, } | { "kind": "partial", 
/**
 * So many are in it.
 */
count: number, 
/**
 * Where it is; empty where it was no file.
 */
path: string, 
/**
 * What is missing.
 */
missing: MissingView, } | { "kind": "stopped", 
/**
 * So many are in it.
 */
count: number, 
/**
 * It can go on from there.
 */
resumable: boolean, 
/**
 * Why; `cancelled` where a person wanted that.
 */
error: ErrorView, };

export type MissingView = { 
/**
 * Where it answers with an error whatever is asked, newest first.
 */
skipped: Array<SkippedView>, 
/**
 * It gave the same statuses again and again.
 */
repeats: boolean, 
/**
 * So many the server says there are, where it gave fewer.
 */
expected: number | null, };

export type SkippedView = { "kind": "status", 
/**
 * Its id.
 */
id: string, } | { "kind": "between", 
/**
 * The id of the next newer status; none where there is none.
 */
newer: string | null, 
/**
 * The id of the next older one; none where there is none.
 */
older: string | null, };

export type ExportView = { 
/**
 * Its id.
 */
id: string, 
/**
 * What was wanted.
 */
plan: ExportPlan, 
/**
 * Where the file will be.
 */
path: string, 
/**
 * So many statuses are in it.
 */
count: number, 
/**
 * It runs.
 */
runs: boolean, };

export type InputKind = "text" | "number" | "switch" | "choice";

export type CopyKind = "plain" | "header" | "curl" | "env" | "json" | "javascript";

export type UsesView = { 
/**
 * Calls to try.
 */
calls: Array<CallView>, 
/**
 * What it can be copied as.
 */
copies: Array<CopyView>, };

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
 * What the platform takes for it.
 */
costs: Text | null, 
/**
 * It changes something at the platform: it is sent only when the person has confirmed it.
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
 * What stands in it at first.
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
 * The body, where it has one.
 */
body: string | null, };

export type TriedView = { 
/**
 * HTTP status.
 */
status: number, 
/**
 * Milliseconds until the last byte was there.
 */
ms: number, 
/**
 * Content type, without parameters.
 */
content_type: string, 
/**
 * What is left of the platform's limit, where it says so.
 */
rate: RateView | null, 
/**
 * In how many seconds to come again, where it says so.
 */
retry_after: number | null, 
/**
 * The body as text: laid out, each number digit by digit, where it is JSON.
 */
text: string, 
/**
 * It is JSON.
 */
is_json: boolean, };

export type RateView = { 
/**
 * Requests that are left.
 */
left: number | null, 
/**
 * Of so many.
 */
limit: number | null, 
/**
 * When all of them are there again.
 */
resets: number | null, 
/**
 * How much is used, in per cent, where the platform counts so.
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
 * It holds a secret: it is copied without being shown, and cleared from the clipboard after a while.
 */
secret: boolean, 
/**
 * The text, its secrets as dots.
 */
shown: string, 
/**
 * The name under which it can be saved; none where it holds a secret.
 */
file: string | null, };

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
