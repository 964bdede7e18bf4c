# The words of Keybearer in English, read by Rust (fluent) and by the face (@fluent/bundle) alike.
# Tone: short, calm, exact. Each error has a value (what happened), .means and .press; .type is what
# a terminal says in place of .press, in commands and never in buttons.

app-name = Keybearer

## The left column

accounts = Accounts
accounts-none = No accounts yet.
find = Find an account
find-none = No account matches.
add = Add an account
add-waiting = Waiting for consent
add-ended = See how it ended
add-held = Somebody else came back
clients = Clients
settings = Settings
kept-keychain-ready = Secrets are kept in the keychain
kept-keychain-locked = The keychain is locked
kept-keychain-missing = No keychain on this machine
kept-keychain-silent = The keychain does not answer
kept-sealed-file-ready = Secrets are kept in a sealed file
kept-sealed-file-locked = The sealed file is closed
kept-sealed-file-missing = The sealed file is gone

## How an account stands, beside its platform's name

state-no-expiry = no expiry
state-life-unknown = life unknown
state-unchecked = not checked yet
state-renews = renews itself when used
state-interrupted = log in again: interrupted while renewing
state-unverified = not verified
state-dead = log in again
state-expired = expired
state-unstored = in memory only
state-practice-over = practice is over
state-paused = paused
state-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
state-hours = { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
}
state-minutes = { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}

## The first screen

empty-title = Get your first access token
empty-text = Keybearer gets API tokens for your accounts, keeps them in this computer’s keychain and has them ready to copy.
empty-choose = Choose a platform and name your server.
empty-allow = Sign in and allow it, in your own browser.
empty-copy = Copy the token, verified and safely stored.
empty-practice = Try it with Practice

## Notices

unstored = { $count ->
    [one] A token is in memory only.
   *[other] { $count } tokens are in memory only.
}
unstored-locked = The keychain is locked. Unlock it, then press Try again.
unstored-missing = There is no keychain. Choose where secrets are kept, then press Try again.
unstored-sealed = The sealed file is closed. Open it in Settings.
details = Details

## Buttons found in many places

next = Next
back = Back
cancel = Cancel
keep = Keep it
try-again = Try again
delete = Delete…
discard = Discard
copy = Copy
copied = Copied.
own-words = In the platform’s own words

## Adding an account

tiles-title = Whose token do you need?
tiles-sub = You sign in in your own browser. Keybearer never sees your password.
custom = custom
custom-hosts = Sends to { $hosts }
adopt-tile = I already have a token
adopt-tile-help = Paste one that was made elsewhere; Keybearer finds out whose it is and keeps it.
sunset = { $platform } ends version { $version } of its API on { $day }. Until then everything goes on as it is; a newer Keybearer will use a newer version.
sunset-over = { $platform } ended version { $version } of its API on { $day }. If something fails, install a newer Keybearer.
sunset-short = API { $version } ends { $day }
sunset-over-short = API { $version } ended { $day }
kind-title = Which way to { $platform }?
kind-sub = Each needs an app of its own at the platform and gives a token of its own.
kind-which = Which token do you need from { $platform }?
kind-which-sub = One app can have several. Choose by what you want to do with it.
kinds = Kinds of tokens
kind = Kind
kind-purpose = What it is for
kind-behalf = On whose behalf
kind-lives = How long it lives
kind-needs = What it needs
way-title = How shall the answer come home?
way-sub = { $platform } sends the answer only to an address that stands in its console, letter by letter. So choose the way first.
way-address = The one address to register
rules = { $platform }’s rules for such an address
rule-broken = This address will not do.
client-title = Which client for { $platform }?
client-sub = A client is your own app at the platform. One client can serve many accounts.
client-new = A new client
client-new-registers = Keybearer registers it for you.
client-new-console = You make it in the platform’s console; Keybearer shows you how.
client-accounts = { $count ->
    [0] no accounts
    [one] { $count } account
   *[other] { $count } accounts
}
client-name = Name of the client
client-name-help = The name that the platform shows when it asks for your consent.
client-name-app = Name of the app
client-name-own = As in the console: keys of one app then stand together. May stay empty.
your-app = your app
question-empty = Please fill this in.
question-choose = Please choose one.
question-pattern = This does not have the right form.
server-looking = Looking for the server…
server-found = Found { $host } · { $software }
server-switched = { $host } does not run { $from } but { $to }, so this goes on with { $to }.
console-title = In the platform’s console
console-open = Open it
console-done = Step { $step } is done
console-gives = What the console gives you
console-after = After you have the token
console-again = Before you log in again
console-instead = Another way
facts-checked = Facts checked on { $day }
facts-old = Facts checked on { $day }, more than half a year ago: the console may look different by now
facts-sources = { $count ->
    [one] { $count } source
   *[other] { $count } sources
}
facts-read = { $host }, read on { $day }
compare-field = Paste back what the console shows after saving
compare-help = Consoles like to add or drop a slash at the end, and the platform compares letter by letter.
compare-same = The same, letter by letter.
secret-why = The platform’s documents say that a secret belongs on a server. That is meant for apps which many people install. This app is yours alone, and its secret stays in your own keychain.
permissions-title = What may the token do?
scope-locked = always
ready-title = Ready to connect
permissions-app = What the token may do is set at your app, in { $platform }’s console.
one-login = One login per app and user: a second login of the same person ends the first one, also on other machines.
one-login-advice = Give each machine and each bot an app of its own.
force-login = Sign in with another account than the one the browser remembers
expect = Which account do you mean?
expect-help = May stay empty. If another one comes back, you are asked before anything is kept.
rerequest-note = { $platform } will ask once more for what was declined.
connect = Connect
connect-next = Next, your browser opens and asks for your consent.
connect-practice = Next, your browser opens the practice platform.
get-token = Get the token
keep-token = Keep the keys
redirects = How the answer comes home
redirect-loopback = To this computer, by loopback
    .help = The browser hands the answer to a local address that only this computer can reach.
redirect-localhost = To this computer, by localhost
    .help = Like loopback, for an app that has localhost in its list instead of 127.0.0.1.
redirect-https-loopback = To this computer, by https loopback
    .help = Like loopback, with a certificate of this installation. The browser warns about it once.
redirect-private-use-scheme = By deep link
    .help = The browser asks whether it may open Keybearer.
redirect-relay = By your own relay page
    .help = A page of yours hands the answer on to Keybearer.
redirect-paste = By a pasted address
    .help = The browser ends on a page that does not load. You copy its address and paste it here.
redirect-out-of-band = By a code or PIN
    .help = The platform shows a code or a PIN. You enter it here.
redirect-recommended = recommended
unproven = unconfirmed
redirect-unregistered = This address has to stand in the platform’s console before you connect:
https-title = The browser will warn you once
https-how = Click “Advanced”, then “Continue to 127.0.0.1”. In Firefox: “Accept the Risk and Continue”.
https-why = The page belongs to Keybearer on this very computer. Its certificate was made here and is known to nobody else, so the browser asks. Nothing leaves your computer.
https-once = The browser warns once: click “Advanced”, then “Continue to 127.0.0.1”
https-trust = Trust it for my browser
https-trust-text = Would you rather not be warned? The certificate can go into your own certificate store, never the system’s, and out again at any time.
https-trusted = Your browser trusts the certificate and does not warn.
https-distrust = Trust it no longer
https-settings = The certificate of the https loopback
warn-page-said = The browser’s warning page. First click “Advanced”, then the link that continues to 127.0.0.1.
warn-page-title = Your connection is not private
warn-page-advanced = Advanced
warn-page-back = Back to safety
warn-page-continue = Continue to 127.0.0.1 (unsafe)
relay-title = Your own relay page
relay-text = One small page that hands the answer on to Keybearer. Save it and put it on any https web space of yours, such as GitHub Pages or Cloudflare Pages.
relay-save = Save the page
relay-saved = Saved as { $path }
relay-address = Its address
relay-example = https://me.example/keybearer/
relay-check = Check
relay-checked = It is there, by https and unchanged.
relay-log = The host’s log will hold the codes that passed; by then they are spent.

## Where secrets are kept

store = Where secrets are kept
store-choose = Choose where secrets are kept
store-missing-title = There is no keychain on this machine
store-missing-text = Tokens can be kept in a sealed file instead: encrypted with age, and opened by a passphrase that only you know. Nothing is ever written in clear text.
store-locked-title = The keychain is locked
store-locked-text = There is a keychain, but it is locked. Unlock it and look again, or keep tokens in a sealed file that a passphrase of yours opens.
store-silent-title = The keychain does not answer
store-silent-text = The keychain is there, but it does not answer. Restart it, or log out of the system and in again; or keep tokens in a sealed file that a passphrase of yours opens.
store-refused-title = The keychain did not take the token
store-refused-text = Allow it when the system asks and look again, or keep tokens in a sealed file that a passphrase of yours opens.
store-look-again = Look again
sealed-open-title = Open the sealed file
sealed-open-text = Your secrets are in a sealed file on this machine. Its passphrase opens it until Keybearer is closed.
sealed-path = The file is at { $path }
passphrase = Passphrase
passphrase-again = The same again
passphrase-help = At least 8 characters; a few words are best. It cannot be recovered.
passphrase-short = At least 8 characters, please.
passphrase-differs = The two are not the same.
seal = Make the sealed file
unseal = Open
store-keychain = Keychain
store-sealed-file = Sealed file
store-memory = Nowhere yet, in memory only
state-store-ready = in use
state-store-locked = locked
state-store-missing = missing
state-store-silent = silent
store-keychain-ready = The operating system guards your tokens and unlocks them with your session.
store-keychain-locked = It unlocks when a secret is needed; the system then asks for its password.
store-keychain-missing = This machine offers none. Use a sealed file instead.
store-keychain-silent = The system’s keychain is there and does not answer. Restarting it, or the session, helps.
store-sealed-file-ready = Encrypted with age and open until Keybearer is closed.
store-sealed-file-locked = Its passphrase opens it.
store-sealed-file-missing = The file is not where it was.
store-make-sealed = Use a sealed file…
store-use-keychain = Use the keychain for new secrets

## To another computer

moving = To another computer
moving-text = Accounts travel in one file that only your passphrase opens.
move = Move…
copy-there = Copy…
bring = Bring in…
move-title = Move accounts to another computer
move-text = The other computer keeps them alive from then on. Here they stay, paused.
copy-there-title = Copy accounts to another computer
copy-there-text = This computer goes on keeping them alive. On the other one they arrive paused.
moving-write = Write the file
parcel-saved = { $count ->
    [one] One account is in the file { $path }
   *[other] { $count } accounts are in the file { $path }
}. Bring it in on the other computer, then delete it.
bring-title = Bring in accounts from another computer
bring-text = They join what is here. Of an account that is here already, the better token stays. Nothing is sent anywhere.
bring-file = The file that Move or Copy wrote
bring-passphrase = The one that was typed when the file was written.
bring-yes = Bring in
arrived = { $here } of { $all } are here.
arrival-added = new here
arrival-renewed = taken over
renew-anyway = Renew anyway
ask-renew-title = Renew it now?
ask-renew-text = Programs that have a copy of the old token need the new one. Deliveries send it automatically.
arrival-kept = was here already
arrival-left = left out
resume = Keep it alive here
resumed = Kept alive here from now on.

## The browser's turn

waiting-title = Waiting for your consent
waiting-title-ends = Fetching the token
waiting-title-keeps = Keeping your keys
waiting-starts = Getting ready to open your browser.
waiting-sub = Sign in at { $host } in your browser and allow “{ $name }”. This window goes on by itself.
waiting-paste = Sign in at { $host } and allow “{ $name }”. Then copy the address of the page the browser ends on.
waiting-out-of-band = Sign in at { $host } and allow “{ $name }”. Then enter the code or PIN that the page shows.
waiting-ends = You gave your consent. The rest takes a moment.
waiting-moment = This takes a moment.
waiting-left = { $left } left
stuck = It shows an error
stuck-help = Only you see that page. Find its words here.
step-server-found =
    .todo = Find the server
    .now = Looking for the server
    .done = Server found
step-client-ready =
    .todo = Have a client to log in with
    .now = Registering the client
    .done = Client ready
step-client-kept =
    .todo = Have the app’s keys ready
    .now = Getting the app’s keys ready
    .done = The app’s keys are ready
step-redirect-open =
    .todo = Open the way home
    .now = Opening the way home
    .done = Ready for the answer at
    .code = Ready for the code or PIN
step-browser-opened =
    .todo = Open the browser
    .now = Opening the browser
    .done = Browser opened
step-answer-received =
    .todo = Your consent
    .now = Your consent
    .done = Consent received
step-token-received =
    .todo = Fetch the token
    .now = Fetching the token
    .done = Token received
step-token-brought =
    .todo = Take the token
    .now = Taking the token
    .done = Token taken
step-token-exchanged =
    .todo = Exchange it for a long-lived one
    .now = Exchanging it for a long-lived one
    .done = Long-lived token received
step-identity-verified =
    .todo = Ask { $platform } whose it is
    .now = Asking { $platform } whose it is
    .done = Identity verified
step-stored =
    .todo = Put it in the store
    .now = Putting it in the store
    .done = Stored
paste-aside = Did the browser end on an error page? Paste its address here.
paste-address-main = Paste the address of the page here
paste-out-of-band-main = Enter the code or PIN here
paste-address-example = http://127.0.0.1:8765/callback?code=…
paste-out-of-band-example = As the page shows it
paste-use = Use it
open-again = Open again
copy-link = Copy the link
link-copied = Link copied.
no-deny = { $platform } has no Deny button. To say no, press Cancel here.

## How it ended

done-title = Connected
done-title-kept = The token is kept
done-title-unverified = Token received, not verified yet
done-keychain = The token is in your keychain, ready to use.
done-sealed-file = The token is in the sealed file, ready to use.
done-unstored = The token is in memory only until the store opens.
done-show = Show the account
done-another = Add another
held-title = You are logged in to the browser as { $name }
held-sub = You meant { $expected }.
held-safe = The token that was there is untouched, and nothing is revoked. The new one is held aside until you decide.
held-again = Ask once more
held-force = { $platform } will ask you to sign in anew; choose the right account there.
held-switch = First sign out of { $platform } in the browser, or copy the link into a private window.
held-keep = Keep { $name }
held-keep-help = It becomes an account of its own.
held-discard = Discard it
held-discard-help = It is forgotten here. At { $platform } it lives on until it ends.
held-discarded = The token of { $name } is discarded here.
adopt-title = Adopt a token
adopt-sub = From the Graph API Explorer, a dashboard’s generator, an answer in JSON, a curl command or a line of a .env file. Keybearer asks the platform whose it is and keeps it from then on.
adopt-token-help = You can leave what surrounds it: quotes, “Bearer”, NAME=, or a whole command, address or JSON.
adopt-token-again = The field was emptied; paste the token once more.
adopt-platform = Platform
adopt-find = Find out
adopt-other = Something else
adopt-as-other = Keep it under a name
adopt-client-none = Not known here
adopt-client-help = With its client, a short-lived token is exchanged for a long-lived one.
adopt-name = Name
adopt-name-help = For your own eyes. Nobody can be asked about it, so its life stays unknown.
adopt-go = Adopt
adopted = The token is kept here from now on.
pages = Pages…
pages-title = Pages and accounts beneath { $name }
pages-sub = Each has a token of its own. Tick those that you want to keep here.
pages-looking = Asking { $platform }…
pages-none = There are none.
pages-none-why = Perhaps none was ticked at the consent page, or the permission to list them is missing. Log in again and tick them there.
pages-kept = kept
pages-keep = { $count ->
    [0] Keep the ticked ones
    [one] Keep { $count }
   *[other] Keep { $count }
}
pages-done = { $count ->
    [one] { $count } token is kept.
   *[other] { $count } tokens are kept.
}
failed-title = That did not work
failed-calm-title = Not connected
change-something = Change my choices
leave = Close
other-redirect = Choose another door
other-server = Change the server
other-app = Change the app’s id and secret
to-form = Back to the form
to-client = Go to the client

## One account

practice-label = Practice
by-client = client “{ $name }”
beneath = belongs to { $name }
pill-verified = Verified { $when }
pill-verified-now = Verified just now
pill-unverified = Not verified
pill-dead = No longer valid
pill-expired = Expired
pill-practice-over = Practice is over
pill-unasked = Kept as it is
pill-unchecked = Not checked yet
pill-app = The app’s own
pill-interrupted = Interrupted while renewing
practice-over-text = This account belongs to a practice platform that no longer runs. Its token opens nothing; delete it whenever you like.
token = Token
token-hidden = The token is hidden.
token-copied = Copied.
copy-token = Copy token
access-token = Access token
token-secret = Access token secret
copy-token-secret = Copy secret
show = Show
hide = Hide · { $seconds } s
toast-clears = Cleared from the clipboard in { $seconds } s
life = Its life
life-endless = Issued { $day }. It does not expire.
life-unknown = Kept since { $day }. Nobody said when it ends.
life-ended = Issued { $day }. It no longer works.
life-issued = issued { $day }
life-expires = expires { $day }
life-assumed = expires perhaps { $day }
life-renews = may renew from { $day }
life-next = renews itself { $day }
life-next-unused = kept alive { $day }
life-later = Renewing did not work. It is tried again { $when }; until then the token works as before.
life-due = It is about to renew itself.
life-login = It does not renew itself: log in again by { $day }.
life-ages = refresh token ages out { $day }
life-aged = refresh token aged out { $day }
life-renews-endless = Issued { $day }. It renews itself when used.
life-data = data access ends { $day }
life-data-over = data access ended { $day }
life-now = today
life-expired = expired { $day }
life-today = today · { $left } left
life-said = Issued { $from }, expires { $to }, { $left } left.
life-said-renews = Issued { $from }. It renews itself when used; unused, its refresh token ages out { $to }.
life-demand = The present access token: { $left } left. A new one is fetched when it is wanted.
life-demand-over = The present access token has ended. A new one is fetched when it is wanted.
may-do = May do
may-do-unknown = The platform did not say.
may-do-unchecked = Known once it has been verified.
declined = not granted
ask-again = Ask again
about = About
about-server = Server
about-user-id = User id
about-page = Page
about-obtained = Obtained
about-redirect = Came home
came-app = Fetched for the app itself
came-import = Typed in by you
about-store = Kept in
about-client = Client
about-parent = Belongs to
about-tasks = Tasks
verify = Verify now
verify-costs = Verify now (costs money)
verified-now = Verified.
renew = Renew now
renewed = Renewed.
renew-from = It can be renewed from { $when }.
step-back = Put the earlier token back…
stepped-back = The earlier token is back.
ask-step-back-title = Put the earlier token back?
ask-step-back-text = The token from before the last renewal takes the place of the present one, with its own, shorter life. Good if something that uses it fails since the renewal.
ask-step-back-lives = The present token is forgotten here; at { $platform } it lives on until its end. When it is due again, Keybearer renews as usual.
ask-step-back-until = Possible until { $when }.
ask-step-back-yes = Put it back
renew-over = It has ended and cannot be renewed; log in again.
inspect = What the platform knows
inspected = The platform has answered; its life is drawn by that.
device = A token for another device
device-text = { $platform } warns against one token on several devices. Copy a code instead, and redeem it in Keybearer on the other device, under the same client: that one gets a token of its own.
device-copy = Copy a code
device-copied = Code copied.
revoke = Revoke…
log-in-again = Log in again
enter-again = Enter it again
fetch-again = Fetch it again
ask-verify-title = The answer costs money
ask-verify-text = { $platform } charges for saying whose a token is.
ask-verify-yes = Verify
ask-revoke-title = Revoke the token of { $name }?
ask-revoke-text = { $platform } is told to end this token, and it is deleted here.
ask-revoke-every-copy = { $platform } gives the same token to every login of this client. Every copy of it dies, on other computers too.
ask-revoke-this-copy = Whatever uses this token stops working, on other computers too.
ask-revoke-yes = Revoke
ask-delete-title = Delete { $name } here?
ask-delete-text = The token is deleted from this computer. This cannot be undone.
ask-delete-lives = It stays valid at { $platform }, and copies elsewhere go on working. To end it everywhere, use Revoke.
ask-delete-yes = Delete
revoked = { $name } is revoked and deleted.
deleted = { $name } is deleted here.

## Clients

clients-sub = Your own apps at the platforms. One client can serve many accounts.
clients-none = No clients yet. The first account brings the first client.
client-id = Client id
client-secret = Client secret
client-redirects = Redirect addresses
client-scopes = Permissions
client-created = Made
client-by-us = registered by Keybearer
client-by-you = made in the console
replace = Replace…
key-copied = { $name } copied.
not-here = not here yet
get-it = Get it
enter-it = Enter it
app-token-copied = App token copied.
app-token = App token
device-redeem = Redeem a code…
device-redeem-title = Redeem a code from another device
device-redeem-text = It was copied in Keybearer there, under the same client. It is worth one token for this computer, and only for a short time.
device-code = Code
device-redeem-yes = Redeem
client-in-use-note = A client can be deleted once no account uses it.
client-unused-note = No account uses it.
replace-title = Replace the client secret
replace-text = { $count ->
    [0] Paste the new secret from the platform. No account uses this client.
    [one] Paste the new secret from the platform. It is used for { $count } account from then on.
   *[other] Paste the new secret from the platform. It is used for { $count } accounts from then on.
}
replace-pair-title = Replace the keys
replace-pair-text = Enter what the console shows after regenerating. Tokens that were made with an older { $id } are dead from then on.
replace-field = New secret
replace-yes = Replace
secret-replaced = Secret replaced.
ask-client-title = Delete the client { $name }?
ask-client-text = Its id and secret are deleted from this computer. The platform is not told.
ask-client-yes = Delete

## What breaks next

next-title = What breaks next
next-sub = What needs you stands first; what looks after itself stands last.
next-need = { $count ->
    [one] { $count } account needs you
   *[other] { $count } accounts need you
}
next-calm = Nothing needs you now.
next-group-now = Needs you now
next-group-login = Only a login renews these
next-group-later = Tried again by itself
next-group-itself = Renews by itself
next-group-endless = { $count } more without a date
next-group-paused = { $count } more that another computer keeps alive
next-dead = log in again: no longer valid
next-ended = log in again: ended { $day }
next-unstored = in memory only, until the store opens
next-login = log in again by { $day }
next-data = access to its data ends { $day }, unless you log in again
next-later = renewing failed, tried again { $when }: { $why }
next-itself = renews itself on { $day }
next-demand = renews itself when used; unused, on { $day }
next-itself-now = about to renew itself
next-itself-store = renews itself once the store is open
next-endless = does not end
next-unknown = nobody said when it ends
next-paused = another computer keeps it alive
next-calendar = Save the dates as a calendar
next-calendar-none = There are no dates for a calendar: nothing here waits for a login on a certain day.
next-calendar-saved = Saved as { $path }. Open it with your calendar.
refresh-all = Refresh long-lived tokens
refresh-asking = Asking the platforms…
refresh-progress = Renewing: { $done } of { $all } done
refresh-none = Nothing can be renewed now.
refresh-done = { $renewed } of { $all } renewed
refresh-close = Close these lines
outcome-renewed = renewed
outcome-later = did not work, tried again { $when }
outcome-needs-you = needs you

## When the window is closed

close-title = Close the window?
close-renews = { $count ->
    [one] { $count } account renews by itself, but only while Keybearer runs. In the background it goes on doing so.
   *[other] { $count } accounts renew by themselves, but only while Keybearer runs. In the background it goes on doing so.
}
close-reminds = No account here renews by itself. In the background, Keybearer can still remind you before a login is due.
close-idle = No account here renews by itself, so nothing is missed when Keybearer does not run.
close-remembered = Your answer is remembered. You can change it in Settings.
close-trayless = This desktop shows no tray. Start Keybearer once more, and its window comes back.
close-keep = Keep running in the tray
close-keep-trayless = Keep running
close-quit = Quit
close-stay = Stay open

## Settings

language = Language
language-system = Same as the system
language-en = English
language-zh-Hans = 简体中文
language-zh-Hant = 繁體中文
theme = Appearance
theme-system = Same as the system
theme-light = Light
theme-dark = Dark
away = In the background
on-close = When the window is closed
on-close-ask = Ask
on-close-keep = Keep running in the background
on-close-quit = Quit
autostart = Start with the session, hidden
autostart-help = Keybearer then waits in the background and keeps tokens alive.
command-line = The command line
command-line-text = The command keybearer comes with this app. A link in /usr/local/bin lets every terminal find it.
command-line-install = Install command line
command-line-installed = Every terminal finds the command keybearer.
command-line-by-hand = macOS lets only an administrator write there. Type this into a terminal instead:
tests = Do the ways home work on this machine?
test = Test
test-loopback-text = Sends a request to a local address, as a browser would.
test-https-loopback-text = Sends a request to the local https address and checks the certificate.
test-private-use-scheme-text = Asks the system to open a link that belongs to Keybearer.
test-runs = Testing…
test-ok = It works.
test-failed = It did not come home.
diagnostics = Copy diagnostics
diagnostics-copied = Diagnostics copied. They hold no secrets.
version = Keybearer { $version }
updates = Updates
check-updates = Check for a newer version once a day
check-updates-help = Keybearer asks github.com for the newest version, sends nothing but its own version number, and downloads nothing.
update-out = Version { $version } is out.
update-open = Open the release page

## The page that the browser ends on (written by Rust)

page-done-title = Connected
page-done-text = You can close this tab and go back to Keybearer.
page-denied-title = Not allowed
page-denied-text = You said no, and nothing was stored. You can close this tab and go back to Keybearer.
page-failed-title = That did not work
page-failed-text = Keybearer says why, and what to press. You can close this tab.
page-already-title = Already done
page-already-text = This answer has already arrived. You can close this tab and go back to Keybearer.
page-nobody-title = Nobody waits here
page-nobody-text = No login waits for this address; it may be an old one. Go back to Keybearer and start again.
page-unsaid-title = Keybearer does not know which login this is for
page-unsaid-text = The answer doesn’t say which login it belongs to, so Keybearer didn’t use it. Your login is still waiting: go back to Keybearer for the next step.
page-bad-title = Not understood
page-bad-text = This request was not understood. The login still waits; go back to your browser’s consent page or to Keybearer.

## Errors: the server

error-server-name-invalid = “{ $typed }” is not the name of a server.
    .means = { $got ->
        [none] A server has a name such as social.example; a handle such as @me@social.example will do too.
       *[other] A server’s name can’t contain this character: { $got }. A name looks like social.example.
    }
    .press = Change the name and press Next.
    .type = Type the name as in `-a server=social.example`.
error-server-not-https = “{ $typed }” is not an https address.
    .means = Over plain http, anybody on the way could read your token.
    .press = Type the server’s name without http:// and press Next.
    .type = Type the server’s name without http://, as in `-a server=social.example`.
error-server-not-found = There is no server called { $host }.
    .means = The name is not known on the internet. There may be a typing error in it, or this computer is offline.
    .press = Check the name and press Next.
    .type = Check the name, then run the command again. `keybearer doctor` looks at the network.
error-server-unreachable = { $host } does not answer.
    .means = The server may be down, or something between you and it blocks the way.
    .press = Wait a little, then press Try again.
    .type = Wait a little, then run the command again. `keybearer doctor` looks at the network.
error-server-tls = { $host } could not prove that it is { $host }.
    .means = Its certificate is out of date, for another name, or not trusted by this computer. A login here could be listened to.
    .press = Check the name and this computer’s clock. If both are right, ask the server’s admin.
    .type = Check the name and this computer’s clock; `keybearer doctor` looks at it. If both are right, ask the server’s admin.
error-server-unknown = { $host } answers, but not as a server Keybearer can log in to.
    .means = It does not speak the Mastodon API. It may be a plain website, or another kind of platform.
    .press = Check the name, or choose another platform.
error-server-under-path = The server at { $host } is under the path { $path }.
    .means = Keybearer can only log in to a server that has a host name of its own.
    .press = Choose another server, or ask the administrator of this one for an address without a path.
error-proxy-invalid = { $variable } isn’t a proxy address.
    .means = Keybearer never goes around a proxy that is set, so nothing was sent.
    .means = Where a proxy is set, Keybearer never goes around it, so nothing was sent.
    .press = Set { $variable } to an address like http://proxy.example:3128 or socks5h://127.0.0.1:1080, with special characters in the password percent-encoded, or unset it; then restart Keybearer.
    .type = Set { $variable } to an address like http://proxy.example:3128 or socks5h://127.0.0.1:1080, with special characters in the password percent-encoded, or unset it; then run the command again.
error-proxy-unreachable = { $proxy ->
    [system] The system’s proxy doesn’t answer.
   *[other] The proxy { $proxy } doesn’t answer.
}
    .means = Everything goes through this proxy and never around it, so nothing was sent.
    .press = Start the proxy or connect to its network, then press Try again. If you no longer use it, remove it from the environment and restart Keybearer.
    .type = Start the proxy or connect to its network, then run the command again. If you no longer use it, unset its variable.
error-proxy-denied = { $proxy ->
    [system] The system’s proxy asks for a user name and password.
   *[other] The proxy { $proxy } asks for a user name and password.
}
    .means = Keybearer sent none, or the wrong ones. Nothing was sent to a platform, and your tokens are fine.
    .press = Put them into the proxy’s address in the environment (http://NAME:PASSWORD@HOST:PORT), then restart Keybearer.
    .type = Put them into the proxy’s address in the environment (http://NAME:PASSWORD@HOST:PORT), then run the command again.
error-proxy-refused = { $proxy ->
    [system] The system’s proxy didn’t connect to { $host }.
   *[other] The proxy { $proxy } didn’t connect to { $host }.
}
    .means = The proxy answers, but it doesn’t allow this host or can’t reach it. Nothing was sent to { $host }.
    .press = Wait a little and press Try again. If this goes on, ask the proxy’s administrator to allow { $host }.
    .type = Wait a little and run the command again. If this goes on, ask the proxy’s administrator to allow { $host }.
error-registration-refused = { $host } did not want to register a client{ $status ->
    [none] .
   *[other] { " " }(status { $status }).
}
    .means = Some servers allow only a few registrations in ten minutes, and some do not allow it at all.
    .press = Wait ten minutes, then press Try again.
    .type = Wait ten minutes, then run the command again.

## Errors: the way to the browser and home

error-port-taken = Port { $port } is in use{ $owner ->
    [none] .
   *[other] { " " }by { $owner }.
}
    .means = The answer has to come home to exactly this port, so the browser was not opened.
    .press = Close the other program and press Try again, or choose another door.
    .type = Close the other program and run the command again, or choose another way home by `--redirect`.
error-redirect-unavailable = This way home does not work on this machine: { $redirect ->
    [loopback] loopback.
    [localhost] localhost.
    [https-loopback] https loopback.
    [private-use-scheme] deep link.
    [relay] relay page.
    [paste] pasted address.
    [out-of-band] code or PIN.
   *[other] { $redirect }.
}
    .means = The system did not let Keybearer listen, or does not hand such links to it.
    .press = Choose another door. A pasted address works everywhere.
    .type = Choose another way home by `--redirect`. `--redirect paste` works everywhere.
error-browser-not-opened = No browser could be opened.
    .means = The system knows no program for web addresses, or refused to start it.
    .press = Copy the link and open it in a browser of your choice, or press Open again.
    .type = Open the address above in any browser, also on another machine; what comes back can be pasted here.
error-denied = You did not allow it.
    .means = The platform says that consent was refused. Nothing was stored.
    .press = If that was a slip, press Try again.
    .type = If that was a slip, run the command again.
error-cancelled = You cancelled.
    .means = Nothing was stored. Should the browser still ask, close its tab.
    .press = Press Try again to start over; everything you typed is kept.
    .type = Run the command again to start over.
error-timed-out = No answer came within { $minutes ->
    [one] { $minutes } minute.
   *[other] { $minutes } minutes.
}
    .means = The consent page was not finished, or its answer did not find its way home.
    .press = Press Try again. If the browser ended on an error page, choose another door.
    .type = Run the command again. If the browser ended on an error page, choose another way home by `--redirect`.
error-nobody-waits = Nobody waits for this answer.
    .means = It belongs to a login that has ended, or that was begun elsewhere.
    .press = Start the login again.
error-denied-without-state = The platform seems to say that you refused.
    .means = The message does not say which login it is about, so this one waits on.
    .press = If it was you, press Cancel. If not, finish in the browser.
    .type = If it was you, end this with Ctrl-C. If not, finish in the browser.
error-answer-without-state = An answer came, but it doesn’t say which login it is for.
    .means = Anyone can send such an answer, so Keybearer didn’t use it. This login is still waiting.
    .press = If your browser’s address has code= in it, copy only the code that follows, paste it here and press Use it.
    .type = If your browser’s address has code= in it, copy only the code that follows and paste it here.
error-issuer-mismatch = The answer came from { $got }, not from { $expected }.
    .means = Another server may have tried to slip in its own answer. Nothing was stored.
    .press = Press Try again and check the address in the browser before you allow anything.
    .type = Run the command again and check the address in the browser before you allow anything.
error-issuer-missing = { $expected } says that it names itself in its answers, but it didn’t.
    .means = Several servers answer at this redirect address, so Keybearer can’t tell which of them this answer is from. Nothing was stored.
    .press = Press Choose another door, then pick this computer’s own address or a code that you copy.
    .type = Run the command again with another redirect address: `--redirect loopback` or `--redirect out-of-band`.

## Errors: the paste box

error-paste-empty = There is nothing to use yet.
    .means = The box is empty.
    .press = Copy the browser’s whole address or the code, and paste it here.
error-paste-authorize-page = This is the address of the consent page.
    .means = The answer is in the address after it, once you have allowed access.
    .press = Allow access first, then copy the address of the page that follows.
error-paste-token = This looks like a token, not like a code.
    .means = A code is short-lived and is shown after consent; a token is what it will be exchanged for.
    .press = Paste the code or the address from the browser.
error-paste-other-address = This address belongs to another place.
    .means = The answer to this login begins with { $expected }
    .press = Copy the address of the page that the browser ended on.
error-paste-wrong-state = This answer belongs to another login.
    .means = It may be from an earlier try, or from another window.
    .press = Finish the consent page that was opened last, and copy its address.
error-paste-no-state = This address has a code, but does not say which login it is for.
    .means = Such an address may come from another person’s login, so Keybearer doesn’t use it as a whole.
    .press = If it is from the consent page that was opened last, copy only the code that follows code=.
error-paste-no-code = There is no code in this address.
    .means = The browser may not have reached the last page yet, or the address was cut off.
    .press = Copy the whole address of the last page.
error-redirect-differs = { $difference ->
    [slash] Only a slash at the end is different.
    [scheme] The part before “://” is different.
    [host] The host is different.
    [port] The port is different.
    [path] The part after the host is different.
   *[other] The two addresses are not the same.
}
    .means = The console shows { $shown }
    .press = It has to be { $expected }
error-relay-not-https = “{ $typed }” is not the https address of a page.
    .means = A relay page needs https, and its address has neither “?” nor “#” in it.
    .press = Correct the address and press Check.
error-relay-differs = The page at { $url } is not Keybearer’s relay page.
    .means = It is another page, an older one, or the host has added something of its own.
    .press = Save the page once more, upload it unchanged and press Check.
error-relay-missing = There is no relay page yet.
    .means = This way home needs a page of yours, and its address is not known here.
    .press = Set it up in Settings, or choose another door.
    .type = Choose another way home by `--redirect`. A relay page is set up in the window.
error-relay-exposed = This way home is not safe for this client.
    .means = It has no secret, and the platform knows no PKCE: whoever reads the code on its way could use it.
    .press = Choose another door.
    .type = Choose another way home by `--redirect`.
error-certificate-store = Your certificate store could not be changed.
    .means = The tool for it is missing, or the system refused. Nothing depends on it: the browser warns once instead.
    .press = Go on without it and click through the warning.

## Errors: what the platform refused

error-wrong-app-id = The platform does not know this app id.
    .means = One app can have several ids, one for each product; the one at the top of the dashboard is often not the right one.
    .press = Copy the product’s own id in the console, change it here and connect again.
    .type = Copy the product’s own id in the console and log in with it: `-a client_id=ID`.
error-redirect-not-registered = The platform does not know the address to come home to.
    .means = This address has to stand in its console, letter by letter: { $redirect_uri }
    .press = Add it there, save, and press Try again; or choose another door.
    .type = Add it there, save, and run the command again; or choose another way home by `--redirect`.
error-redirect-mismatch = The address to come home to was not the same twice.
    .means = The platform compares it letter by letter, to the last slash: { $redirect_uri }
    .press = Press Try again, or choose another door.
    .type = Run the command again, or choose another way home by `--redirect`.
error-code-spent = The code no longer holds.
    .means = A code works once and only for a short time; it may have been used already.
    .press = Press Try again and finish without a long pause.
    .type = Run the command again and finish without a long pause.
error-not-a-tester = Your account may not use this app yet.
    .means = While an app is in development, only people with a role in it can log in, and only after they have accepted the invitation.
    .press = Add yourself as a tester in the console, accept the invitation in the platform’s own settings, then press Try again.
    .type = Add yourself as a tester in the console, accept the invitation in the platform’s own settings, then run the command again.
error-client-auth = The platform did not accept the client.
    .means = The client secret is wrong or was renewed, or the server has forgotten the client.
    .press = Replace the secret under Clients, or log in with a new client.
    .type = Log in with a new client: `keybearer login PROVIDER`. The secret of one that is kept is replaced in the window.
error-token-dead = The platform no longer accepts this token.
    .means = It was revoked, or the password was changed, or the app was removed.
    .press = Log in again.
    .type = Log in again: `keybearer login PROVIDER`, or `keybearer token NAME --login`.
error-hosts-changed = { $provider } sends to other hosts than before.
    .means = Its file was changed since this token or this app was kept. Nothing was sent there.
    .press = If the change is right, delete this account here and log in again. If not, restore the file.
    .type = If the change is right, delete this account in the window and log in again: `keybearer login PROVIDER`. If not, restore the file.
error-token-unknown = No platform knows this token.
    .means = It may be cut off, ended, or of a platform that Keybearer cannot ask.
    .press = Paste it once more, name its platform, or keep it under a name.
error-several-tokens = There is more than one token in what was pasted.
    .means = Keybearer does not guess which one is meant. Nothing was sent and nothing was kept.
    .press = Paste one of them alone.
error-token-expired = The token has ended.
    .means = A token can be renewed only while it still works; it was not sent anywhere.
    .press = Log in again.
    .type = Log in again: `keybearer login PROVIDER`, or `keybearer token NAME --login`.
error-not-renewable = This token cannot be renewed without you.
    .means = The platform wants a new consent for a new token.
    .press = Log in again before it ends.
    .type = Log in again before it ends: `keybearer login PROVIDER`.
error-not-extended = The platform answered, but did not give the token a longer life.
    .means = The token that you have goes on working until its day.
    .press = Log in again before it ends.
    .type = Log in again before it ends: `keybearer login PROVIDER`.
error-interrupted = A renewal was interrupted.
    .means = The old token was spent, and the new one never arrived here.
    .press = Log in again.
    .type = Log in again: `keybearer login PROVIDER`, or `keybearer token NAME --login`.
error-paused = Another computer keeps this token alive.
    .means = It was moved there, or copied from there. Two computers that both renew it may end it for both.
    .press = Copy it there. If no other computer keeps it alive any more, press Keep it alive here.
    .type = Ask for it on that computer. If no other computer keeps it alive any more, have this one do so, in the window.
error-clock-wrong = This computer’s clock is { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
} { $direction ->
    [ahead] ahead.
   *[behind] behind.
}
    .means = Each request carries the time, and the platform refuses one that is far off.
    .press = Let the system set the clock, then press Try again.
    .type = Let the system set the clock, then run the command again.
error-checkpoint = The platform wants to check that it is you.
    .means = It has locked the account until you finish a security check there.
    .press = Sign in at the platform’s website, finish the check, then press Try again.
    .type = Sign in at the platform’s website, finish the check, then run the command again.
error-email-unconfirmed = The account’s e-mail address is not confirmed yet.
    .means = Until it is, the server accepts nothing from this account. The token itself is good.
    .press = Open the link in the server’s confirmation e-mail, then press Try again.
    .type = Open the link in the server’s confirmation e-mail, then run the command again.
error-account-pending = The account is still waiting for the server’s approval.
    .means = The server’s administrators review new accounts first. The token itself is good.
    .press = Wait for their e-mail, then press Try again.
    .type = Wait for their e-mail, then run the command again.
error-account-suspended = The server has suspended or disabled this account.
    .means = Its token can do nothing until the server lifts that.
    .press = Sign in at the server’s website to see the reason, or write to its administrators.
error-missing-permission = The token is not allowed to do this.
    .means = A permission was not ticked, or was taken away at the consent page.
    .press = Log in again and leave it ticked.
    .type = Log in again and leave it ticked: `keybearer login PROVIDER`.
error-enrolment-or-payment = The platform asks for an enrolment or a payment first.
    .means = The app is not in a plan that allows this call, or its credit is used up.
    .press = Settle it in the platform’s console, then press Try again.
    .type = Settle it in the platform’s console, then run the command again.
error-renewal-not-needed = This token needs no renewal yet.
    .means = { $rotates ->
        [no] { $provider } would renew it now; Keybearer does so by itself when the token is needed.
       *[yes] { $provider } would renew it now, but each renewal ends the previous token, so Keybearer waits until it is needed.
    }
    .press = To renew it all the same, press Renew now, then Renew anyway.
    .type = To renew it all the same: `keybearer refresh NAME --anyway`.
error-too-young = The token is too young to be renewed.
    .means = Before that, the platform refuses to renew it, or doesn’t extend it.
    .press = Nothing to press; try it again later.
    .type = Nothing to do; the same command works later.
error-rate-limited = Too many requests in a short time.
    .means = { $seconds ->
        [none] The platform does not say for how long.
        [one] The platform asks to wait { $seconds } second.
       *[other] The platform asks to wait { $seconds } seconds.
    }
    .press = Wait, then press Try again.
    .type = Wait, then run the command again.
error-transient = The platform has a problem of its own{ $status ->
    [none] .
   *[other] { " " }(status { $status }).
}
    .means = Such things usually pass within minutes.
    .press = Press Try again in a moment.
    .type = Run the command again in a moment.
error-answer-unreadable = The platform’s answer could not be read: { $what }.
    .means = It may be an error page, or the server speaks in a way of its own.
    .press = Press Try again. If it stays so, copy the diagnostics in Settings.
    .type = Run the command again. If it stays so, `keybearer doctor` looks at who answers.
error-answer-too-large = The platform’s answer was far too large: { $what }.
    .means = No right answer is that long, so reading was stopped.
    .press = Check the server’s name, then press Try again.
    .type = Check the server’s name, then run the command again.
error-proxy-password = Something in front of { $host } asks for its own password.
    .means = A proxy or a web server answered, not the API, so this says nothing about your token. Nothing has changed here.
    .press = Sign in to that proxy, or ask the server’s administrator, then press Try again.
    .type = Sign in to that proxy, or ask the server’s administrator, then run the command again.
error-bot-check = Something in front of { $host } checks whether you are a person.
    .means = A bot check answered, not the API, so this says nothing about your token or its permissions.
    .press = Wait a while, then press Try again. If this goes on, ask the server’s administrator to let programs use its API.
    .type = Wait a while, then run the command again. If this goes on, ask the server’s administrator to let programs use its API.
error-captive-portal = A sign-in page answered in place of { $host }.
    .means = This network, or a proxy in front of the server, wants people to sign in first. Nothing has changed here.
    .press = Open any website in your browser, sign in there, then press Try again.
    .type = Open any website in your browser, sign in there, then run the command again.
error-web-page = { $host } answered with a web page instead of its API (HTTP { $status }).
    .means = A server in between may be in trouble. This says nothing about your token, and nothing has changed here.
    .press = Wait a while, then press Try again.
    .type = Wait a while, then run the command again.
error-redirected = The server redirected the request to { $host }.
    .means = Keybearer never sends secrets to another address, so nothing went there. It may be a sign-in page of your network.
    .press = If { $host } is the real server, type that name. If it is a sign-in page, sign in there in your browser, then press Try again.
    .type = If { $host } is the real server, log in with that name. If it is a sign-in page, sign in there in your browser, then run the command again.
error-silent-refusal = { $host } refused the request without a reason (HTTP { $status }).
    .means = A server in between may have refused it. Nothing has changed here, and tokens that are kept can still be used.
    .press = Wait a while, then press Try again.
    .type = Wait a while, then run the command again.
error-silent-refusals = The server refuses and does not say why.
    .means = { $host } has refused this token for at least a day. The token may be over, or a server in front of it refuses. Keybearer keeps the token, renews it and hands it out as before.
    .press = Log in again if this is new.
    .type = Log in again if this is new: `keybearer login PROVIDER`.
error-refused = The platform refused{ $status ->
    [none] .
   *[other] { " " }(status { $status }).
}
    .means = It gave a reason that Keybearer does not know.
    .press = Read its own words below, then press Try again.
    .type = Read its own words below, then run the command again.
error-offline = This computer is offline.
    .means = No server could be reached at all.
    .press = Connect to a network, then press Try again.
    .type = Connect to a network, then run the command again.

## Errors: where secrets are kept

error-keychain-missing = There is no keychain on this machine.
    .means = Without one, secrets need a sealed file.
    .press = Choose where secrets are kept.
    .type = `keybearer login PROVIDER` makes that file; its passphrase is asked for at the terminal, or read by `--passphrase-fd N`.
error-keychain-locked = The keychain is locked.
    .means = Nothing can be read from it or stored in it until it is open.
    .press = Unlock it, then press Try again.
    .type = Unlock it, then run the command again.
error-keychain-silent = The keychain does not answer.
    .means = The system’s keychain is there, but it hangs. Nothing is lost: what it did not take is kept in memory.
    .press = Restart it, or log out of the system and in again, then press Try again.
    .type = Restart it, or log out of the system and in again, then run the command again.
error-keychain-refused = The keychain refused.
    .means = The system did not let Keybearer read or write there, or its prompt was dismissed.
    .press = Press Try again and allow it when the system asks.
    .type = Run the command again and allow it when the system asks.
error-passphrase-wrong = This passphrase does not open the file.
    .means = The file is unharmed.
    .press = Type it again; mind capital letters and the keyboard’s language.
    .type = Run the command again; mind capital letters and the keyboard’s language.
error-passphrase-needed = The sealed file is closed.
    .means = Its passphrase is needed before a secret can be read or stored.
    .press = Open it in Settings.
    .type = Type it at the terminal, or give it by `--passphrase-fd N`.
error-passphrase-short = This passphrase is too short.
    .means = Short ones can be guessed by whoever gets hold of the file.
    .press = Take at least 8 characters; a few words are best.
error-secret-missing = The token is not in the store.
    .means = The account is known here, but the store holds no token for it. Somebody may have deleted it there, or changed it.
    .press = Log in again.
    .type = Log in again: `keybearer login PROVIDER`, or `keybearer token NAME --login`.
error-file-foreign = This file is not one of Keybearer’s.
    .means = It was made by something else, or is another kind of file.
    .press = Choose the file that Move or Copy wrote; its name begins and ends with “keybearer”.
error-file-damaged = This file is not whole.
    .means = Something of it is missing or was changed on the way. Nothing was taken from it.
    .press = Bring it over once more, or write it anew on the other computer.
error-file-newer = This file was written by a newer Keybearer.
    .means = This version cannot read its form. Nothing was taken from it.
    .press = Install the newer version here.
error-delivery-unknown = This delivery is not there any more.
    .means = It was removed, perhaps in another window.
    .press = Add it again if you still want it.
error-delivery-unconfirmed = This delivery is off until you confirm it.
    .means = It is not what you confirmed: it was changed outside Keybearer, came from another computer, or its file leads elsewhere now. Nothing was sent.
    .press = Press Confirm and read where the token would go, or remove it.
    .type = Confirm it in the window, where you read where the token would go, or remove it there.
error-env-line-unclear = Nothing was written: programs read line { $line } of the .env file differently.
    .means = { $why ->
        [comment] For systemd and docker, the comment after the value is part of the value.
        [words] The same line has a second assignment or a command, which would be lost or run.
        [quotes] There is a quote in the middle of the value, or one that doesn’t close where it seems to. For some programs the value goes on in the next lines.
        [continued] It ends with a backslash, a pipe or a here-document. For some programs the next line belongs to it.
        [blanks] With spaces around the equals sign, a shell takes the line for a command.
        [computed] A shell computes the value, or a character in it means something else there; other programs read it as it is written.
        [used] Another line sets or uses the same key and would change too.
        [command] It is not NAME=value. A shell runs it, and other programs skip it.
        [encoding] The file is not plain UTF-8, or it has characters that some programs take for a line break.
        [ends] Some lines have Windows line endings and others don’t. For a shell, the carriage return is part of the value.
       *[other] Another program would read another value there.
    }
    .press = Write that line as NAME=value with nothing else on it, and save the file as UTF-8; then press Deliver now. Or deliver to a file that holds the token alone.
    .type = Write that line as NAME=value with nothing else on it, and save the file as UTF-8; then `keybearer deliver NAME`. Or deliver to a file that holds the token alone.
error-file-sealed = Another program encrypts this file: { $by }.
    .means = The token would be there in clear text beside the encrypted content, and could make the file unreadable. Nothing was written.
    .press = Deliver to that program instead, so that it encrypts the token: remove this delivery and add the other one. Or choose another file.
    .type = Deliver to that program instead, so that it encrypts the token: in the window, remove this delivery and add the other one. Or choose another file there.
error-env-file-foreign = This file is not a .env file.
    .means = { $kind ->
        [json] It is JSON.
        [yaml] It is YAML.
        [sections] It has sections, like TOML, INI or a systemd unit.
        [key] It is a key or a certificate.
        [markup] It is XML or HTML.
        [program] It is a program or a script.
        [binary] It is not text.
       *[other] It is something else.
    } A token written into it would damage it. Nothing was written.
    .press = Remove this delivery and add one to a .env file, to a file that holds the token alone, or to a program that changes this file.
    .type = In the window, remove this delivery and add one to a .env file, to a file that holds the token alone, or to a program that changes this file.
error-delivery-unseen = { $target } does not show what was sent.
    .means = It said yes, but a look afterwards did not find the token of now there.
    .press = Press Deliver now. If it stays so, look at the other side.
    .type = Deliver it again: `keybearer deliver NAME`. If it stays so, look at the other side.
error-delivery-denied = { $host } does not take the credential (status { $status }).
    .means = The credential for this delivery is wrong, has ended, or may not write there. The account’s token is fine.
    .press = Make a new credential there, then add the same delivery again with it.
    .type = Make a new credential there, then add the same delivery again with it, in the window.
error-delivery-nowhere = { $host } knows no such place.
    .means = A name is wrong, or the credential may not see it.
    .press = Compare the names with the other side, then remove this delivery and add the right one.
    .type = Compare the names with the other side, then remove this delivery in the window and add the right one.
error-delivery-refused = { $host } refused (status { $status }).
    .means = It understood who asks, and does not want what was asked.
    .press = Read its own words below, then press Deliver now.
    .type = Read its own words below, then deliver again: `keybearer deliver NAME`.
error-delivery-conflict = Somebody else keeps writing to the same secret at { $host }.
    .means = Keybearer writes only over what it has just read, and each time somebody was quicker.
    .press = Find the other writer, or give this key a path of its own; then press Deliver now.
    .type = Find the other writer, or give this key a path of its own; then deliver again: `keybearer deliver NAME`.
error-delivery-moved = { $place } is called { $now } now.
    .means = The repository was renamed or has a new owner. Keybearer doesn’t follow by itself, so nothing was sent.
    .press = If { $now } is yours, remove this delivery and add one for { $now }.
    .type = If { $now } is yours, remove this delivery in the window and add one for { $now }.
error-delivery-replaced = { $place } is another repository now.
    .means = The name belongs to a different repository than the one you confirmed, so nothing was sent.
    .press = Look at it on GitHub. If it’s the right one, remove this delivery and add it again.
    .type = Look at it on GitHub. If it’s the right one, remove this delivery in the window and add it again.
error-delivery-sso = { $host } wants this credential authorized for single sign-on.
    .means = The organization lets a credential in only after you’ve authorized it there. The account’s token is fine.
    .press = Open the address below, or the credential’s page on GitHub under Configure SSO, and authorize it; then press Deliver now.
    .type = Open the address below, or the credential’s page on GitHub under Configure SSO, and authorize it; then run `keybearer deliver NAME`.
error-delivery-blind = The secret at { $host } has other keys that this credential can’t read.
    .means = Replacing the whole secret would delete them, so nothing was written.
    .press = Let the credential’s policy patch this path (or read and update it), then press Deliver now.
    .type = Let the credential’s policy patch this path (or read and update it), then run `keybearer deliver NAME`.
error-delivery-standby = { $host } sends its clients on to { $node }.
    .means = It doesn’t name { $node } as the active node of its cluster, so the vault’s credential and the token weren’t sent there.
    .press = If { $node } belongs to your vault, remove this delivery and add one with that address.
    .type = If { $node } belongs to your vault, remove this delivery in the window and add one with that address.
error-command-missing = { $program } could not be started.
    .means = There is no such program, or it may not be run.
    .press = Check the program’s path, then remove this delivery and add the right one.
    .type = Check the program’s path, then remove this delivery in the window and add the right one.
error-command-failed = { $program } ended with { $status }.
    .means = The program was given the token and said that it did not work.
    .press = Read its own words below, then press Deliver now.
    .type = Read its own words below, then deliver again: `keybearer deliver NAME`.
error-command-slow = { $program } did not end within { $seconds } seconds.
    .means = It was stopped, with everything it had started.
    .press = See that it ends by itself and asks nothing, then press Deliver now.
    .type = See that it ends by itself and asks nothing, then deliver again: `keybearer deliver NAME`.

## Errors: Keybearer itself

error-book-newer = Your data was written by a newer Keybearer.
    .means = It can be looked at, but nothing is changed, so that nothing is lost. The file: { $path }
    .press = Install the newer version.
error-book-unreadable = The list of accounts could not be read.
    .means = The file is damaged. Your tokens are kept elsewhere and are unharmed. The file: { $path }
    .press = Copy the diagnostics in Settings; a backup lies beside the file.
    .type = A backup lies beside the file.
error-disk = The disk did not take what was to be written.
    .means = It may be full, or the folder may not be yours. The place: { $path }
    .press = Make room or check the folder, then press Try again.
    .type = Make room or check the folder, then run the command again.
error-no-locks = { $path } can’t be locked.
    .means = The folder’s file system has no locks (some network and FUSE folders don’t), and this computer offers no folder of its own to lock instead. Without a lock two programs could use up the same token at once, so nothing was done.
    .press = Move Keybearer’s data to a folder on this computer’s own disk, or set XDG_RUNTIME_DIR to a folder of yours, and start Keybearer again.
    .type = Move Keybearer’s data to a folder on this computer’s own disk, or set XDG_RUNTIME_DIR to a folder of yours, and run the command again.
error-folder-elsewhere = Another computer uses the data in { $path }.
    .means = The folder’s file system has no locks, so two computers can’t see what the other one is doing and could use up the same token at once. Nothing was done.
    .press = Use a folder on this computer’s own disk. If the other computer no longer uses this one, delete the file locks/computer in it and start Keybearer again.
    .type = Use a folder on this computer’s own disk. If the other computer no longer uses this one, delete the file locks/computer in it and run the command again.
error-account-unknown = This account is no longer here.
    .means = It may have been deleted in another window.
    .press = Choose another account on the left.
    .type = `keybearer list` shows the accounts that are here.
error-client-unknown = This client is no longer here.
    .means = It may have been deleted in another window.
    .press = Choose another client, or make a new one.
    .type = Choose another by `--client`, or make a new one without it.
error-client-in-use = This client still has accounts.
    .means = Their tokens could no longer be revoked without it.
    .press = Revoke or delete its accounts first.
error-login-unknown = This login is over.
    .means = It has ended or was cancelled.
    .press = Press Try again.
    .type = Run the command again.
error-provider-unknown = There is no platform “{ $id }” here.
    .means = Its file was removed or renamed.
    .press = Put the file back and start Keybearer again.
    .type = Put the file back and run the command again.
error-practice-over = The practice platform no longer runs.
    .means = It lives only while it is used; what it gave out ends with it.
    .press = Add a new practice account whenever you like.
error-provider-file = The platform file { $file } was not taken.
    .means = Something in it is not as the format wants it.
    .press = Read the reason below, correct the file and start Keybearer again.
    .type = Read the reason below and correct the file.
error-input-invalid = Something that was typed cannot be used: { $field ->
    [token] the token.
    [code] the code.
    [name] the name.
    [client_id] the app’s id.
    [client_type] the type of app.
    [client_secret] the app’s secret.
    [secret] the secret.
    [access_token] the access token.
    [token_secret] the access token secret.
    [redirect] the way home.
    [url] the address of the server. Write it as it is sent: https, small letters, other scripts as xn--.
    [api] the address of the API. Write it as it is sent: https, small letters, other scripts as xn--.
    [words] the program or its arguments.
   *[other] { $field }.
}
    .means = It is empty, too long or has the wrong form.
    .press = Change it and press Try again.
    .type = Change it and run the command again.
error-already-running = Keybearer is already running.
    .means = Two at once would get in each other’s way.
    .press = Go to the window that is open.
error-clipboard = The clipboard could not be used.
    .means = The system did not let Keybearer write to it.
    .press = Press Show and copy by hand.
error-internal = Something went wrong inside Keybearer.
    .means = This should not happen. Your tokens are not touched by it.
    .press = Press Try again. If it stays so, copy the diagnostics in Settings.
    .type = Run the command again. If it stays so, report it with what it says here.
error-unknown = Something went wrong: { $code }.
    .means = This version has no words for it.
    .press = Press Try again. If it stays so, copy the diagnostics in Settings.
    .type = Run the command again. If it stays so, report it with what it says here.

calendar-entry = Log in again

## The tray and notifications; `%n` is a number that the shell puts in

tray-copy = Copy token
tray-renew = Refresh now
tray-open-account = Open
tray-refresh = Refresh long-lived tokens
tray-open = Open Keybearer
tray-quit = Quit
tray-more = More in the window…
tray-locked = Locked – open Keybearer to unlock
tray-soon = under an hour
tray-hour = 1 hour
tray-hours = %n hours
tray-day = 1 day
tray-days = %n days

notice-open = Open
notice-day = Log in again within a day, or its token stops working.
notice-days = Log in again within %n days, or its token stops working.
notice-locked = Keybearer is locked
notice-locked-body = Tokens wait to be renewed. Open Keybearer and unlock their store.
notice-refreshed = Long-lived tokens refreshed
notice-none = None of them needs it now.
notice-renewed = %n renewed
notice-renewed-one = It has a new token.
notice-later = %n to be tried again later
notice-needs-you = %n in need of you

## The command line

cli-no-account = No account is called { $name }.
cli-see-list = `keybearer list` shows the accounts.
cli-not-understood = The command line was not understood here: { $what } · `keybearer --help` has all of it.
cli-ambiguous = More than one account fits { $name }:
cli-unknown = “{ $word }” is not known here. Known are:
cli-unanswered = Nobody can be asked here. These are missing:
cli-system = The system said no. { $detail }
cli-passphrase = Passphrase of the sealed file:
cli-passphrase-new = A passphrase for them, at least 8 characters:
cli-passphrase-again = The same again:
cli-sealing = Tokens are kept in sealed files, which only your passphrase opens. One that is forgotten cannot be had back.
cli-empty = There is no account yet. `keybearer login PROVIDER` makes one.
cli-practice = practice, in the window only
cli-ended = ended
cli-on-demand = renewed when it is wanted
cli-renews = { $days } days, renews itself
cli-ends = { $days } days
cli-endless = does not end
cli-life-unknown = life unknown
cli-renamed = It was kept as { $before }.
cli-no-delivery = Nothing is to be delivered: add a delivery in the window.
cli-nothing-due = Nothing is due.
cli-lists-none = Keybearer knows no list of statuses at { $provider }.
cli-export-count = { $count } statuses, { $rate } a second
cli-export-wait = · waits { $seconds } s: { $why }
cli-export-done = { $count } statuses are in { $path }.
cli-export-part = { $count } statuses are kept beside it. The same command goes on from there within a day.
cli-export-partial = Partial: { $count } written to { $path }, { $skipped } skipped.
cli-export-partial-of = Partial: { $count } written to { $path }, { $skipped } skipped, { $expected } expected by the server’s own count.
cli-export-partial-out = Partial: { $count } written, { $skipped } skipped.
cli-export-partial-out-of = Partial: { $count } written, { $skipped } skipped, { $expected } expected by the server’s own count.
cli-type-code = Open this address, allow access at { $host }, and type the code that it shows here:
cli-paste-address = Open this address, allow access at { $host }, and paste the address here that the browser ends at:
cli-consent = Allow access at { $host }. If no browser has opened, open this address; the answer can be pasted here as well:
cli-unstored = The store does not take the token yet. It waits in memory: do not end this program.
cli-kept = Kept as { $name }.
cli-somebody-else = Allowed was { $name }, and { $expected } was meant. Nothing was kept.
cli-unvouched = The token is kept as { $name }. You named { $expected }, and that domain doesn’t confirm that this is its account.
cli-keep-other = You signed in as { $name }, but named { $expected }. That domain doesn’t say whether they are the same account. Keep the token? [y/n]
cli-forget-ask = Delete all that Keybearer keeps on this computer: accounts ({ $count }), tokens, apps and settings? Platforms are not told: tokens work until they end, unless you revoke them in the window first. [y/n]
cli-forget-unconfirmed = Nothing was deleted. It was not confirmed. Type y at the question, or add --yes.
cli-forget-at-work = Nothing was deleted. Keybearer is at work on this data: the app runs, or a login, an export, a renewal or a delivery is under way. Quit Keybearer and run this again.
cli-forget-done = Keybearer keeps nothing on this computer any more. Tokens work at their platforms until they end.
cli-forget-providers = Your own provider files are still in { $path }.
cli-provider-right = No faults.
cli-provider-address = A login would first open:
cli-forget-certificate = This computer still trusts the certificate “Keybearer on this computer”. Its key is deleted, so that nothing can use it. Delete it from the certificate store as well.
cli-interrupted = Ended.
cli-ending = A token is being won or renewed; this ends with it. Ctrl-C once more ends at once, and the token may be lost.
cli-lost = The store did not take a token that was just won. It was in this program only, and is gone with it: log in again.
cli-nobody-pastes = Nobody can paste the answer here: standard input is at its end. Run it where somebody can type.
cli-secret-typed = A secret on the command line can be read by every program on this computer. Write it into a file and say { $question }=@FILE.
cli-no-variable = “{ $name }” is no name for an environment variable: letters, digits and underscores, and no digit first.
cli-no-descriptor = --passphrase-fd { $number } cannot be read here. On Windows the number is 0, for standard input. Use --passphrase-fd 0.
cli-script = { $program } is a script. Windows starts programs only, and does not look for the one that runs a script. Type it first: `keybearer exec { $account } -- { $runs } { $program }`
cli-batch-argument = { $program } was not run. It is a batch file, and cmd.exe, which runs it, cannot take an argument with a line break. Leave the line break out, or call the program that the batch file calls.
cli-not-proved = The token is kept as { $name }, but the platform could not be asked whose it is. `keybearer whoami` asks again.
cli-would-lose = A token waits in this program's memory only. Ctrl-C once more ends the program and loses it.
cli-clock = clock
cli-clock-unknown = no server could be asked
cli-proxy = proxy
cli-proxy-by = { $proxy } (from { $variable })
cli-proxy-except = , not used for { $hosts }
cli-keychain-plain = the keychain has no encrypted session: tokens cross this session’s own bus unencrypted
cli-keychain-two = the keychain has more than one entry for a token: the newest one is used, and the next write removes the others
cli-locks-local = the data folder’s file system has no locks: this computer locks it in a folder of its own, and no other computer may use it
cli-signed-by = certificate by { $issuer }
cli-added-by = certificate by { $issuer }, which only this computer trusts
cli-added-means = This is right where the server is your company's or your own. Otherwise somebody in between, a company's proxy or a virus scanner, reads what is sent, tokens included.
cli-added-press = If you do not know { $issuer }, ask who looks after this network before you log in.
cli-loopback = way home by loopback
cli-browser = browser
cli-browser-none = no screen here: log in with --no-browser, open the address elsewhere and paste what comes back
cli-other = also

## Put it to use

use-title = Put it to use

use-try = Try it
use-try-hint = Ask the platform something and see that the token works.
use-try-call = What to ask
use-try-request = What will be sent
use-try-send = Send
use-try-wrong = This cannot be sent so.
use-try-number = A whole number from { $min } to { $max }.
use-try-answer = The answer
use-try-answered = answered
use-try-elsewhere = sent elsewhere, not followed
use-try-refused = refused
use-try-failed = trouble at the platform
use-try-ms = { $ms } ms
use-try-left = { $left } requests left
use-try-left-of = { $left } of { $limit } requests left
use-try-used = { $used } % of the limit used
use-try-wait = Come again in { $seconds } seconds
use-try-resets = all of them again { $when }
use-try-empty = The answer is empty.
use-try-find = Find in the answer
use-try-found =
    { $count ->
        [0] nothing found
        [one] found in 1 line
       *[other] found in { $count } lines
    }
use-try-copy = Copy answer
use-try-copied = Answer copied. Secrets in it are dots.
use-try-more = Show { $count } more lines
use-try-dots = Secrets are dots here, and in what is copied.
use-ask-title = Change something at { $platform }?
use-ask-text = This call does more than ask: { $what }. It cannot be taken back from here.
use-ask-yes = Send it

use-copy = Copy as
use-copy-hint = A header, a command, lines for a file.
use-copy-plain = The token by itself
    .means = Nothing else.
use-copy-header = Authorization header
    .means = For a tool that asks for headers.
use-copy-curl = curl command
    .means = Asks the platform at once. The token stays in the shell’s history.
use-copy-env = Lines for .env
    .means = In the names that guides use, with the app’s keys.
use-copy-json = JSON
    .means = The token and what is known of it.
use-copy-javascript = Cloudflare Worker
    .means = Shows your public statuses on any page. The token is not in it: it becomes a secret of the Worker.
use-copy-see = Look at it
use-copy-copy = Copy
use-copied = Copied: { $what }
use-copy-save = Save
use-copy-saved = Saved: { $path }

use-export = Export
use-export-hint = All its posts, in a file.
use-export-which = Which posts
use-export-newest = Only the newest
use-export-newest-help = A number; empty for all
use-export-newest-wrong = Only a whole number goes here.
use-export-format = Written as
use-export-json = JSON, one array
use-export-jsonl = JSON Lines, one post a line
use-export-start = Export…
use-export-asks = Where to?
use-export-count = { $count ->
    [one] One post
   *[other] { $count } posts
}
use-export-rate = { $rate } a second
use-export-before = goes on from { $count }
use-export-wait = { $why } It goes on in { $time }.
use-export-done = { $count ->
    [0] There are no such posts: the file is an empty list.
    [one] One post is in this file:
   *[other] { $count } posts are in this file:
}
export-skipped = The server can’t return post { $id }.
export-skipped-between = The server can’t return one or more posts between { $newer } and { $older }.
export-repeats = The server keeps returning the same posts: { $count } were written, and the rest can’t be reached.
export-counts = The server counts { $expected } posts. Its count may be slightly off, or it no longer shows a few of them.
use-export-partial = { $count ->
    [one] Incomplete: one post is in this file, { $skipped } skipped.
   *[other] Incomplete: { $count } posts are in this file, { $skipped } skipped.
}
use-export-expected = The server’s own count is { $expected }.
use-export-part = { $count ->
    [one] Cut off after one post
   *[other] Cut off after { $count } posts
}
use-export-go-on = Go on
use-export-discard = Throw away

use-console = In the developer console
use-console-hint = What is left to do for your app, and what to do before you log in again.
use-deliver = Deliver
use-deliver-hint = To where the bot reads it, by itself.
use-deliver-text = After each login and renewal the new token goes there by itself, and Keybearer looks whether it has arrived.
use-deliver-kind = Where to
use-deliver-env-file = One line of a .env file
use-deliver-file = A file of its own
use-deliver-program = A program
use-deliver-github = GitHub Actions secret
use-deliver-cloudflare = Cloudflare Worker secret
use-deliver-openbao = Vault or OpenBao
use-deliver-key = Name of the variable
use-deliver-file-help = The next button opens the system’s file dialog. In a dialog of GNOME’s, Ctrl+H shows hidden files.
use-deliver-words = Its arguments, one a line
use-deliver-words-help = No shell reads them. The token comes on standard input. Other programs on this computer can read arguments: put no secret there.
use-deliver-api = Address of the API
use-deliver-url = Address of the server
use-deliver-repository = Repository
use-deliver-name = Name of the secret
use-deliver-account = Account ID
use-deliver-script = Name of the Worker
use-deliver-mount = Mount of the KV store (version 2)
use-deliver-path = Path of the secret
use-deliver-vault-key = Key in the secret
use-deliver-credential = Credential
use-deliver-credential-github = A fine-grained token that may write this repository’s secrets. It is kept in the keychain.
use-deliver-credential-cloudflare = An API token that may edit Workers scripts. It is kept in the keychain.
use-deliver-credential-openbao = A token that may read and write this path. It is kept in the keychain.
use-deliver-add = Add a delivery
use-deliver-choose = Choose the file…
use-deliver-choose-program = Choose the program…
use-deliver-next = Look at it and add…
use-deliver-now = Deliver now
use-deliver-confirm = Confirm…
use-deliver-remove = Remove
use-deliver-off = Off until you confirm it
use-deliver-never = Not delivered yet
use-deliver-old = Has an earlier token, delivered { $when }
use-deliver-done = Delivered { $when }
use-deliver-read-back = read back and found right
use-deliver-exited = the program ended well
use-deliver-updated = GitHub says it was changed
use-deliver-listed = Cloudflare lists it
use-deliver-version = read back as version { $number }
use-deliver-github-environment = GitHub environment secret
use-deliver-github-organization = GitHub organization secret
use-deliver-environment = Environment
use-deliver-organization = Organization
use-deliver-visibility = Repositories that may read a new secret
use-deliver-visibility-private = Private and internal repositories
use-deliver-visibility-all = All repositories, public ones too
use-deliver-visibility-selected = Repositories that you select on GitHub
use-deliver-namespace = Namespace (optional)
use-deliver-credential-github-environment = A fine-grained token that may write this repository’s environments. It is kept in the keychain.
use-deliver-credential-github-organization = A fine-grained token of the organization that may write its secrets. It is kept in the keychain.
use-deliver-written = written as version { $number }; the credential can’t read it back
use-deliver-shadowed = Environments with a secret of the same name: { $environments }. Jobs that use one of them read that secret, not this one.
use-deliver-again = Tried again { $when }.
use-deliver-gone = Removed. What was delivered stays where it is.

## Said by the system itself: a start that failed

native-start-failed = Start Keybearer again. If it stays so, the log says more: { $path }
native-start-webview = Keybearer can’t show its window. A part of Windows is missing: Microsoft Edge WebView2, which draws it. Download it from Microsoft’s page, install it, and start Keybearer again.
native-start-webview-download = Open the download page
native-start-close = Close

## Asked in a dialog of the system's own, before a token goes anywhere

native-save = Save the posts
native-choose = Choose the file for the token
native-title = Deliver a token
native-choose-program = Choose the program that takes the token
native-yes = Deliver there
native-deliver = After each login and renewal, the access token of { $name } goes to:
native-env = { $key } in the file { $path }
native-file = the file { $path }, which will hold nothing else
native-link = A link leads on from there. What is written is { $path }
native-program = this program, on its standard input:
native-github = the GitHub Actions secret { $name } of { $repository }, at { $url }
native-github-shadow = An environment’s secret of the same name takes precedence over this one: a job that uses an environment may not read it.
native-github-environment = the secret { $name } of the environment { $environment } of { $repository }, at { $url }
native-github-organization = the GitHub Actions secret { $name } of the organization { $organization }, at { $url }. If it’s new, it can be read by { $visibility ->
    [all] all of its repositories, public ones too.
    [selected] the repositories that you select on GitHub.
   *[private] its private and internal repositories.
}
native-cloudflare = the secret { $name } of the Cloudflare Worker { $script } (account { $account }), at { $url }
native-openbao = the key { $key } of { $path }, in the vault at { $url }
