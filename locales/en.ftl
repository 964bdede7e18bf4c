# The words of Keybearer in English, read by Rust (fluent) and by the window (@fluent/bundle).
# Tone: short, calm, exact. Each error has a value (what happened), .means and .press; .type is what
# a terminal says in place of .press, in commands and never in buttons.

app-name = Keybearer
# What the system calls the store of secrets: every message has $system.
keychain = { $system ->
    [macos] keychain
    [windows] Credential Manager
   *[linux] keyring
}

## The left column

accounts = Accounts
accounts-none = No accounts yet.
find = Find an account
find-none = No account matches.
find-keys = { $system ->
    [macos] ⌘K
   *[other] Ctrl K
}
filter = Show
filter-all = All
filter-needs = Needs you
filter-paused = Elsewhere
move-up = Move up in the list
move-down = Move down in the list
add = Add an account
add-waiting = Waiting for approval
add-ended = See how it ended
add-mismatch = You signed in as someone else
clients = Apps
settings = Settings
kept-keychain-ready = Secrets are stored in the { keychain }
kept-keychain-locked = The { keychain } is locked
kept-keychain-missing = No { keychain } on this computer
kept-keychain-silent = The { keychain } isn’t responding
kept-sealed-file-ready = Secrets are stored in an encrypted file
kept-sealed-file-locked = The encrypted file is locked
kept-sealed-file-missing = The encrypted file is missing

## An account's state, beside its platform's name

state-no-expiry = doesn’t expire
state-life-unknown = expiry unknown
state-unchecked = not verified yet
state-renews = renewed when used
state-interrupted = needs sign-in: renewal interrupted
state-unverified = not verified
state-dead = needs sign-in
state-missing-secret = token missing
state-expired = expired
state-unstored = in memory only
state-practice-over = practice has ended
state-paused = renewed elsewhere
state-on-hold = paused
state-renews-day = renews { $day }
state-assumed = until about { $day }
state-data = data until { $day }
state-data-over = data access ended
state-sync = sync failed
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

empty-title = Your access tokens, on this computer
empty-get = Get a token
empty-get-text = Choose a platform and sign in with your own browser. Keybearer shows you each step.
empty-import = Import one I have
empty-import-text = Paste a token from anywhere. Keybearer finds out whose it is and renews it where it can.
empty-stays = Tokens stay in this computer’s { keychain }. Keybearer has no server.
empty-first = No account at hand?
empty-practice = Try it with a practice account

## Notices

unstored = { $count ->
    [one] A token is in memory only.
   *[other] { $count } tokens are in memory only.
}
unstored-locked = The { keychain } is locked. Unlock it, then press Try again.
unstored-missing = There is no { keychain }. Choose where secrets are stored, then press Try again.
unstored-sealed = The encrypted file is locked. Unlock it in Settings.
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
own-words = Original message

## Adding an account

tiles-title = Which platform do you need a token for?
tiles-sub = Tokens stay on this computer. Keybearer never asks for your account’s password.
tiles-find = Search { $count } platforms
tiles-none = No platform matches.
tile-group-yours = Yours
tile-group-social = Social networks
tile-group-bots = Bots and messages
tile-group-developer = Developer services
tile-group-practice = Practice
tile-cost-free = Free
tile-cost-own-app = Own app, free
tile-cost-review = Own app, reviewed
tile-cost-paid = Costs money
tile-cost-unknown = Cost unknown
custom = custom
custom-hosts = Sends to { $hosts }
import-token-tile = I already have a token
sunset = { $platform } retires version { $version } of its API on { $day }. Until then nothing changes; a newer Keybearer will use a newer version.
sunset-over = { $platform } retired version { $version } of its API on { $day }. If something fails, install a newer Keybearer.
sunset-short = API { $version } ends { $day }
sunset-over-short = API { $version } ended { $day }
kind-title = How do you want to connect to { $platform }?
kind-which = What do you want to do on { $platform }?
kind-behalf = Acts as
kind-needs = What it needs
redirect-title = Choose a redirect address
redirect-sub = { $platform } only redirects to an address registered in your app, and it must match exactly.
redirect-address = Redirect address to register
rules = { $platform }’s rules for redirect addresses
rule-broken = This address isn’t allowed.
client-title = Which { $platform } app?
client-sub = This is your own app at the platform. One app can serve many accounts.
client-new = A new app
client-new-registers = Keybearer registers it for you.
client-new-console = You create it in the platform’s developer console; Keybearer shows you how.
client-which = App
client-new-steps = A new app
client-accounts = { $count ->
    [0] no accounts
    [one] { $count } account
   *[other] { $count } accounts
}
client-name = App name
client-name-help = The platform shows this name when it asks for your approval.
more-options = More options
your-app = your app
named-app = “{ $name }”
question-empty = Please fill this in.
question-choose = Please choose one.
question-pattern = This doesn’t have the right format.
server-looking = Looking for the server…
server-found = Found { $host } · { $software }
server-switched = This server runs { $to }, not { $from }, so Keybearer uses { $to } for { $host }.
at-console = In the developer console
at-platform = At { $platform }
setup-title = Set up your app: { $platform }
get-title = Get a token: { $platform }
setup-count = { $done } of { $steps } done
console-open = Open it
console-done = Step { $step } is done
console-gives = What the developer console gives you
platform-gives = What { $platform } gives you
console-after = After you have the token
console-again = Before you sign in again
console-instead = Another way
facts-checked = Facts checked on { $day }
facts-old = Facts checked on { $day }, more than six months ago: the platform may have changed
facts-sources = { $count ->
    [one] { $count } source
   *[other] { $count } sources
}
facts-read = { $host }, read on { $day }
compare-field = Address that the developer console shows after saving
compare-help = Developer consoles sometimes add or remove a slash at the end, and the platform compares every character.
compare-same = Identical.
compare-open = Check the saved address
secret-why-ask = Is it safe to enter the secret here?
secret-why = The platform’s documents say to keep the secret on a server. That is for apps that many people install. Only you use this app, and its secret stays in your own { keychain }.
permissions-title = What should this token be able to do?
permissions-more = { $count ->
    [one] { $count } more permission
   *[other] { $count } more permissions
}
warnings-more = { $count } more to know
scope-locked = required
ready-title = Ready to connect
permissions-app = Your app’s settings in { $platform }’s developer console decide what the token can do.
one-login = One sign-in per app and person: if the same person signs in again, the earlier sign-in ends, on other computers too.
one-login-advice = Use a separate app for each computer and each bot.
force-login = Sign in with a different account than the one the browser remembers
expect = Expected account (optional)
expect-help = If you sign in as someone else, Keybearer asks before saving.
rerequest-note = { $platform } will ask again for the permissions you declined.
connect = Connect
connect-next = Your browser will open to ask for your approval.
connect-code = You’ll get a code to enter on the platform’s page.
connect-practice = Your browser will open the practice platform.
get-token = Get the token
keep-token = Save the token
keep-keys = Save the keys
redirects = Redirect address
redirect-loopback = This computer (127.0.0.1)
    .help = Your browser hands the result straight to Keybearer.
redirect-localhost = This computer (localhost)
    .help = Like 127.0.0.1, for an app that has localhost registered instead.
redirect-https-loopback = This computer, over HTTPS
    .help = Your browser shows a warning the first time.
redirect-private-use-scheme = Keybearer link
    .help = Your browser asks to open Keybearer.
redirect-relay = Your own web page (relay)
    .help = A page of yours passes the result on to Keybearer.
redirect-paste = Paste the address yourself
    .help = Your browser ends on a page that doesn’t load. Copy its address and paste it here.
redirect-out-of-band = Enter a code or PIN
    .help = The platform shows a code or a PIN. Enter it here.
redirect-recommended = recommended
unproven = untested
redirect-unregistered = Register this address in the developer console before you connect:
https-how = Click “Advanced”, then “Continue to 127.0.0.1”. In Firefox: “Accept the Risk and Continue”.
https-why = The page is Keybearer on this computer. Its certificate was made here, so no browser knows it yet. Nothing leaves your computer.
https-once = Your browser shows one warning: click “Advanced”, then “Continue to 127.0.0.1”
https-trust = Trust it in my browser
https-trust-text = To avoid the warning, add the certificate to your own certificate store. The system’s store isn’t touched, and you can remove it at any time.
https-trusted = Your browser trusts the certificate and shows no warning.
https-distrust = Stop trusting it
https-settings = Certificate for HTTPS on this computer
warn-page-said = The browser’s warning page. First click “Advanced”, then the link that continues to 127.0.0.1.
warn-page-title = Your connection is not private
warn-page-advanced = Advanced
warn-page-back = Back to safety
warn-page-continue = Continue to 127.0.0.1 (unsafe)
relay-title = Your own relay page
relay-text = A small page that passes the result on to Keybearer. Save it and put it on any https web space of yours, such as GitHub Pages or Cloudflare Pages.
relay-save = Save the page
relay-saved = Saved as { $path }
relay-address = Page address
relay-example = https://me.example/keybearer/
relay-check = Check
relay-checked = The page is there, over https and unchanged.
relay-log = The host’s log will contain the codes that passed. By then they no longer work.

## Where secrets are stored

store = Storage
store-choose = Choose where secrets are stored
store-missing-title = There is no { keychain } on this computer
store-missing-text = You can store tokens in an encrypted file instead. It is encrypted with age and only your passphrase unlocks it. Nothing is ever written to disk unencrypted.
store-locked-title = The { keychain } is locked
store-locked-text = Unlock the { keychain } and check again, or store tokens in an encrypted file that only your passphrase unlocks.
store-silent-title = The { keychain } isn’t responding
store-silent-text = The { keychain } is running but isn’t responding. Restart it, or sign out of the system and in again. Or store tokens in an encrypted file that only your passphrase unlocks.
store-refused-title = The { keychain } didn’t accept the token
store-refused-text = Allow it when the system asks and check again, or store tokens in an encrypted file that only your passphrase unlocks.
store-look-again = Check again
sealed-open-title = Unlock the encrypted file
sealed-open-text = Your secrets are in an encrypted file on this computer. Enter its passphrase to unlock it.
sealed-path = File: { $path }
passphrase = Passphrase
passphrase-again = Repeat passphrase
passphrase-help = At least 8 characters; several words are best. It can’t be recovered.
passphrase-short = Use at least 8 characters.
unlocked-for = Keep it unlocked
unlocked-for-window = While the window is open
    .help = After you close it, nothing in this file is renewed. Programs get no token from it.
unlocked-for-hour = For an hour after the last request
    .help = Programs get tokens, with the window closed, too. It locks once none has asked for an hour.
unlocked-for-session = Until you quit Keybearer
    .help = Tokens are renewed in the background, and programs get them.
passphrase-differs = The passphrases don’t match.
seal = Create the encrypted file
unseal = Unlock
store-keychain = { $system ->
    [macos] Keychain
    [windows] Credential Manager
   *[linux] Keyring
}
store-sealed-file = Encrypted file
store-memory = Not stored yet, in memory only
state-store-ready = in use
state-store-locked = locked
state-store-missing = missing
state-store-silent = not responding
store-keychain-ready = Your operating system protects your tokens and unlocks them when you sign in to it.
store-keychain-locked = It unlocks when a secret is needed; the system then asks for its password.
store-keychain-missing = This computer has none. Use an encrypted file instead.
store-keychain-silent = The system’s { keychain } is running but isn’t responding. Restart it, or sign out of the system and in again.
store-sealed-file-ready = Encrypted with age, and unlocked now. To change how long it stays unlocked, lock it, then unlock it again.
store-sealed-file-locked = Its passphrase unlocks it.
store-sealed-file-missing = The file isn’t where it was.
store-make-sealed = Use an encrypted file…
store-lock = Lock
store-lock-waits = It locks once what needs it is done, such as an export. Programs get no token from it any more.
store-use-keychain = Use the { keychain } for new secrets

## To another computer

moving = Another computer
moving-text = Accounts travel in one file that only your passphrase unlocks.
move = Move accounts…
copy-there = Copy accounts…
import-accounts = Import accounts…
move-title = Move accounts to another computer
move-text = The other computer renews them from then on. They stay here, but this computer no longer renews them.
copy-there-title = Copy accounts to another computer
copy-there-text = This computer keeps renewing them. The other one only uses them.
moving-write = Save the file
bundle-saved = { $count ->
    [one] One account is in the file { $path }
   *[other] { $count } accounts are in the file { $path }
}. Import it on the other computer, then delete it.
import-accounts-title = Import accounts
import-accounts-text = Added to the accounts here. For an account you already have, Keybearer keeps the better token. Nothing is sent anywhere.
import-accounts-file = The file that the other computer saved
import-accounts-choose = Choose file…
import-accounts-none = No file chosen
import-accounts-passphrase = The passphrase you chose when saving the file.
import-accounts-yes = Import
arrived = { $here } of { $all } accounts are here.
import-result-added = added
import-result-renewed = renewed here from now on
renew-anyway = Renew anyway
ask-renew-title = Renew it now?
ask-renew-text = Programs with a copy of the old token need the new one. Keybearer syncs your targets automatically.
import-result-kept = already here
import-result-left = not imported
resume = Renew on this computer
resumed = This computer renews it from now on.
resume-on-hold = Resume
resumed-on-hold = Its token is renewed and used again.

## The browser's turn

waiting-title = Continue in your browser
waiting-title-ends = Getting the token
waiting-title-keeps = Saving the token
waiting-title-keys = Saving your keys
waiting-starts = Getting ready to open your browser.
waiting-sub = Sign in at { $host } in your browser and approve { $app }. This window continues on its own.
waiting-paste = Sign in at { $host } and approve { $app }. Then copy the address of the page your browser ends on.
waiting-out-of-band = Sign in at { $host } and approve { $app }. Then enter the code or PIN that the page shows.
waiting-ends = Approved. The rest takes a moment.
waiting-moment = This takes a moment.
waiting-left = { $left } left
code-title = Enter this code at { $host }
code-starts = Getting a code
code-sub = Sign in there and approve { $app }. This window continues on its own.
code-spoken = The code is { $code }. Enter it at { $host }.
code-yours = Your code
copy-code = Copy the code
code-open-step = Enter it at { $host }
open-page = Open the page
copy-address = Copy the address
code-compare = The page may already show a code. Make sure that it’s the same one.
code-waits = Waiting for your approval
code-qr = QR code of { $address }
code-phone = To approve on your phone, scan this with its camera.
code-left = The code is valid for { $left }
code-expired = Does the page say that the code is wrong or has expired?
code-expired-text = Each code works once, and only for a short time. Get a new one and enter it at { $host }.
code-new = Get a new code
stuck = Something went wrong in the browser?
stuck-help = Only you can see that page. Find its text here.
step-server-found =
    .todo = Find the server
    .now = Looking for the server
    .done = Server found
step-client-ready =
    .todo = Get an app to sign in with
    .now = Registering the app
    .done = App ready
step-client-kept =
    .todo = Read the app’s keys
    .now = Reading the app’s keys
    .done = App keys ready
step-redirect-open =
    .todo = Listen for the result
    .now = Preparing to listen for the result
    .done = Listening for the result at
    .code = Ready for the code or PIN
step-browser-opened =
    .todo = Open the browser
    .now = Opening the browser
    .done = Browser opened
step-answer-received =
    .todo = Your approval
    .now = Your approval
    .done = Approved
step-token-received =
    .todo = Get the token
    .now = Getting the token
    .done = Token received
step-token-brought =
    .todo = Read the token
    .now = Reading the token
    .done = Token read
step-token-exchanged =
    .todo = Exchange it for a long-lived token
    .now = Exchanging it for a long-lived token
    .done = Long-lived token received
step-identity-verified =
    .todo = Verify the account with { $platform }
    .now = Verifying the account with { $platform }
    .done = Account verified
step-stored =
    .todo = Store the token
    .now = Storing the token
    .done = Token stored
paste-aside = Did your browser end on an error page? Paste its address here.
paste-address-main = Paste the page’s address here
paste-out-of-band-main = Enter the code or PIN here
paste-address-example = http://127.0.0.1:8765/callback?code=…
paste-out-of-band-example = As the page shows it
paste-use = Use it
open-again = Open again
copy-link = Copy the link
link-copied = Link copied.
no-deny = { $platform } has no Deny button. To decline, press Cancel here.

## How it ended

done-title = Connected
done-title-kept = Token saved
done-title-unverified = Token received, not verified yet
done-keychain = The token is in your { keychain }, ready to use.
    .password = The application password is in your { keychain }, ready to use.
done-sealed-file = The token is in the encrypted file, ready to use.
    .password = The application password is in the encrypted file, ready to use.
done-unstored = The token is in memory only until storage is unlocked.
    .password = The application password is in memory only until storage is unlocked.
done-show = Show the account
done-another = Add another
done-own = Your own token
done-autostart = Start Keybearer at login, so that it renews this token
done-deliver = Keep a bot up to date
done-deliver-text = Keybearer can write each new token to where your bot reads it: a .env file, GitHub Actions, Cloudflare and others.
done-deliver-go = Set up syncing
outlook-renews = { $assumed ->
    [true] Probably works until { $end }.
   *[other] Works until { $end }.
} Keybearer renews it around { $next }, if Keybearer is running.
outlook-by-hand = { $assumed ->
    [true] Probably works until { $end }.
   *[other] Works until { $end }.
} You can renew it here before then.
outlook-login = { $assumed ->
    [true] Probably works until { $end }.
   *[other] Works until { $end }.
} Then you sign in again.
outlook-demand = Keybearer gets a new token whenever you need one.
outlook-demand-until = Keybearer gets a new token whenever you need one, and renews it unused before { $day }, if Keybearer is running.
outlook-endless = It doesn’t expire.
    .password = It doesn’t expire: it works until you revoke it, or delete it on the site.
outlook-data = It doesn’t expire, but access to your data ends { $day }. Then you sign in again.
outlook-unknown = Its expiry is unknown.
mismatch-title = You signed in as { $name }
mismatch-sub = You expected { $expected }.
mismatch-safe = The existing token is unchanged and nothing was revoked. The new token isn’t saved until you decide.
mismatch-again = Sign in again
mismatch-force = { $platform } will ask you to sign in again. Choose the right account there.
mismatch-switch = Sign out of { $platform } in your browser first, or copy the link into a private window.
mismatch-keep = Save { $name }
mismatch-keep-go = Save
mismatch-keep-help = It becomes a separate account.
mismatch-discard = Discard it
mismatch-discard-help = Removed from this computer. It stays valid at { $platform } until it expires.
mismatch-discarded = The token of { $name } was removed from this computer.
import-token-title = Import a token
import-token-sub = From the Graph API Explorer, a dashboard’s generator, a JSON response, a curl command or a line of a .env file.
import-token-field-help = Text around it can stay: quotes, “Bearer”, NAME=, or a whole command, address or JSON.
import-token-field-again = The field was cleared; paste the token again.
import-token-platform = Platform
import-token-choose = Choose a platform
import-token-looks = It looks like a token of:
import-token-platform-help = Keybearer shows the token to this platform only, to learn whose it is.
import-token-server-help = The server that issued the token. Only it sees the token.
import-token-other = Something else
import-token-as-other = Save it under a name
import-token-client-none = Not saved here
import-token-client-help = With its app, Keybearer can exchange a short-lived token for a long-lived one.
import-token-name = Name
import-token-name-help = Only you see this. Keybearer can’t check this token, so its expiry is unknown.
import-token-go = Import
import-token-done = Token imported.
pages = Pages…
pages-title = Pages and accounts linked to { $name }
pages-sub = Each has its own token. Select the ones to save here.
pages-looking = Asking { $platform }…
pages-none = There are none.
pages-none-why = You may not have selected any when you approved access, or the permission to list them is missing. Sign in again and select them.
pages-kept = saved
pages-keep = { $count ->
    [0] Save selected
    [one] Save { $count } token
   *[other] Save { $count } tokens
}
pages-done = { $count ->
    [one] { $count } token saved.
   *[other] { $count } tokens saved.
}
failed-title = That didn’t work
failed-calm-title = Not connected
change-something = Change my choices
leave = Close
other-redirect = Use another redirect address
other-server = Change the server
other-tile = Use { $platform }
other-app = Change the app ID and secret
other-keys = Change what you entered
to-form = Back to the form
to-client = Go to the app
to-keys = Go to what you entered

## One account

practice-label = Practice
by-client = app “{ $name }”
linked-to = linked to { $name }
pill-verified = Verified { $when }
pill-verified-now = Verified just now
pill-unverified = Not verified
pill-dead = No longer valid
pill-expired = Expired
pill-practice-over = Practice has ended
pill-unasked = Not verified, stored as it is
pill-unchecked = Not verified yet
pill-app = The app’s own
pill-interrupted = Renewal interrupted
practice-over-text = This account belongs to a practice platform that has ended. Its token no longer works; delete it whenever you like.
token = Token
    .password = Application password
token-hidden = The token is hidden.
token-copied = Copied: the token of { $name }.
    .password = Copied: the application password of { $name }.
token-copied-until = Copied: the token of { $name }, valid until { $day }.
token-copied-assumed = Copied: the token of { $name }, which probably expires { $day }.
token-copied-endless = Copied: the token of { $name }, which doesn’t expire.
    .password = Copied: the application password of { $name }, which doesn’t expire.
token-copied-secret = Copied: the token secret of { $name }.
copy-token = Copy token
    .password = Copy password
access-token = Access token
token-secret = Access token secret
copy-token-secret = Copy secret
show = Show
hide = Hide · { $seconds } s
toast-clears = Cleared from the clipboard in { $seconds } s
life = Lifetime
life-endless = Issued { $day }. It doesn’t expire.
life-unknown = Added { $day }. Expiry unknown.
life-ended = Issued { $day }. It no longer works.
life-issued = issued { $day }
life-expires = expires { $day }
life-assumed = probably expires { $day }
life-renews = renewable from { $day }
life-next = renews { $day }
life-next-unused = renews { $day } if unused
life-later = Renewal failed. Keybearer tries again { $when }; until then the token still works.
life-due = Keybearer is about to renew it.
life-login = It can’t renew itself: sign in again by { $day }.
life-ages = refresh token expires { $day }
life-aged = refresh token expired { $day }
life-renews-endless = Issued { $day }. Renewed when used.
life-data = data access until { $day }
life-data-over = data access ended { $day }
life-now = today
life-expired = expired { $day }
life-today = today · { $left } left
life-said = Issued { $from }, expires { $to }, { $left } left.
life-said-assumed = Issued { $from }, probably expires { $to }.
life-said-over = Issued { $from }, expired { $to }.
life-said-renews = Issued { $from }. Renewed when used; if unused, its refresh token expires { $to }.
life-demand = Current access token: { $left } left. Keybearer gets a new one when you need it.
life-demand-over = The current access token has expired. Keybearer gets a new one when you need it.
may-do = Permissions
may-do-unknown = The platform didn’t say.
may-do-unchecked = Known once the token is verified.
declined = not granted
ask-again = Ask again
server-tokens = Tokens of this account at the server
server-tokens-looking = Asking { $platform }…
server-tokens-present = in Keybearer
server-tokens-same-app = made for the same app
server-tokens-other = not made by Keybearer
server-tokens-no-app = Unknown app
server-tokens-issued = Made { $date } ·
server-tokens-used = last used { $date }
server-tokens-unused = use unknown
server-tokens-end = End
server-tokens-more = Only the first { $count } are listed: the server has more.
server-tokens-ended = The token no longer works.
server-tokens-ask-title = End the token of { $app }?
server-tokens-ask-yes = End it
server-tokens-ask-text = Whatever uses it loses its access at { $platform } at once. The token in Keybearer keeps working.
server-tokens-ask-own = This is the token that Keybearer keeps. Everything that uses it loses its access at { $platform } at once, and you need to sign in again.
about = About
about-server = Server
about-user-id = User ID
about-page = Profile
about-obtained = Obtained
about-redirect = Redirect
about-source = Source
came-app = Obtained with the keys you entered
came-code = Approved with a code
came-import = Entered by you
about-store = Stored in
about-client = App
about-parent = Linked to
about-tasks = You can
tasks-can = You can: { $tasks }
task-advertise = run ads
task-analyze = see insights
task-create-content = post
task-manage = manage settings and access
task-messaging = send messages
task-moderate = manage comments
verify = Verify now
verify-costs = Verify now (costs money)
verified-now = Verified.
renew = Renew now
renewed = Renewed.
renew-from = It can be renewed from { $when }.
step-back = Restore the previous token…
stepped-back = Previous token restored.
ask-step-back-title = Restore the previous token?
ask-step-back-text = The token from before the last renewal replaces the current one, with its own, earlier expiry. Useful if something has failed since the renewal.
ask-step-back-lives = The current token is deleted from this computer; at { $platform } it stays valid until it expires. Keybearer renews as usual when it’s due.
ask-step-back-until = Possible until { $when }.
ask-step-back-yes = Restore
renew-over = It has expired and can’t be renewed. Sign in again.
inspect = Token details
account-menu = More actions
details-title = Token details from { $platform }
details-issued = Issued
details-expires = Expires
details-data = Data access until
device-copy = Copy a code for another device
device-hint = Redeemed in Keybearer there, it gives that device a token of its own.
device-copied = Code copied.
revoke = Revoke…
log-in-again = Sign in again
enter-again = Enter it again
fetch-again = Get it again
ask-verify-title = Verifying costs money
ask-verify-text = { $platform } charges for telling whose token this is.
ask-verify-yes = Verify
ask-revoke-title = Revoke the token of { $name }?
ask-revoke-text = Keybearer tells { $platform } to invalidate this token, and deletes it from this computer.
ask-revoke-every-copy = { $platform } gives every sign-in with this app the same token. Every copy stops working, on other computers too.
ask-revoke-this-copy = Everything that uses this token stops working, on other computers too.
ask-revoke-yes = Revoke
ask-delete-title = Delete { $name } from this computer?
ask-delete-text = The token is deleted from this computer. This can’t be undone.
ask-delete-lives = It stays valid at { $platform }, and copies elsewhere keep working. To invalidate it everywhere, use Revoke.
ask-delete-stays = It stays valid at { $platform }, and copies elsewhere keep working. Keybearer can’t revoke it.
ask-delete-where = “{ $place }” on the account’s page says where you can.
ask-delete-yes = Delete
revoked = { $name } was revoked and deleted.
deleted = { $name } was deleted from this computer.

## Apps

clients-sub = Your own apps at the platforms. One app can serve many accounts.
clients-none = No apps yet. Your first account adds the first one.
client-id = App ID
client-secret = App secret
client-redirects = Redirect addresses
client-scopes = Permissions
client-created = Created
client-by-us = registered by Keybearer
client-by-you = created in the developer console
replace = Replace…
key-copied = { $name } copied.
not-here = not yet
get-it = Get it
enter-it = Enter it
app-token-copied = App token copied.
app-token = App token
device-redeem = Redeem a code…
device-redeem-title = Redeem a code from another device
device-redeem-text = You copied it in Keybearer on the other device, with the same app. It gives this computer one token, and works only for a short time.
device-code = Code
device-redeem-yes = Redeem
client-in-use-note = You can delete it once no account uses it.
client-unused-note = No account uses it.
replace-title = Replace the app secret
replace-text = { $count ->
    [0] Paste the new secret from the platform. No account uses it at present.
    [one] Paste the new secret from the platform. { $count } account uses it from then on.
   *[other] Paste the new secret from the platform. { $count } accounts use it from then on.
}
replace-own-title = Replace { $secret }
replace-pair-title = Replace the keys
replace-pair-text = Enter what the developer console shows after regenerating. Tokens issued with an older { $id } stop working.
replace-field = New secret
replace-yes = Replace
secret-replaced = Secret replaced.
ask-client-title = Delete the app { $name }?
ask-client-text = Its ID and secret are deleted from this computer. The platform isn’t notified.
ask-keys-title = Delete { $name }?
ask-keys-text = { $id } and { $secret } are deleted from this computer. The platform isn’t notified.
ask-client-yes = Delete

## What breaks next

next-menu = Expiry
next-title = What breaks next
next-sub = Accounts that need you come first.
next-need = { $count ->
    [one] { $count } account needs you
   *[other] { $count } accounts need you
}
next-calm = Nothing needs you now.
next-group-now = Needs you now
next-group-sync = Sync failed
next-group-login = Sign in to renew
next-group-later = Tried again automatically
next-group-itself = Renewed automatically
next-group-endless = { $count } more without a date
next-group-paused = { $count } more renewed by another computer
next-dead = sign in again: no longer valid
next-ended = sign in again: expired { $day }
next-unstored = in memory only, until storage is unlocked
next-login = sign in again by { $day }
next-data = data access until { $day }, unless you sign in again
next-data-over = data access ended { $day }: sign in again
next-later = renewal failed, tried again { $when }: { $why }
next-itself = renews { $day }
next-demand = renewed when used; if unused, { $day }
next-itself-now = about to renew
next-itself-store = renews once storage is unlocked
next-endless = doesn’t expire
next-unknown = expiry unknown
next-paused = renewed by another computer
next-calendar = Save the dates as a calendar
next-calendar-saved = Saved as { $path }. Open it with your calendar.
refresh-all = Renew all now
refresh-asking = Asking the platforms…
refresh-progress = Renewing: { $done } of { $all } done
refresh-none = Nothing can be renewed now.
refresh-done = { $renewed } of { $all } renewed
refresh-close = Close this list
outcome-renewed = renewed
outcome-later = failed, tried again { $when }
outcome-needs-you = needs you

## When the window is closed

close-title = Close the window?
close-renews = { $count ->
    [one] { $count } account renews automatically, but only while Keybearer runs. In the background it keeps doing so.
   *[other] { $count } accounts renew automatically, but only while Keybearer runs. In the background it keeps doing so.
}
close-reminds = No account renews automatically. In the background, Keybearer can still remind you when to sign in.
close-idle = No account renews automatically, so you miss nothing when Keybearer isn’t running.
close-remembered = Keybearer remembers your answer. You can change it in Settings.
close-trayless = This desktop has no tray. Start Keybearer again to bring the window back.
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
settings-general = General
settings-redirects = Redirects
settings-about = About
settings-folder = Data folder
settings-licence = License
settings-licences = MIT or Apache 2.0, at your choice
away = In the background
on-close = When the window is closed
on-close-ask = Ask
on-close-keep = Keep running in the background
on-close-quit = Quit
autostart = Start at login, in the background
autostart-help = Keybearer then keeps your tokens renewed in the background.
command-line = The command line
command-line-text = The keybearer command comes with this app. A link in /usr/local/bin makes it available in every terminal.
command-line-install = Install command line
command-line-installed = The keybearer command works in every terminal.
command-line-by-hand = Only an administrator can write there. Run this in a terminal instead:
tests = Test redirects on this computer
test = Test
test-loopback-text = Sends a request to a local address, as a browser would.
test-https-loopback-text = Sends a request to the local HTTPS address and checks the certificate.
test-private-use-scheme-text = Asks the system to open a Keybearer link.
test-runs = Testing…
test-ok = It works.
test-failed = Nothing arrived.
diagnostics = Copy diagnostics
diagnostics-copied = Diagnostics copied. They contain no secrets.
version = Keybearer { $version }
programs = Programs
ask-programs = Ask before an unknown program gets a token
ask-programs-help = For programs that ask Keybearer’s socket (keybearer serve). Without a window to ask in, unknown programs get nothing.
programs-limit = A program is recognised by its path and its script. This stops mistakes, not a hostile program that runs as you.
programs-known = Known programs
program-title = Give this program a token?
program = Program
program-by = Run by
program-account = Account
program-once = Allow once
program-always = Always allow
program-not-now = Don’t allow
program-never = Never allow this program
program-without-script = This is code without a file of its own, so Keybearer can’t recognise it the next time.
program-is-allowed = always gets the token
program-is-refused = never gets the token
program-forget = Remove
check-updates = Check for a newer version once a day
check-updates-help = Keybearer asks github.com for the newest version, sends nothing but its own version number, and downloads nothing.
ledger = Record which program uses a token
ledger-help = Only on this computer and for 90 days: when, for what, and the program with its folder. Never a token, and nothing that was typed after a program’s name. What is recorded already stays for its 90 days.
update-out = Version { $version } is out.
update-open = Open the release page

## The page that the browser ends on (written by Rust)

page-done-title = Connected
page-done-text = You can close this tab and go back to Keybearer.
page-denied-title = Not approved
page-denied-text = You declined, and nothing was stored. You can close this tab and go back to Keybearer.
page-failed-title = That didn’t work
page-failed-text = Keybearer shows why and what to do. You can close this tab.
page-already-title = Already done
page-already-text = This result has already arrived. You can close this tab and go back to Keybearer.
page-nobody-title = No sign-in in progress
page-nobody-text = No sign-in is waiting at this address; it may be an old one. Go back to Keybearer and start again.
page-unsaid-title = Keybearer can’t tell which sign-in this is for
page-unsaid-text = The result doesn’t name its sign-in, so Keybearer didn’t use it. Your sign-in is still waiting: go back to Keybearer for the next step.
page-bad-title = Not understood
page-bad-text = Keybearer didn’t understand this request. Your sign-in is still waiting; go back to the platform’s page or to Keybearer.

## Errors: the server

error-server-name-invalid = “{ $typed }” isn’t a server name.
    .means = { $got ->
        [none] A server name looks like social.example; a handle such as @me@social.example works too.
       *[other] A server name can’t contain this character: { $got }. It looks like social.example.
    }
    .press = Change the name and press Next.
    .type = Type the name as in `-a server=social.example`.
error-server-not-https = “{ $typed }” isn’t an https address.
    .means = Over plain http, others on the network could read your token.
    .press = Type the server’s name without http://.
    .type = Type the server’s name without http://, as in `-a server=social.example`.
error-server-not-found = There is no server called { $host }.
    .means = The name may be misspelled, or this computer is offline.
    .press = Check the server’s name.
    .type = Check the name, then run the command again. `keybearer doctor` checks the network.
error-server-unreachable = { $host } isn’t responding.
    .means = The server may be down, or something on the way blocks it.
    .press = Wait a little, then press Try again.
    .type = Wait a little, then run the command again. `keybearer doctor` checks the network.
error-server-tls = { $host } couldn’t prove its identity.
    .means = Its certificate has expired, is for another name, or isn’t trusted by this computer. Someone could listen in on a sign-in here.
    .press = Check the name and this computer’s clock. If both are right, ask the server’s admin.
    .type = Check the name and this computer’s clock with `keybearer doctor`. If both are right, ask the server’s admin.
error-server-unknown = { $host } responds, but Keybearer can’t sign in to it.
    .means = It doesn’t offer this platform’s API. It may be a plain website or another kind of platform.
    .press = Check the name, or choose another platform.
error-other-software = { $host } runs { $software }.
    .means = { $provider ->
        [none] Keybearer doesn’t know how to sign in to this software.
       *[other] This tile is for other software. { $provider } is the right one for this server.
    }
    .press = { $provider ->
        [none] Check the name, or choose another platform.
       *[other] Use { $provider } instead.
    }
    .type = { $provider ->
        [none] Check the name, or try another platform: `keybearer login PROVIDER`.
       *[other] Sign in with `keybearer login { $id }`.
    }
error-server-under-path = The server at { $host } is under the path { $path }.
    .means = Keybearer can only sign in to a server with its own host name.
    .press = Choose another server, or ask this server’s administrator for an address without a path.
error-server-without-https = { $host } doesn’t answer over https.
    .means = Over plain http, others on the network could read your token, so Keybearer sends nothing.
    .press = Set up https for the site, which most hosts do free of charge, then press Try again.
    .type = Set up https for the site, which most hosts do free of charge, then run the command again.
error-server-missing = Keybearer needs to know which { $provider } server issued this token.
    .means = A token works only at its own server. Nothing was sent.
    .press = Enter the name of the server.
    .type = Name the server, as in `--server social.example`.
error-proxy-invalid = { $variable } isn’t a proxy address.
    .means = Keybearer never bypasses a proxy that is set, so nothing was sent.
    .press = Set { $variable } to an address like http://proxy.example:3128 or socks5h://127.0.0.1:1080, with special characters in the password percent-encoded, or unset it; then restart Keybearer.
    .type = Set { $variable } to an address like http://proxy.example:3128 or socks5h://127.0.0.1:1080, with special characters in the password percent-encoded, or unset it; then run the command again.
error-proxy-unreachable = { $proxy ->
    [system] The system’s proxy isn’t responding.
   *[other] The proxy { $proxy } isn’t responding.
}
    .means = Keybearer sends everything through this proxy, so nothing was sent.
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
    .means = The proxy responds, but it doesn’t allow this host or can’t reach it. Nothing was sent to { $host }.
    .press = Wait a little and press Try again. If this keeps happening, ask the proxy’s administrator to allow { $host }.
    .type = Wait a little and run the command again. If this keeps happening, ask the proxy’s administrator to allow { $host }.
error-registration-refused = { $host } refused to register an app{ $status ->
    [none] .
   *[other] { " " }(status { $status }).
}
    .means = Some servers allow only a few registrations in ten minutes, and some don’t allow any.
    .press = Wait ten minutes, then press Try again.
    .type = Wait ten minutes, then run the command again.

## Errors: the browser and the redirect

error-port-taken = Port { $port } is in use{ $owner ->
    [none] .
   *[other] { " " }by { $owner }.
}
    .means = The redirect address uses exactly this port, so Keybearer didn’t open the browser.
    .press = Close the other program and press Try again, or press Use another redirect address.
    .type = Close the other program and run the command again, or use another redirect address with `--redirect`.
error-redirect-unavailable = This redirect address doesn’t work on this computer: { $redirect ->
    [loopback] 127.0.0.1.
    [localhost] localhost.
    [https-loopback] HTTPS on this computer.
    [private-use-scheme] Keybearer link.
    [relay] relay page.
    [paste] pasted address.
    [out-of-band] code or PIN.
   *[other] { $redirect }.
}
    .means = The system doesn’t let Keybearer listen, or doesn’t pass such links to it.
    .press = Press Use another redirect address. Pasting the address works everywhere.
    .type = Use another redirect address with `--redirect`. `--redirect paste` works everywhere.
error-browser-not-opened = Keybearer couldn’t open a browser.
    .means = The system has no program for web addresses, or refused to start it.
    .press = Copy the link and open it in a browser of your choice, or press Open again.
    .type = Open the address above in any browser, even on another computer, and paste the result here.
error-denied = You didn’t approve access.
    .means = The platform reports that you declined. Nothing was stored.
    .press = If that was a mistake, press Try again.
    .type = If that was a mistake, run the command again.
error-cancelled = You cancelled.
    .means = Nothing was stored. If the browser is still asking, close its tab.
    .press = Press Try again to start over; what you typed is still there.
    .type = Run the command again to start over.
error-timed-out = No result arrived within { $minutes ->
    [one] { $minutes } minute.
   *[other] { $minutes } minutes.
}
    .means = You may not have finished in the browser, or the result didn’t reach Keybearer.
    .press = Press Try again. If the browser showed an error page, press Use another redirect address.
    .type = Run the command again. If the browser showed an error page, use another redirect address with `--redirect`.
error-no-login-waiting = No sign-in is waiting for this result.
    .means = It belongs to a sign-in that has ended or was started elsewhere.
    .press = Start signing in again.
error-denied-without-state = The platform seems to say that you declined.
    .means = The message doesn’t say which sign-in it is about, so this one is still waiting.
    .press = If it was you, press Cancel. If not, finish in the browser.
    .type = If it was you, end this with Ctrl-C. If not, finish in the browser.
error-answer-without-state = A result arrived, but it doesn’t say which sign-in it is for.
    .means = Anyone can send such a result, so Keybearer didn’t use it. This sign-in is still waiting.
    .press = If your browser’s address has code= in it, copy only the code that follows, paste it here and press Use it.
    .type = If your browser’s address has code= in it, copy only the code that follows and paste it here.
error-issuer-mismatch = The result came from { $got }, not from { $expected }.
    .means = Another server may have tried to inject its own result. Nothing was stored.
    .press = Press Try again, and check the address in the browser before you approve anything.
    .type = Run the command again, and check the address in the browser before you approve anything.
error-issuer-missing = { $expected } says that it names itself in its results, but it didn’t.
    .means = Several servers send results to this redirect address, so Keybearer can’t tell which one this is from. Nothing was stored.
    .press = Press Use another redirect address, then choose this computer or a code that you enter.
    .type = Run the command again with another redirect address: `--redirect loopback` or `--redirect out-of-band`.

## Errors: the paste box

error-paste-empty = There is nothing to use yet.
    .means = The box is empty.
    .press = Copy the browser’s whole address, or the code, and paste it here.
error-paste-authorize-page = This is the address of the platform’s approval page.
    .means = The result is in the address that follows once you approve.
    .press = Approve access first, then copy the address of the page that follows.
error-paste-token = This looks like a token, not a code.
    .means = The platform shows a short-lived code after you approve; Keybearer exchanges it for a token.
    .press = Paste the code or the address from the browser.
error-paste-other-address = This address doesn’t belong to this sign-in.
    .means = Its result begins with { $expected }
    .press = Copy the address of the page that the browser ended on.
error-paste-wrong-state = This result belongs to another sign-in.
    .means = It may come from an earlier try or from another window.
    .press = Finish on the approval page that opened last, and copy its address.
error-paste-no-state = This address has a code, but doesn’t say which sign-in it is for.
    .means = Such an address may come from another person’s sign-in, so Keybearer doesn’t use all of it.
    .press = If it comes from the approval page that opened last, copy only the code after code=.
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
    .means = The developer console shows { $shown }
    .press = It must be { $expected }
error-relay-not-https = “{ $typed }” isn’t the https address of a page.
    .means = A relay page needs https, and its address can’t contain “?” or “#”.
    .press = Correct the address and press Check.
    .type = Correct the address and run the command again.
error-relay-differs = The page at { $url } isn’t Keybearer’s relay page.
    .means = It is another page, an older one, or the host has added something.
    .press = Save the page again, upload it unchanged and press Check.
    .type = Save the page again, upload it unchanged and run the command again.
error-relay-missing = There is no relay page yet.
    .means = This redirect address needs a page of yours, and Keybearer doesn’t know its address.
    .press = Set it up in Settings, or press Use another redirect address.
    .type = Use another redirect address with `--redirect`. `keybearer redirect page` prints a relay page.
error-relay-exposed = A relay page isn’t safe for this app.
    .means = The app has no secret and the platform doesn’t support PKCE, so anyone who sees the code on its way could use it.
    .press = Press Use another redirect address.
    .type = Use another redirect address with `--redirect`.
error-certificate-store = Keybearer couldn’t change your certificate store.
    .means = A tool is missing, or the system refused. You don’t need it: the browser shows one warning instead.
    .press = Continue without it, and click through the warning.
    .type = Install the tool or allow the change, and run the command again; or click through the warning.

## Errors: what the platform refused

error-wrong-app-id = The platform doesn’t know this app ID.
    .means = One app can have several IDs, one for each product; the one at the top of the dashboard is often the wrong one.
    .press = Copy the product’s own ID from the developer console, change it in the form and connect again.
    .kept = Connect with a new app: copy the product’s own ID from the developer console.
    .type = Copy the product’s own ID from the developer console and sign in with it: `-a client_id=ID`.
error-redirect-not-registered = This redirect address isn’t registered in your app.
    .means = Register exactly this address in the developer console: { $redirect_uri }
    .press = Save it there and press Try again, or press Use another redirect address.
    .type = Save it there and run the command again, or use another redirect address with `--redirect`.
error-redirect-mismatch = The redirect address changed between two steps.
    .means = The platform compares every character, including a slash at the end: { $redirect_uri }
    .press = Press Try again, or press Use another redirect address.
    .type = Run the command again, or use another redirect address with `--redirect`.
error-code-spent = The code expired or was already used.
    .means = A code works once, and only for a short time.
    .press = Press Try again and finish without a long break.
    .type = Run the command again and finish without a long break.
error-not-a-tester = Your account can’t use this app yet.
    .means = While an app is in development, only people with a role in it can sign in, and only after they accept the invitation.
    .press = Add yourself as a tester in the developer console, accept the invitation in the platform’s own settings, then press Try again.
    .type = Add yourself as a tester in the developer console, accept the invitation in the platform’s own settings, then run the command again.
error-client-auth = The platform rejected the ID or secret.
    .means = The secret is wrong or was replaced, or the platform no longer knows the ID.
    .press = Check the ID and secret in the form, then connect again.
    .kept = Replace the secret of this app, or connect with a new app.
    .type = Sign in with a new app: `keybearer login PROVIDER`. To replace the secret of a saved app: `keybearer client replace-secret CLIENT`.
error-token-dead = The token is no longer valid.
    .means = It was revoked, the password was changed, or the app was removed.
    .press = Sign in again.
    .type = Sign in again: `keybearer login PROVIDER`, or `keybearer token NAME --login`.
error-hosts-changed = { $provider } now sends to other hosts than before.
    .means = Its file was changed after you saved this token or app. Nothing was sent there.
    .press = If the change is right, delete this account here and sign in again. If not, restore the file.
    .type = If the change is right, delete this account with `keybearer account delete NAME` and sign in again: `keybearer login PROVIDER`. If not, restore the file.
error-token-unknown = No platform recognizes this token.
    .means = It may be incomplete, expired, or from a platform that Keybearer can’t ask.
    .press = Paste it again, choose its platform, or save it under a name.
error-several-tokens = You pasted more than one token.
    .means = Keybearer doesn’t guess which one you mean. Nothing was sent and nothing was stored.
    .press = Paste only one of them.
error-token-expired = The token has expired.
    .means = A token can be renewed only while it is valid. It wasn’t sent anywhere.
    .press = Sign in again.
    .type = Sign in again: `keybearer login PROVIDER`, or `keybearer token NAME --login`.
error-not-renewable = Keybearer can’t renew this token without you.
    .means = The platform asks for a new approval each time.
    .press = Sign in again before it expires.
    .type = Sign in again before it expires: `keybearer login PROVIDER`.
error-not-extended = The platform answered, but didn’t extend the token.
    .means = Your token works until it expires.
    .press = Sign in again before it expires.
    .type = Sign in again before it expires: `keybearer login PROVIDER`.
error-interrupted = A renewal was interrupted.
    .means = The old token was used up, and the new one never arrived.
    .press = Sign in again.
    .type = Sign in again: `keybearer login PROVIDER`, or `keybearer token NAME --login`.
error-paused = Another computer renews this token.
    .means = You moved it there, or copied it from there. If two computers renew it, it may stop working on both.
    .press = Copy it on that computer. If no other computer renews it any more, press Renew on this computer.
    .type = Get it on that computer. If no other computer renews it any more, run `keybearer account resume NAME`.
error-on-hold = This account is paused.
    .means = It was paused on the command line. Until it is resumed, its token isn’t renewed, synced or given to anything.
    .press = Press Resume.
    .type = Run `keybearer account resume NAME`.
error-clock-wrong = This computer’s clock is { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
} { $direction ->
    [ahead] ahead.
   *[behind] behind.
}
    .means = Every request carries the time, and the platform rejects one that is far off.
    .press = Let the system set the clock, then press Try again.
    .type = Let the system set the clock, then run the command again.
error-checkpoint = The platform wants to confirm that it’s you.
    .means = It has locked the account until you finish a security check there.
    .press = Sign in at the platform’s website, finish the check, then press Try again.
    .type = Sign in at the platform’s website, finish the check, then run the command again.
error-email-unconfirmed = The account’s email address is not confirmed yet.
    .means = Until it is, the server accepts nothing from this account. The token itself is fine.
    .press = Open the link in the server’s confirmation email, then press Try again.
    .type = Open the link in the server’s confirmation email, then run the command again.
error-account-pending = The account is still waiting for the server’s approval.
    .means = The server’s administrators review new accounts first. The token itself is fine.
    .press = Wait for their email, then press Try again.
    .type = Wait for their email, then run the command again.
error-account-suspended = The server has suspended or disabled this account.
    .means = Its token can’t do anything until the server lifts that.
    .press = Sign in at the server’s website to see the reason, or contact its administrators.
error-missing-permission = The token isn’t allowed to do this.
    .means = You didn’t select a permission, or removed it on the approval page.
    .press = Sign in again and leave it selected.
    .type = Sign in again and leave it selected: `keybearer login PROVIDER`.
error-enrolment-or-payment = The platform asks for an enrollment or a payment first.
    .means = The app’s plan doesn’t include this call, or its credit is used up.
    .press = Settle it in the developer console, then press Try again.
    .type = Settle it in the developer console, then run the command again.
error-renewal-not-needed = This token doesn’t need a renewal yet.
    .means = { $rotates ->
        [no] { $provider } would renew it now; Keybearer does so automatically when the token is needed.
       *[yes] { $provider } would renew it now, but each renewal ends the previous token, so Keybearer waits until it is needed.
    }
    .press = To renew it anyway, open ⋯ on the account’s page and press Renew now, then Renew anyway.
    .type = To renew it anyway: `keybearer refresh NAME --anyway`.
error-too-young = This token can be renewed after 24 hours.
    .means = Until then, the platform refuses to renew it or doesn’t extend it.
    .press = Nothing to press; try again later.
    .type = Nothing to do now; the same command works later.
error-rate-limited = Too many requests in a short time.
    .means = { $seconds ->
        [none] The platform doesn’t say how long to wait.
        [one] The platform asks you to wait { $seconds } second.
       *[other] The platform asks you to wait { $seconds } seconds.
    }
    .press = Wait, then press Try again.
    .type = Wait, then run the command again.
error-transient = The platform has a problem{ $status ->
    [none] .
   *[other] { " " }(status { $status }).
}
    .means = Such problems usually pass within minutes.
    .press = Press Try again in a moment.
    .type = Run the command again in a moment.
error-answer-unreadable = Keybearer couldn’t read the platform’s response: { $what }.
    .means = It may be an error page, or the server uses a format of its own.
    .press = Press Try again. If this keeps happening, copy the diagnostics in Settings.
    .type = Run the command again. If this keeps happening, `keybearer doctor` shows who responds.
error-answer-too-large = The platform’s response was too large: { $what }.
    .means = No valid response is that long, so Keybearer stopped reading.
    .press = Check the server’s name, then press Try again.
    .type = Check the server’s name, then run the command again.
error-proxy-password = Something in front of { $host } asks for its own password.
    .means = A proxy or a web server responded, not the API, so this says nothing about your token. Nothing changed here.
    .press = Sign in to that proxy, or ask the server’s administrator, then press Try again.
    .type = Sign in to that proxy, or ask the server’s administrator, then run the command again.
error-bot-check = Something in front of { $host } checks whether you are human.
    .means = A bot check responded, not the API, so this says nothing about your token or its permissions.
    .press = Wait a while, then press Try again. If this keeps happening, ask the server’s administrator to let programs use its API.
    .type = Wait a while, then run the command again. If this keeps happening, ask the server’s administrator to let programs use its API.
error-captive-portal = A sign-in page responded instead of { $host }.
    .means = This network, or a proxy in front of the server, wants you to sign in first. Nothing changed here.
    .press = Open any website in your browser, sign in there, then press Try again.
    .type = Open any website in your browser, sign in there, then run the command again.
error-web-page = { $host } sent a web page instead of an API response (HTTP { $status }).
    .means = A server in between may have a problem. This says nothing about your token, and nothing changed here.
    .press = Wait a while, then press Try again.
    .type = Wait a while, then run the command again.
error-redirected = The server redirected the request to { $host }.
    .means = Keybearer never sends secrets to another address, so nothing was sent there. It may be your network’s sign-in page.
    .press = If { $host } is the real server, enter that name. If it is a sign-in page, sign in there in your browser, then press Try again.
    .type = If { $host } is the real server, use that name. If it is a sign-in page, sign in there in your browser, then run the command again.
error-silent-refusal = { $host } refused the request without giving a reason (HTTP { $status }).
    .means = A server in between may have refused it. Nothing changed here, and saved tokens still work.
    .press = Wait a while, then press Try again.
    .type = Wait a while, then run the command again.
error-silent-refusals = The server keeps refusing and doesn’t say why.
    .means = { $host } has refused this token for at least a day. The token may no longer be valid, or a server in front of it refuses. Keybearer still keeps it, renews it and hands it out.
    .press = Sign in again if this is new.
    .type = Sign in again if this is new: `keybearer login PROVIDER`.
error-refused = The platform refused the request{ $status ->
    [none] .
   *[other] { " " }(status { $status }).
}
    .means = Keybearer doesn’t recognize the reason it gave.
    .press = Read the original message below, then press Try again.
    .type = Read the original message below, then run the command again.
error-offline = This computer is offline.
    .means = Keybearer couldn’t reach any server.
    .press = Connect to a network, then press Try again.
    .type = Connect to a network, then run the command again.

## Errors: where secrets are stored

error-keychain-missing = There is no { keychain } on this computer.
    .means = Without one, secrets need an encrypted file.
    .press = Choose where secrets are stored.
    .type = `keybearer login PROVIDER` creates that file; type its passphrase in the terminal, or pass it with `--passphrase-fd N`.
error-keychain-locked = The { keychain } is locked.
    .means = Nothing can be read or stored until you unlock it.
    .press = Unlock it, then press Try again.
    .type = Unlock it, then run the command again.
error-keychain-silent = The { keychain } isn’t responding.
    .means = The system’s { keychain } is running, but it hangs. Nothing is lost: what it didn’t accept stays in memory.
    .press = Restart it, or sign out of the system and in again, then press Try again.
    .type = Restart it, or sign out of the system and in again, then run the command again.
error-keychain-refused = The { keychain } refused access.
    .means = The system didn’t let Keybearer read or write, or you dismissed its prompt.
    .press = Press Try again and allow it when the system asks.
    .type = Run the command again and allow it when the system asks.
error-passphrase-wrong = This passphrase doesn’t unlock the file.
    .means = The file is intact.
    .press = Type it again. Check capital letters and the keyboard layout.
    .type = Run the command again. Check capital letters and the keyboard layout.
error-passphrase-needed = The encrypted file is locked.
    .means = Reading or storing a secret needs its passphrase.
    .press = Unlock it in Settings.
    .type = Type the passphrase in the terminal, or pass it with `--passphrase-fd N`.
error-passphrase-short = This passphrase is too short.
    .means = Anyone who gets the file could guess a short one.
    .press = Use at least 8 characters; several words are best.
error-secret-missing = The token isn’t in storage.
    .means = The account is listed here, but its token is missing: it was deleted or changed there.
    .press = Sign in again.
    .type = Sign in again: `keybearer login PROVIDER`, or `keybearer token NAME --login`.
error-file-foreign = This isn’t a Keybearer file.
    .means = Another program made it, or it is another kind of file.
    .press = Choose the file that Move accounts or Copy accounts saved; its name begins and ends with “keybearer”.
error-file-damaged = This file is damaged.
    .means = Part of it was lost or changed on the way. Nothing was imported.
    .press = Copy the file again, or save it again on the other computer.
error-file-newer = A newer Keybearer saved this file.
    .means = This version can’t read its format. Nothing was imported.
    .press = Install the newer version here.
error-delivery-unknown = This sync target no longer exists.
    .means = It was removed, perhaps in another window.
    .press = Add it again if you still want it.
error-delivery-unconfirmed = This sync target is off until you confirm it.
    .means = It isn’t what you confirmed: it was changed outside Keybearer, came from another computer, or its file now leads elsewhere. Nothing was sent.
    .press = Press Confirm and check where the token would go, or press Remove.
    .type = Check where the token would go and confirm it, `keybearer delivery confirm ID`, or remove the target: `keybearer delivery remove ID`.
error-env-line-unclear = Nothing was written: programs read line { $line } of the .env file differently.
    .means = { $why ->
        [comment] For systemd and docker, the comment after the value is part of the value.
        [words] The same line has a second assignment or a command, which would be lost or run.
        [quotes] There is a quote in the middle of the value, or one that doesn’t close where it seems to. Some programs read the value into the next lines.
        [continued] It ends with a backslash, a pipe or a here-document. Some programs read the next line as part of it.
        [blanks] With spaces around the equals sign, a shell takes the line for a command.
        [computed] A shell computes the value, or a character in it has a special meaning there; other programs read it literally.
        [used] Another line sets or uses the same key and would change too.
        [command] It isn’t NAME=value. A shell runs it, and other programs skip it.
        [encoding] The file isn’t plain UTF-8, or it has characters that some programs read as a line break.
        [ends] Some lines have Windows line endings and others don’t. For a shell, the carriage return is part of the value.
       *[other] Another program would read another value there.
    }
    .press = Write that line as NAME=value with nothing else on it, and save the file as UTF-8; then press Sync now. Or sync to a file that holds only the token.
    .type = Write that line as NAME=value with nothing else on it, and save the file as UTF-8; then run `keybearer deliver NAME`. Or sync to a file that holds only the token.
error-file-sealed = Another program encrypts this file: { $by }.
    .means = The token would be readable next to the encrypted content, and could make the file unusable. Nothing was written.
    .press = Sync to that program instead, so that it encrypts the token: press Remove and add the program as a target. Or choose another file.
    .type = Sync to that program instead, so that it encrypts the token: remove this target (`keybearer delivery remove ID`) and add the program. Or choose another file.
error-env-file-foreign = This isn’t a .env file.
    .means = { $kind ->
        [json] It is JSON.
        [yaml] It is YAML.
        [sections] It has sections, like TOML, INI or a systemd unit.
        [key] It is a key or a certificate.
        [markup] It is XML or HTML.
        [program] It is a program or a script.
        [binary] It isn’t text.
        [large] It is larger than 1 MB.
       *[other] It is something else.
    } Writing a token into it would damage it. Nothing was written.
    .press = Press Remove and add a .env file, a file that holds only the token, or a program that changes this file.
    .type = Remove this target (`keybearer delivery remove ID`) and add a .env file, a file that holds only the token, or a program that changes this file.
error-file-nowhere = { $why ->
    [folder] The folder of this sync target isn’t there: { $path }.
    [link] This link leads nowhere: { $path }.
   *[other] This isn’t a file: { $path }.
}
    .means = { $why ->
        [folder] It was deleted or renamed, its disk isn’t mounted, or you have no permission to enter it. The token was not written.
        [link] What it leads to was deleted or renamed, or its disk isn’t mounted. The token was not written.
       *[other] There is a folder or something else in the place of the file. The token was not written.
    }
    .press = { $why ->
        [folder] Restore the folder or mount its disk,
        [link] Repair the link or restore what it leads to,
       *[other] Move away what is there,
    } then press Sync now. Or press Remove and add another file.
    .type = { $why ->
        [folder] Restore the folder or mount its disk,
        [link] Repair the link or restore what it leads to,
       *[other] Move away what is there,
    } then run the command again. A target that was added is tried again by itself. To use another file, remove the target (`keybearer delivery remove ID`) and add the other one.
error-delivery-unseen = { $target } doesn’t show the new token.
    .means = It reported success, but reading it back didn’t show the current token.
    .press = Press Sync now. If this keeps happening, check the target itself.
    .type = Sync again: `keybearer deliver NAME`. If this keeps happening, check the target itself.
error-delivery-denied = { $host } rejected the access key (status { $status }).
    .means = The access key for this target is wrong, has expired, or can’t write there. The account’s token is fine.
    .press = Create a new access key there, then add the same target again with it.
    .type = Create a new access key there, then add the same target again with it: `keybearer delivery add`.
error-delivery-nowhere = { $host } doesn’t find this target.
    .means = A name is wrong, or the access key can’t see it.
    .press = Compare the names with the target’s own page, then press Remove and add the right one.
    .type = Compare the names with the target’s own page, then remove this target (`keybearer delivery remove ID`) and add the right one.
error-delivery-refused = { $host } refused the request (status { $status }).
    .means = It accepted the access key, but not the request.
    .press = Read the original message below, then press Sync now.
    .type = Read the original message below, then sync again: `keybearer deliver NAME`.
error-delivery-conflict = Something else keeps writing to the same secret at { $host }.
    .means = Keybearer only replaces what it has just read, and each time something else was faster.
    .press = Find the other writer, or use a separate path for this key; then press Sync now.
    .type = Find the other writer, or use a separate path for this key; then sync again: `keybearer deliver NAME`.
error-delivery-moved = { $place } is now called { $now }.
    .means = The repository was renamed or has a new owner. Keybearer doesn’t follow automatically, so nothing was sent.
    .press = If { $now } is yours, press Remove and add { $now } as a target.
    .type = If { $now } is yours, remove this target (`keybearer delivery remove ID`) and add { $now }.
error-delivery-replaced = { $place } is now another repository.
    .means = The name belongs to a different repository than the one you confirmed, so nothing was sent.
    .press = Check it on GitHub. If it’s the right one, press Remove and add it again.
    .type = Check it on GitHub. If it’s the right one, remove this target (`keybearer delivery remove ID`) and add it again.
error-delivery-sso = { $host } wants this access key authorized for single sign-on.
    .means = The organization accepts an access key only after you authorize it. The account’s token is fine.
    .press = Open the address below, or the token’s page on GitHub under Configure SSO, and authorize it; then press Sync now.
    .type = Open the address below, or the token’s page on GitHub under Configure SSO, and authorize it; then run `keybearer deliver NAME`.
error-delivery-blind = The secret at { $host } has other keys that this access key can’t read.
    .means = Replacing the whole secret would delete them, so nothing was written.
    .press = Let the access key’s policy patch this path (or read and update it), then press Sync now.
    .type = Let the access key’s policy patch this path (or read and update it), then run `keybearer deliver NAME`.
error-delivery-standby = { $host } redirects its clients to { $node }.
    .means = It doesn’t name { $node } as the active node of its cluster, so Keybearer sent neither the access key nor the token there.
    .press = If { $node } belongs to your vault, press Remove and add a target with that address.
    .type = If { $node } belongs to your vault, remove this target (`keybearer delivery remove ID`) and add one with that address.
error-command-missing = Keybearer couldn’t start { $program }.
    .means = There is no such program, or it can’t be run.
    .press = Check the program’s path, then press Remove and add the right one.
    .type = Check the program’s path, then remove this target (`keybearer delivery remove ID`) and add the right one.
error-command-failed = { $program } ended with { $status }.
    .means = The program received the token and reported a failure.
    .press = Read the original message below, then press Sync now.
    .type = Read the original message below, then sync again: `keybearer deliver NAME`.
error-command-slow = { $program } didn’t end within { $seconds } seconds.
    .means = Keybearer stopped it and everything it had started.
    .press = Make sure that it ends on its own and asks nothing, then press Sync now.
    .type = Make sure that it ends on its own and asks nothing, then sync again: `keybearer deliver NAME`.

## Errors: Keybearer itself

error-book-newer = A newer Keybearer wrote your data.
    .means = You can view it, but Keybearer changes nothing, so that nothing is lost. The file: { $path }
    .press = Install the newer version.
error-book-unreadable = Keybearer couldn’t read the list of accounts.
    .means = The file is damaged. Your tokens are stored elsewhere and are intact. The file: { $path }
    .press = Restore the file from a backup of your own. Without one, move it to another folder and sign in again: Keybearer then begins a new list.
    .type = Restore the file from a backup of your own. Without one, move it to another folder and run `keybearer login` for each account: Keybearer then begins a new list.
error-disk = Keybearer couldn’t read or write its files.
    .means = The disk may be full, or the file or its folder may belong to another user. The place: { $path }
    .press = Free some space or check whose it is, then press Try again.
    .type = Free some space or check whose it is, then run the command again.
error-no-locks = Keybearer can’t lock { $path }.
    .means = The folder’s file system has no locks (some network and FUSE folders don’t), and this computer offers no other folder for them. Without a lock, two programs could use up the same token at once, so nothing was done.
    .press = Move Keybearer’s data to a folder on this computer’s own disk, or set XDG_RUNTIME_DIR to a folder of yours, and start Keybearer again.
    .type = Move Keybearer’s data to a folder on this computer’s own disk, or set XDG_RUNTIME_DIR to a folder of yours, and run the command again.
error-folder-elsewhere = Another computer uses the data in { $path }.
    .means = The folder’s file system has no locks, so two computers can’t see what the other is doing and could use up the same token at once. Nothing was done.
    .press = Use a folder on this computer’s own disk. If the other computer no longer uses this one, delete its file locks/computer and start Keybearer again.
    .type = Use a folder on this computer’s own disk. If the other computer no longer uses this one, delete its file locks/computer and run the command again.
error-post-missing = There is no post of this account that Keybearer could delete.
    .means = The last one was deleted already, or nothing was posted.
    .press = Look at your profile if you expect one there.
error-post-too-long = The text is too long: { $length } characters.
    .means = This platform takes { $max } at most, as it counts them.
    .press = Shorten it.
    .type = Shorten it and run the command again.
error-post-unclear = The last post may have been posted, and Keybearer didn’t recognize it among the newest posts.
    .means = The answer of the platform never arrived. Posting again could post it twice, so Keybearer doesn’t do that by itself.
    .press = Look at your profile. If the post isn’t there, press Post it again.
    .type = Look at your profile. If the post isn’t there, run the command again with `--again`.
error-post-under-way = A post of this account is being published.
    .means = Another window or command is waiting for the platform.
    .press = Wait until it has finished.
error-account-unknown = This account is no longer here.
    .means = It may have been deleted in another window.
    .press = Choose another account on the left.
    .type = `keybearer list` shows the accounts that are here.
error-client-unknown = This app is no longer here.
    .means = It may have been deleted in another window.
    .press = Choose another app, or add a new one.
    .type = Choose another with `--client`, or leave it out to add a new app.
error-client-in-use = Accounts still use this app.
    .means = Without it, Keybearer couldn’t revoke their tokens.
    .press = Revoke or delete those accounts first.
error-login-unknown = This sign-in has ended.
    .means = It finished or was cancelled.
    .press = Press Try again.
    .type = Run the command again.
error-provider-unknown = There is no platform called “{ $id }”.
    .means = Its file was removed or renamed.
    .press = Put the file back and start Keybearer again.
    .type = Put the file back and run the command again.
error-practice-over = The practice platform has ended.
    .means = It runs only while you use it; its tokens end with it.
    .press = Add a new practice account whenever you like.
    .type = `keybearer login practice` adds a new account, while `keybearer practice` runs in another terminal.
error-provider-file = { $file } couldn’t be loaded.
    .means = Something in this platform file doesn’t match the format.
    .press = Read the reason below, correct the file and start Keybearer again.
    .type = Read the reason below and correct the file.
error-input-invalid = Keybearer can’t use this value: { $field ->
    [token] the token.
    [code] the code.
    [name] the name.
    [client_id] the app ID.
    [client_type] the type of app.
    [client_secret] the app secret.
    [secret] the secret.
    [access_token] the access token.
    [token_secret] the access token secret.
    [redirect] the redirect address.
    [url] the address of the server. Write it as it is sent: https, lowercase letters, other scripts as xn--.
    [api] the address of the API. Write it as it is sent: https, lowercase letters, other scripts as xn--.
    [words] the program or its arguments.
    [text] the text of the post. It must not be empty.
    [image] the image. It is an https address of a picture; some platforms need one, some take none.
    [visibility] the visibility. Choose one of those that are listed.
    [to] where the post goes.
    [post] there is no such post, or this account can’t post.
    [key] the name of the variable or key.
    [path] the path.
    [repository] the repository. Write it as OWNER/NAME.
    [environment] the environment.
    [organization] the organization.
    [account] the account ID.
    [script] the Worker’s name.
    [namespace] the namespace.
    [mount] the mount.
    [credential] the access key.
   *[other] { $field }.
}
    .means = It is empty, too long or in the wrong format.
    .press = Change it and press Try again.
    .type = Change it and run the command again.
error-already-running = Keybearer is already running.
    .means = Two at once would interfere with each other.
    .press = Use the window that is already open.
error-not-in-applications = Move Keybearer to the Applications folder first.
    .means = macOS runs a downloaded app that was not moved from a temporary folder, a different one at each start, so neither a terminal nor your next login would find it there. Nothing was changed.
    .press = Quit Keybearer, move it to the Applications folder in the Finder, and open it from there.
    .type = Quit Keybearer, move it to the Applications folder in the Finder, then run the command again from there.
error-clipboard = Keybearer couldn’t use the clipboard.
    .means = The system didn’t let it write there.
    .press = Press Show and copy by hand.
error-internal = Something went wrong inside Keybearer.
    .means = This shouldn’t happen. Your tokens aren’t affected.
    .press = Press Try again. If this keeps happening, copy the diagnostics in Settings.
    .type = Run the command again. If this keeps happening, report it with what it says here.
error-unknown = Something went wrong: { $code }.
    .means = This version has no text for it.
    .press = Press Try again. If this keeps happening, copy the diagnostics in Settings.
    .type = Run the command again. If this keeps happening, report it with what it says here.

calendar-entry = Sign in again

## The tray and notifications; `%n` is a number that the shell puts in

tray-copy = Copy token
tray-renew = Renew now
tray-open-account = Open
tray-refresh = Renew all now
tray-open = Open Keybearer
tray-quit = Quit
tray-more = More in the window…
tray-locked = Locked – open Keybearer to unlock
tray-soon = under an hour
tray-hour = 1 hour
tray-hours = %n hours
tray-day = 1 day
tray-days = %n days
tray-data = data access: { $left }
tray-renews = renews in { $left }
tray-assumed = probably expires in { $left }

notice-open = Open
notice-day = Sign in again within a day, or its token stops working.
notice-days = Sign in again within %n days, or its token stops working.
notice-data-day = Sign in again within a day, or its access to your data ends.
notice-data-days = Sign in again within %n days, or its access to your data ends.
notice-locked = Keybearer is locked
notice-locked-body = Tokens are due for renewal. Open Keybearer and unlock storage.
notice-refreshed = Long-lived tokens renewed
notice-none = No token needs it now.
notice-renewed = %n renewed
notice-renewed-one = It has a new token.
notice-later = %n to be tried again later
notice-needs-you = %n waiting for you

## The command line

cli-no-account = No account is called { $name }.
cli-see-list = `keybearer list` shows the accounts.
cli-no-client = No app is called { $name }.
cli-see-clients = `keybearer client list` shows the apps.
cli-not-done = Nothing was done, because you didn’t confirm. Type y at the question, or add --yes.
cli-not-offered = { $name } is at a platform that doesn’t offer this.
cli-pages-post = { $name } can’t post by itself, but its Pages can. `keybearer account pages { $name }` adds one; then post with the Page’s name.
cli-no-previous = There is no previous token of { $name } to restore.
cli-step-back-ask = Restore the previous token of { $name }?
cli-call-ask = This changes something at the platform: { $what }. Send it?
cli-call-ask-costs = Send this request: { $what }?
cli-post-visible = Visible to: { $who }
cli-post-for = Goes to: { $place }
cli-post-length = Length: { $length } of { $max }
cli-post-scope = The token may lack the permission { $scope }.
cli-post-keeps = The token may not delete posts: it lacks { $scope }. To delete this one, use the platform itself.
cli-post-no-delete = It can’t be deleted from here, only at the platform.
cli-post-to = Add --to and the place. { $what }. Example: { $example }
cli-post-waits = Publishing takes at least { $seconds } seconds, because the platform asks for it.
cli-post-not-public = Strangers won’t see it, or whether they do can’t be checked without signing in.
cli-post-unclear = An earlier post may have been posted. Keybearer looks for it first.
cli-post-ask = Post it?
cli-post-delete-ask = Delete the post “{ $text }” at the platform?
cli-post-sending = Posting…
cli-post-looking = Looking for the earlier post, then posting…
cli-post-not-sent = The new post was not sent. This is about an earlier one: “{ $text }”.
cli-post-none = { $name } has no post yet that Keybearer published.
cli-post-gone = The post was deleted.
cli-post-may-be = The post may have been posted: the platform’s answer never arrived. `keybearer post { $name } --check` looks for it.
cli-post-may-be-unseen = The post may have been posted, and Keybearer didn’t recognize it among the newest posts. Look at your profile before you post again.
cli-post-may-be-lost = The post may have been posted: the platform’s answer never arrived. Keybearer can’t look for it there: look yourself before you post again.
cli-post-stopped = The post was published. `keybearer post { $name } --check` says whether strangers see it.
cli-post-unsent = Nothing was posted.
cli-post-refused = Nothing was posted: the platform refused it, or Keybearer was stopped before it sent it.
cli-post-sent = Sent
cli-post-there = There
cli-post-seen = Seen by strangers
cli-post-link = Link
cli-post-lamp = { $lamp ->
    [yes] yes
    [no] no
    [waiting] not yet; look again later
    [needs-login] can’t be checked without signing in
    [no-reading] can’t be checked: the platform doesn’t let this token read posts
   *[unknown] not known
}
cli-post-probably = Probably: { $reason }
cli-post-delete-later = `keybearer post { $name } --delete` deletes it again.
post-dark-app-in-development = The app is in Development mode, or not published.
post-mend-app-in-development = Publish the app in the developer console, then post again.
post-dark-page-unpublished = The Page isn’t published.
post-mend-page-unpublished = Publish the Page in its settings. The post then appears.
post-dark-private-profile = The profile is private.
post-mend-private-profile = Make the profile public in the platform’s privacy settings, or post for your followers only.
post-dark-default-visibility = The post’s visibility hides it from strangers.
post-mend-default-visibility = Choose a visibility that includes everyone, and check the default in the account’s settings. Delete this post and post again.
post-dark-local-only = The post stays on its server.
post-mend-local-only = Post again without “this server only”.
post-dark-duplicate = The platform took it as a duplicate of an earlier post.
post-mend-duplicate = Change the text and post again.
post-dark-missing-scope = The token lacks a permission.
post-mend-missing-scope = Sign in again and ask for the permission to publish.
post-dark-unconfirmed-account = The account’s email address isn’t confirmed.
post-mend-unconfirmed-account = Open the confirmation email and follow its link, then post again.
post-dark-limited-account = The platform has limited this account.
post-mend-limited-account = Open the platform and look for a notice about your account.
post-dark-held-back = The platform is holding the post back to check it first.
post-mend-held-back = Wait, and look again later.
post-dark-login-only = This platform or server shows posts only to people who sign in.
post-mend-login-only = Open the link in a private window to see what strangers see. A server’s administrator can change this.
post-dark-removed = The post is gone.
post-mend-removed = If you didn’t delete it, the platform may have removed it: look for a notice from it.
post-dark-unexplained = Keybearer found no reason.
post-mend-unexplained = Open the post in a private window. If it isn’t shown there either, look at the privacy settings of the account, and for a notice from the platform.
cli-call-none = Keybearer knows no test request for this account.
cli-file-passphrase = Passphrase of the file:
cli-file-passphrase-new = Choose a passphrase for the file, at least 8 characters:
cli-transfer-moved = Accounts in the file: { $count }. The other computer renews them from now on. Import the file there with `keybearer account receive FILE` or in Settings, then delete it.
cli-transfer-copied = Accounts in the file: { $count }. This computer keeps renewing them. Import the file on the other computer with `keybearer account receive FILE` or in Settings, then delete it.
cli-receive-paused = Another computer keeps renewing some of these accounts. To renew one here instead, run `keybearer account resume NAME`.
cli-redirect-works = The redirect address works on this computer.
cli-certificate-trusted = { $store ->
        [nss] The certificate “{ $name }” is in your own NSS store, which Chromium, Chrome and other browsers based on Chromium read. Restart a browser that is open. Firefox has a list of its own, and asks by itself when it first opens the address.
        [keychain] The certificate “{ $name }” is in your login keychain, and trusted for TLS by you alone. Firefox may have a list of its own, and then asks by itself.
       *[root] The certificate “{ $name }” is among your own trusted root certificates. Firefox may have a list of its own, and then asks by itself.
    }
cli-certificate-removed = Your certificate store no longer has the certificate “{ $name }”.
cli-autostart-no-app = The app isn’t here ({ $what }), so nothing could be started at login; the setting stays as it was. Install the app, or run `keybearer service install`, which renews tokens without it.
cli-autostart-app-missing = The app isn’t here ({ $what }), so nothing could be started at login; the setting stays as it was. Install the app.
cli-ask-platform = Which platform’s token is this? ({ $platforms })
cli-keep-mismatch = You signed in as { $name }, but { $expected } was expected. Save { $name } as another account? [y/n]
cli-show-id = ID
cli-show-declined = Permissions not granted
cli-show-renews = Renewed next
cli-show-assumed = Probably expires
cli-show-verified = Verified
cli-show-step-back = Previous token kept until
cli-show-sync = Synced to
cli-show-type = Type
cli-show-stored = stored
cli-show-none = none stored
cli-show-account = Account
cli-not-understood = This part of the command line isn’t valid: { $what } · `{ $help }` explains it.
cli-argument-missing = This is missing: { $what } · `{ $help }` explains it.
cli-ambiguous = { $name } matches more than one account:
cli-unknown = “{ $word }” isn’t known here. These are:
cli-unanswered = Input isn’t possible here. These are missing:
cli-system = The system refused. { $detail }
cli-passphrase = Passphrase of the encrypted file:
cli-passphrase-new = Choose a passphrase, at least 8 characters:
cli-passphrase-again = Repeat passphrase:
cli-sealing = Tokens are stored in encrypted files that only your passphrase unlocks. A forgotten passphrase can’t be recovered.
cli-store-locked = The window, the tray, `serve` and `exec --watch` forget the passphrase. From now on programs get no token from the encrypted files; a renewal or an export that has begun is finished first. To unlock them, enter the passphrase in the window, or start the command again. What reads the passphrase by itself, such as a unit of systemd, unlocks them again at its next start.
cli-store-no-passphrase = There are no encrypted files here that a passphrase unlocks, so nothing was locked. The system locks its { keychain }.
cli-empty = There is no account yet. `keybearer login PROVIDER` adds one.
cli-status-practice = Only the practice platform has accounts here, and they need no watch. `keybearer login PROVIDER` adds another.
cli-ended = expired
cli-on-demand = renewed when needed
cli-renews = { $left }, renewed automatically
cli-ends = { $left }
cli-assumed = probably expires in { $left }
cli-assumed-renews = probably expires in { $left }, renewed automatically
cli-data = data access for another { $left }
cli-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
cli-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
cli-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
cli-endless = doesn’t expire
cli-life-unknown = expiry unknown
cli-renamed = It was saved as { $before } before.
cli-tokens-others = { $count } of these tokens were not made for this account’s app in Keybearer. `keybearer account end-token` ends one.
cli-end-token-ask = End the token of { $app } at { $name }? Whatever uses it loses its access at once. [y/n]
cli-end-token-own-ask = This is the token that Keybearer keeps for { $name }. End it? Everything that uses it loses its access at once, and you need to sign in again. [y/n]
cli-no-delivery = There is no sync target. `keybearer delivery add NAME` adds one.
cli-no-targets = “{ $id }” is not the ID of a sync target: there are none. `keybearer delivery add NAME` adds one.
cli-no-target = “{ $id }” is not the ID of a sync target, or several IDs begin with it. These exist:
cli-delivery-off = off until you confirm it
cli-delivery-never = not synced yet
cli-delivery-old = has an older token
cli-delivery-current = synced
cli-delivery-type = To confirm, type this line. Enter alone cancels.
cli-delivery-differs = That isn’t the same. Type this line, or press Enter to cancel:
cli-delivery-unconfirmed = Nothing was changed, because you didn’t confirm where the token goes.
cli-delivery-no-terminal = Nothing was changed. To confirm a sync target you type a line that the terminal shows, and there is no terminal here. { $system ->
    [windows] Run this in a terminal window without redirecting its input or its errors; it asks for the access key.
   *[other] Run this command where you can type. An access key may still come from standard input.
}
cli-delivery-access-key = Access key for the target:
cli-delivery-no-access-key = Nothing was changed: the access key is empty. Type it, or pass it on standard input.
cli-delivery-key-lost = Nothing was changed: the access key of this sync target isn’t stored on this computer. Remove the target (`keybearer delivery remove ID`), then add it again with its access key.
cli-delivery-program-path = Nothing was changed. Type the program’s path, such as /usr/local/bin/update: which program a name alone starts depends on the search path.
cli-delivery-remove-ask = Remove the sync target { $target } of { $name }? What was synced stays where it is. [y/n]
cli-status-well = All is well. Accounts: { $count }.
cli-status-next = Next renewal in { $left }.
cli-status-due = The next renewal is due.
cli-status-login = Needs you; sign in again or see `keybearer list`: { $names }.
cli-status-late = Renewal overdue or being retried: { $names }.
cli-status-sync = Not synced, being retried or not confirmed: { $names }.
cli-not-synced = { $name } isn’t synced to { $target }:
cli-nothing-due = Nothing is due.
cli-lists-none = Keybearer can’t list statuses at { $provider }.
cli-export-count = { $count } statuses, { $rate } a second
cli-export-wait = · waits { $seconds } s: { $why }
cli-export-done = { $count } statuses are in { $path }.
cli-export-none = { $name } has no such export that was interrupted and doesn’t run now.
cli-export-part = { $count } statuses are saved next to it. Within a day, the same command continues from there.
cli-export-partial = Partial: { $count } written to { $path }, { $skipped } skipped.
cli-export-partial-of = Partial: { $count } written to { $path }, { $skipped } skipped, { $expected } by the server’s own count.
cli-export-partial-out = Partial: { $count } written, { $skipped } skipped.
cli-export-partial-out-of = Partial: { $count } written, { $skipped } skipped, { $expected } by the server’s own count.
cli-type-code = Open this address, approve access at { $host }, and type the code that it shows:
cli-paste-address = Open this address, approve access at { $host }, and paste the address that the browser ends on:
cli-consent = Approve access at { $host }. If no browser opened, open this address; you can also paste the result here:
cli-enter-code = To approve access at { $host }, open this address on any device and enter the code:
cli-waits-for-approval = Waiting until you approve. Ctrl-C cancels.
cli-unstored = The token isn’t stored yet and is in memory only. Don’t end this program.
cli-ask-token = Token:
cli-kept = Saved as { $name }.
cli-other-account = You signed in as { $name }, but { $expected } was expected. Nothing was stored.
cli-unvouched = The token is saved as { $name }. You named { $expected }, and that domain doesn’t confirm that this is its account.
cli-keep-other = You signed in as { $name }, but named { $expected }. That domain doesn’t say whether they are the same account. Save the token? [y/n]
cli-forget-ask = Delete everything that Keybearer stores on this computer: accounts ({ $count }), tokens, apps and settings? Platforms aren’t notified: tokens stay valid until they expire, unless you revoke them first. [y/n]
cli-forget-account-ask = Delete { $name } from this computer? The platform isn’t notified: its token stays valid until it expires, unless you revoke it first. [y/n]
cli-forget-account-done = { $name } is deleted from this computer. Its token stays valid at the platform until it expires.
cli-forget-unconfirmed = Nothing was deleted, because you didn’t confirm. Type y at the question, or add --yes.
cli-forget-at-work = Nothing was deleted. Keybearer is using this data: the app, `keybearer serve` or `keybearer practice` is running, or a sign-in, an export, a renewal or a sync is under way. End what is running and run this again.
cli-forget-done = Keybearer stores nothing on this computer any more. Tokens stay valid at their platforms until they expire.
cli-forget-providers = Your own provider files are still in { $path }.
cli-forget-units = Units of systemd may be using this data. This stops and deletes them: { $command }
cli-forget-system-units = The system units and the passphrase that is kept for them are still there: only root can delete them. Run `sudo keybearer service uninstall --system`.
cli-provider-right = No faults.
cli-provider-address = Signing in would open this address first:
cli-service-not-here = `keybearer service` installs units of systemd, which this system doesn’t have. A scheduled task or a launchd agent isn’t offered. Turn on “Start at login, in the background” in the app’s settings, or run `keybearer refresh --due` regularly.
cli-service-whose = As root, choose one: `keybearer service { $what } --system` for units that run as the user keybearer, with accounts of their own; --user for root’s own accounts.
cli-service-root = System units need root: sudo keybearer service { $what } --system
cli-service-foreign = { $what } wasn’t written by Keybearer, so nothing was changed. Move that file away, then run the command again.
cli-service-readable = { $what } isn’t private: others can read it, or it belongs to someone else. Make it yours, run `chmod 600` on it, then run the command again.
cli-service-file-gone = The units read the passphrase from { $what }, which isn’t there any more.
cli-service-file-missing = The units read the passphrase from { $what }, which isn’t there any more. Run `keybearer service install` with --passphrase-file FILE or --passphrase-fd N, or at a terminal, where it asks.
cli-service-path = A unit can’t name { $what }: it has a quote, a backslash, a control character or a space at the end that systemd doesn’t take there. Nothing was changed. Move that file, then run the command again.
cli-service-hidden = System units can’t start { $what }: /home, /root, /run/user, /tmp and /var/tmp are hidden from them. Install the package, or copy the program to /usr/local/bin and run `service install` with that one.
cli-service-remain = systemd isn’t running here. Still to run:
cli-service-failed = The units are written, but systemctl failed. Still to run:
cli-service-linger = systemd stops your units when you log out, and starts none at boot, until lingering is on: sudo loginctl enable-linger { $user }
cli-service-lingers = lingering is on: the units also run while you are logged out
cli-service-login = The units use the accounts of the user keybearer. This adds one: sudo -Hu keybearer keybearer login PROVIDER --no-browser
cli-service-plain = The units read the passphrase from { $path }. It is not encrypted; only its owner and root can read it.
cli-service-copy-deleted = Deleted the copy of the passphrase in { $path }, which the units don’t read.
cli-service-proxy = { $names } has a password, which the units don’t get, because others could read it there: the proxy may refuse them. Put the variable into a file that only its owner can read, and name that file: { $command }, below [Service] the line EnvironmentFile=FILE
cli-service-unconfined = This computer refuses namespaces to users’ programs, so the units are confined less.
cli-service-unchanged = The units are in place already.
cli-service-uninstall-ask = Stop and delete Keybearer’s units, and the passphrase that is kept for them? Tokens are then no longer renewed in the background. [y/n]
cli-service-none = No units of Keybearer are installed.
cli-service-kept = Accounts and tokens stay.
cli-service-kept-user = The user keybearer and its accounts stay, in /var/lib/keybearer.
cli-service-enabled = installed and enabled
cli-service-not-enabled = installed, but not enabled: run `keybearer service install`
cli-service-not-installed = not installed: run `keybearer service install`
cli-service-no-program = starts { $path }, which doesn’t exist: run `keybearer service install` again
cli-service-ran = ran { $minutes } minutes ago
cli-service-never-ran = has never run
cli-service-run-failed = the last run failed ({ $result }): { $command }
cli-service-no-passphrase = none is needed
cli-service-reads = is read from { $path }
cli-service-passphrase-missing = The units have no passphrase for the encrypted files. Run `keybearer service install` again.
cli-service-runs-as = the user that the units run as
cli-service-no-namespaces = the system refuses namespaces to your programs now, so the units don’t start: run `keybearer service install` again
cli-service-no-systemd = not running here
cli-forget-certificate = This computer still trusts the certificate “Keybearer on this computer”, which couldn’t be removed ({ $detail }). Its key is deleted, so nothing can use it. Delete it from the certificate store as well.
leaks-no-secrets = No token or app secret is stored here, so there is nothing to look for. `keybearer login` or `keybearer import` adds an account.
leaks-progress = { $files } files, { $objects } objects of git
leaks-found-access-token = The access token of { $name } was found.
leaks-found-previous-access-token = The access token that { $name } had before its last renewal was found.
leaks-found-refresh-token = The refresh token of { $name } was found.
leaks-found-previous-refresh-token = The refresh token that { $name } had before its last renewal was found.
leaks-found-token-secret = The token secret of { $name } was found.
leaks-found-previous-token-secret = The token secret that { $name } had before its last renewal was found.
leaks-found-client-secret = The app secret of { $name } was found.
leaks-found-target-key = The access key of a sync target of { $name } was found.
leaks-found-certificate-key = The private key of Keybearer’s certificate for { $name } was found.
leaks-do-nothing = { $platform } ended it when it was renewed. Nothing is left to do.
leaks-do-renew = `keybearer refresh { $source } --anyway` gets another one and ends this one.
leaks-do-renew-and-wait = `keybearer refresh { $source } --anyway` gets another one. This one still works for up to { $minutes } minutes.
leaks-do-wait = Nothing is left to do: it ends by itself at most { $minutes } minutes after it was replaced.
leaks-do-list-targets = Note its sync targets, because revoking deletes them too: `keybearer delivery list`.
leaks-do-revoke = Revoke it at { $platform }: `keybearer account revoke { $source }`, or Revoke on the account’s page. This also deletes the account here. It has to come first: Keybearer can revoke only the token that an account has now, and signing in replaces it.
leaks-do-add-targets = Add the sync targets again: `keybearer delivery add { $source }`.
leaks-do-end-token = End the old one: `keybearer account end-token { $source } ID` keeps the account here; `keybearer account tokens { $source }` lists the IDs and says which one is present. Both need the account’s token to have their permissions.
leaks-do-end-at-platform = End it on { $platform }’s own pages, where you manage apps and tokens: Keybearer can’t end it from here.
leaks-do-sign-in-again = Sign in again: `keybearer login { $provider }`.
leaks-do-import-another = Make another one at { $platform } and import it: `keybearer import { $provider }`.
leaks-do-deliver = Sync the new one to everything that uses it: `keybearer deliver { $name }`.
leaks-do-replace-secret = Make another app secret in { $platform }’s developer console, store it with `keybearer client replace-secret` or on the app’s page, and delete the old one in the console.
leaks-do-register-another = Sign in again with a new app: `keybearer login { $provider }`. Then remove the old app on { $platform }’s pages.
leaks-do-replace-target-key = Make another access key there, add the sync target again with it, and delete the old key.
leaks-do-distrust-certificate = Remove the certificate “Keybearer on this computer” from your certificate store and from the browsers that you gave it to. A key that nothing trusts is of no use.
leaks-history = Deleting the file isn’t enough: git keeps what was committed, here and in each copy. First make the secret invalid as above; rewriting the history comes second.
leaks-unread-system = Not read: { $path }: { $detail }
leaks-unread-broken = Not read, because it is damaged: { $path } { $detail }
leaks-unread-large = Not read, because it is too large for memory: { $path } { $detail }
leaks-unread-unknown = Not read, because it is in a format of git that Keybearer doesn’t know: { $path } { $detail }
leaks-unread-elsewhere = Not read, because it isn’t in the named folders: { $path }, which belongs to { $detail }. To search it: keybearer leaks { $path }
leaks-unread-objects = Not looked into, although git’s objects may be in it: { $path }
leaks-unread-mounted = Not read, because it is on another file system: { $path }
leaks-unread-partial = { $path } is a partial clone: some of its objects are only on the server and were not read.
leaks-unread-shallow = { $path } is a shallow clone: its earlier history is only on the server and was not read.
leaks-not-looked-for = Not looked for: a secret of { $name } that is missing or shorter than 8 characters.
leaks-more = Not listed: { $more } more.
leaks-compressed = Files not looked into, because they are compressed or encrypted: { $compressed }.
leaks-done-found = Found: { $places }. Secrets looked for: { $secrets }; files: { $files }; objects of git: { $objects }.
leaks-done-partial = Nothing found, but not everything was read. Secrets looked for: { $secrets }; files: { $files }; objects of git: { $objects }.
leaks-done-clean = Nothing found. Secrets looked for: { $secrets }; files: { $files }; objects of git: { $objects }.
cli-practice = The practice platform runs at this address until Ctrl-C; its accounts and tokens end with it.
    In another terminal: `keybearer login practice`, then `keybearer token practice`, `keybearer exec practice -- COMMAND` and the like.
cli-practice-none = The practice platform isn’t running, so there is nothing to sign in to. Run `keybearer practice` in another terminal and leave it running, then run this command again.
cli-programs-untold = macOS doesn’t tell Keybearer which program asks for a token, so there is nothing to decide about programs here: every program of yours gets a token.
cli-practice-runs = The practice platform already runs at { $address }, in the window or by `keybearer practice`. Use that one: `keybearer login practice`.
cli-serving = Serving tokens at { $path } until Ctrl-C.
cli-serve-forgotten = No program has asked for a while: the passphrase is forgotten, and tokens in encrypted files are no longer served. Start this again to enter it.
cli-serve-locked = The encrypted files were locked: the passphrase is forgotten, and tokens in them are no longer served. Start this again to unlock them.
cli-serve-given = systemd passed on something other than one listening Unix stream socket. In the .socket unit, use one ListenStream= with a path.
cli-serve-no-folder = XDG_RUNTIME_DIR isn’t set to an absolute path, so there is no folder for the socket that only you may enter. A session sets it; on a machine without sessions, point it to a folder of yours with mode 0700.
cli-serve-folder-open = { $path } isn’t yours alone, so tokens aren’t served there. Make it a folder that you own and only you may enter: chmod 700.
cli-serve-taken = Another program already serves tokens at { $path }: the window, or `keybearer serve`. Programs can use that one.
cli-serve-too-long = { $path } is too long for a socket’s path: the system takes about 100 bytes. Set XDG_RUNTIME_DIR to a folder with a shorter path.
cli-serve-gone = { $path } is gone, so no program finds this server any more. It was opened by another program, such as systemd, which has to open it again: `systemctl --user restart keybearer.socket`.
cli-serve-foreign = Another user’s program listens at { $path }, so Keybearer doesn’t ask it and gets the token itself.
cli-serve-unusable = The program that serves tokens at { $path } gave no usable answer, so Keybearer gets the token itself. If this happens again, end that program (`keybearer serve`, or the window) and start it again.
cli-serve-silent = The program that serves tokens at { $path } gave no usable answer within 5 seconds, so Keybearer gets the token itself. If this happens again, end that program (`keybearer serve`, or the window) and start it again.
cli-serve-late = The program that serves tokens at { $path } is taking longer than 5 seconds, maybe to renew the token. Keybearer waits for it, because the encrypted file is locked here.
cli-tray-no-window = The app isn’t here ({ $what }), and the tray is only a way to it. Without the app, `keybearer serve` does the rest: it renews tokens and serves them.
cli-tray-no-bus = This session has no bus on which a desktop could show a tray ({ $what }). `keybearer serve` renews tokens and serves them without one.
cli-interrupted = Stopped.
cli-ending = Keybearer is getting or renewing a token and stops when that is done. Ctrl-C once more stops at once, and the token may be lost.
cli-lost = A new token couldn’t be stored. It was in this program’s memory only and is lost. Sign in again.
cli-input-ended = The result can’t be pasted here: standard input has ended. Run this where you can type.
cli-secret-typed = Every program on this computer can read a secret on the command line. Write it into a file and use { $question }=@FILE.
cli-no-variable = “{ $name }” isn’t a name for an environment variable: letters, digits and underscores, and no digit first.
cli-variable-refused = The provider file “{ $provider }” would set { $name } for the command. --env sets only names such as ACME_TOKEN, ACME_APP_ID or ACME_URL with data of the account, because others can choose what the command runs. `keybearer provider check FILE` names the lines to change.
cli-no-descriptor = --passphrase-fd { $number } can’t be read here. On Windows the number is 0, for standard input. Use --passphrase-fd 0.
cli-program-none = { $program } isn’t a program itself. For a script, name the interpreter’s own file and the script: `keybearer settings allow-program INTERPRETER NAME --script FILE`. What `which python3` prints may be a script, too; Python’s own file is what `python3 -c "import sys; print(sys.executable)"` prints.
cli-program-script = { $program } can’t be named so. An interpreter such as Python is known by the script that it runs (--script FILE), any other program by itself.
cli-script = { $program } is a script. Windows starts programs only, and doesn’t look for the one that runs a script. Type it first: `keybearer exec { $account } -- { $runs } { $program }`
cli-batch-argument = { $program } wasn’t run. It is a batch file, and cmd.exe, which runs it, can’t take an argument with a line break. Remove the line break, or run the program that the batch file calls.
cli-signal-alone = A signal alone gives the program no new token, because its environment can’t change while it runs. Add --file or --socket, or leave out --signal: the program is then started again with the new token.
cli-file-not-offered = --file needs a folder in memory that only you may enter, and this system has none. Leave it out: the program is then started again with the new token in its environment.
cli-file-no-folder = --file needs the folder that XDG_RUNTIME_DIR names, and the variable isn’t set to an absolute path. A sign-in sets it; on a machine without one, run this as a user with lingering (`loginctl enable-linger`).
cli-file-not-private = The token wasn’t written: { $path } must be a folder of your own that only you may enter (mode 0700), and no link.
cli-file-on-disk = The token wasn’t written: { $path } is on a disk, and must be in memory (tmpfs).
cli-file-refused = The token wasn’t written to { $path }. { $detail }
cli-watch-restart = { $name } has a new token: { $program } is started again.
cli-watch-killed = { $program } didn’t end within { $seconds } s and was killed.
cli-watch-again = { $program } ended with { $code } and is started again in { $seconds } s. Ctrl-C stops that.
cli-watch-login = { $program } keeps running with the token that it has. Once you have signed in again to { $name }, it gets the new one.
cli-not-proved = The token is saved as { $name }, but the platform couldn’t be asked whose it is. `keybearer whoami` asks again.
cli-would-lose = A token is in this program’s memory only. Ctrl-C once more ends the program and loses it.
cli-clock = clock
cli-clock-unknown = no server responded
cli-proxy = proxy
cli-proxy-by = { $proxy } (from { $variable })
cli-proxy-except = , not used for { $hosts }
cli-keychain-plain = the { keychain } has no encrypted session: tokens travel unencrypted on this session’s own bus
cli-keychain-two = the { keychain } has more than one entry for a token: Keybearer uses the newest, and removes the others when it next writes
cli-locks-local = the data folder’s file system has no locks: this computer locks it in a folder of its own, and no other computer may use it
cli-signed-by = certificate by { $issuer }
cli-added-by = certificate by { $issuer }, which only this computer trusts
cli-added-means = This is right if the server belongs to your company or to you. Otherwise something in between, such as a company’s proxy or a virus scanner, reads what is sent, tokens included.
cli-added-press = If you don’t know { $issuer }, ask the people who run this network before you sign in.
cli-loopback = redirect to 127.0.0.1
cli-browser = browser
cli-browser-none = no screen here: sign in with --no-browser, open the address elsewhere and paste the result
cli-other = also
cli-log-empty = No use is recorded for this time.
cli-log-off = Uses aren’t recorded: that is turned off in Settings.
cli-log-torn = Damaged lines left out: { $count }
cli-log-refused = refused: { $code }
cli-log-unrecorded = A use of { $name } at { $when } couldn’t be recorded. { $why }

## Using a token

use-title = Use this token
use-last = Last used:
use-last-by = { $when } by { $program }
use-last-what = { $when }, { $what }
use-last-none = not since recording began
use-last-off = not recorded: turned off in Settings
use-last-show = Last uses
use-last-title = Last uses of { $name }
use-last-text = The newest first, at most 20. keybearer log lists all of the last 90 days.
use-last-unknown = program unknown
use-last-parent = started by { $parent }
use-last-refused = no token was handed out
use-last-unrecorded = A use on { $when } couldn’t be recorded. { $why }
use-purpose-copy = copied
use-purpose-show = shown
use-purpose-token = keybearer token
use-purpose-exec = keybearer exec
use-purpose-serve = keybearer serve
use-purpose-delivery = synced
use-purpose-call = request tried
use-purpose-post = post published or deleted
use-purpose-export = posts exported
use-purpose-transfer = written into the file for another computer
use-purpose-other = other use

use-try = Try it
use-try-call = Request
use-try-request = What will be sent
use-try-send = Send
use-try-wrong = Check the values; this request can’t be sent.
use-try-number = A whole number from { $min } to { $max }.
use-try-answer = Response
use-try-answered = responded
use-try-elsewhere = redirected, not followed
use-try-refused = refused
use-try-failed = platform error
use-try-ms = { $ms } ms
use-try-left = { $left } requests left
use-try-left-of = { $left } of { $limit } requests left
use-try-used = { $used } % of the limit used
use-try-wait = Try again in { $seconds } seconds
use-try-resets = full again { $when }
use-try-empty = The response is empty.
use-try-find = Find in the response
use-try-found =
    { $count ->
        [0] nothing found
        [one] found in 1 line
       *[other] found in { $count } lines
    }
use-try-copy = Copy response
use-try-copied = Response copied, with secrets masked.
use-try-more = Show { $count } more lines
use-try-dots = Secrets are masked, here and in what you copy.
use-ask-title = Change something at { $platform }?
use-ask-text = This request changes something: { $what }. You can’t undo it here.
use-ask-yes = Send it

use-copy = Copy in another form
use-copy-preview = Preview all forms…
use-copy-save-form = Save: { $form }…
use-copy-plain = Token only
    .means = Nothing else.
use-copy-header = Authorization header
    .means = For a tool that asks for headers.
use-copy-curl = curl command
    .means = Sends a request right away. The token stays in the shell’s history.
use-copy-env = Lines for .env
    .means = With the names that guides use, and the app’s keys.
use-copy-json = JSON
    .means = The token and its details.
use-copy-javascript = Cloudflare Worker
    .means = Shows your public statuses on any page. The token isn’t in it; it becomes a secret of the Worker.
use-copy-see = Preview
use-copy-copy = Copy
use-copied = Copied: { $what }
use-copy-save = Save
use-copy-saved = Saved: { $path }

use-export = Export posts
use-export-which = Which posts
use-export-newest = Only the newest
use-export-newest-help = A number; empty for all
use-export-newest-wrong = Enter a whole number.
use-export-format = Format
use-export-json = JSON, one array
use-export-jsonl = JSON Lines, one post a line
use-export-start = Export…
use-export-asks = Choose a file
use-export-count = { $count ->
    [one] One post
   *[other] { $count } posts
}
use-export-rate = { $rate } a second
use-export-before = continues from { $count }
use-export-wait = { $why } It continues in { $time }.
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
    [one] Stopped after one post
   *[other] Stopped after { $count } posts
}
use-export-go-on = Continue
use-export-discard = Discard

use-post = Post a first message
use-post-about = Post one message, and see whether strangers can read it.
use-post-pages = At { $platform } an app can post as one of your Pages, not as you.
use-post-looking = Looking for an earlier one…
use-post-message = Text
use-post-count = { $length } of { $limit }
use-post-over = Too long by { $over }.
use-post-text-wrong = This text can’t be posted.
use-post-image = Image address
use-post-image-optional = Image address (optional)
use-post-image-help = The https address of the image itself, which anyone can open.
use-post-image-wrong = Enter an https address.
use-post-to-wrong = Check how this is written.
use-post-visibility = Who can see it
use-post-everyone = Everyone
use-post-hides = Strangers won’t see it.
use-post-depends = That depends on { $platform }.
use-post-unchecked = At { $platform }, whether strangers can see it can’t be checked without signing in.
use-post-requests = { $count ->
    [one] The request that will be sent
   *[other] The { $count } requests that will be sent
}
use-post-seconds = { $platform } takes at least { $seconds } seconds to publish it.
use-post-keeps = This token may not delete posts (it lacks { $scope }). To delete this one, use { $platform } itself.
use-post-lacks = Missing permission: { $scope }
use-post-go = Post…
use-post-ask = Post this at { $platform }?
use-post-as = Account
use-post-twice = The earlier post may be there already. Then there will be two.
use-post-replaces = The last post may still be there. After this one, Keybearer can delete only the new one.
use-post-yes = Post
use-post-said-sending = Posting…
    .means = You can leave this page; the result will be here.
use-post-said-all = Posted, and strangers can see it.
use-post-said-hidden = Posted, but strangers can’t see it.
use-post-said-absent = { $platform } accepted the post, but it isn’t there.
use-post-said-early = Posted. It’s too early to tell whether strangers can see it.
use-post-said-open = Posted. Whether strangers can see it isn’t known.
use-post-said-maybe = This may have been posted.
    .means = There was no answer from { $platform }. Keybearer doesn’t post again by itself.
use-post-said-refused = Not posted.
    .means = { $platform } published nothing. Your text is below.
use-post-said-deleted = Deleted at { $platform }.
use-post-not-found = Last look: { $when }. The post wasn’t recognized among the newest ones. Look at your profile before you post it again.
use-post-by = { $name }, { $when }
use-post-lamps = What is known about the post
use-post-sent = Sent
    .now = Waiting for { $platform }.
    .yes = { $platform } accepted it.
    .no = { $platform } didn’t accept it.
    .unknown = { $platform } didn’t answer.
use-post-there = There
    .yes = Found with your token.
    .no = Not found with your token.
    .needs-login = { $platform } doesn’t let this token read posts.
    .waiting = { $platform } doesn’t return it yet.
    .unknown = Not checked.
use-post-seen = Seen by strangers
    .yes = Found without signing in.
    .no = Not found without signing in.
    .waiting = { $platform } may take a few minutes.
    .needs-login = { $platform } can’t be asked without signing in.
    .unknown = Not checked.
use-post-lamp-now = Sending
use-post-lamp-yes = Yes
use-post-lamp-no = No
use-post-lamp-waiting = Not yet
use-post-lamp-needs-login = Can’t be checked
use-post-lamp-unknown = Unknown
use-post-later = Keybearer looks again in { $time }.
use-post-likely = This is the likeliest reason; { $platform } doesn’t say.
use-post-mend = Open the page
use-post-check = Check again
use-post-look = Look again
use-post-open = Open the post
use-post-profile = Open the profile
use-post-delete = Delete it
use-post-delete-ask = Delete this post at { $platform }?
use-post-delete-text = You can’t undo this.
use-post-no-delete = It can’t be deleted from here, only at { $platform }.
use-post-no-delete-link = Open the page
use-post-look-yourself = Keybearer can’t look for it at { $platform }. Look yourself before you post it again.
use-post-another = Write another
use-post-again = Post it again…

use-deliver = Sync to a bot
use-deliver-late = A target has an older token.
use-deliver-text = After each sign-in and renewal, Keybearer writes the new token to its targets and checks that it arrived.
use-deliver-kind = Target
use-deliver-env-file = A line in a .env file
use-deliver-file = A separate file
use-deliver-program = A program
use-deliver-github = GitHub Actions secret
use-deliver-cloudflare = Cloudflare Worker secret
use-deliver-openbao = Vault or OpenBao
use-deliver-key = Variable name
use-deliver-file-help = The next button opens the system’s file dialog. In GNOME’s dialog, Ctrl+H shows hidden files.
use-deliver-words = Arguments, one per line
use-deliver-words-help = No shell reads them. The token arrives on standard input. Other programs on this computer can read arguments, so don’t put a secret there.
use-deliver-api = API address
use-deliver-url = Server address
use-deliver-repository = Repository
use-deliver-name = Secret name
use-deliver-account = Account ID
use-deliver-script = Worker name
use-deliver-mount = KV mount (version 2)
use-deliver-path = Secret path
use-deliver-vault-key = Key in the secret
use-deliver-credential = Access key
use-deliver-credential-github = A fine-grained token that can write this repository’s secrets. It is stored in the { keychain }.
use-deliver-credential-cloudflare = An API token that can edit Workers scripts. It is stored in the { keychain }.
use-deliver-credential-openbao = A token that can read and write this path. It is stored in the { keychain }.
use-deliver-add = Add a sync target
use-deliver-choose = Choose the file…
use-deliver-choose-program = Choose the program…
use-deliver-next = Review and add…
use-deliver-now = Sync now
use-deliver-confirm = Confirm…
use-deliver-remove = Remove
use-deliver-off = Off until you confirm it
use-deliver-never = Not synced yet
use-deliver-old = Has an older token, synced { $when }
use-deliver-done = Synced { $when }
use-deliver-read-back = read back and correct
use-deliver-exited = the program reported success
use-deliver-updated = GitHub reports the change
use-deliver-listed = Cloudflare lists it
use-deliver-version = read back as version { $number }
use-deliver-github-environment = GitHub environment secret
use-deliver-github-organization = GitHub organization secret
use-deliver-environment = Environment
use-deliver-organization = Organization
use-deliver-visibility = Repositories that may read a new secret
use-deliver-visibility-private = Private and internal repositories
use-deliver-visibility-all = All repositories, public ones too
use-deliver-visibility-selected = Repositories selected on GitHub
use-deliver-namespace = Namespace (optional)
use-deliver-credential-github-environment = A fine-grained token that can write this repository’s environments. It is stored in the { keychain }.
use-deliver-credential-github-organization = A fine-grained token of the organization that can write its secrets. It is stored in the { keychain }.
use-deliver-written = written as version { $number }; the access key can’t read it back
use-deliver-shadowed = Environments with a secret of the same name: { $environments }. Jobs that use one of them read that secret, not this one.
use-deliver-again = Tried again { $when }.
use-deliver-gone = Removed. What was synced stays where it is.

## Shown by the system itself: a start that failed

native-start-failed = Start Keybearer again. If this keeps happening, the log has details: { $path }
native-start-silent = Keybearer is already running as process { $process } and doesn’t answer. End that process and start Keybearer again.
native-start-webview = Keybearer can’t show its window. A part of Windows is missing: Microsoft Edge WebView2, which draws it. Download it from Microsoft’s page, install it, and start Keybearer again.
native-start-webview-download = Open the download page
native-start-close = Close

## Asked in a dialog of the system's own, before a token goes anywhere

native-save = Save the posts
native-choose = Choose the file for the token
native-title = Sync a token
native-choose-program = Choose the program that receives the token
native-yes = Sync there
native-deliver = After each sign-in and renewal, the access token of { $name } is written to:
native-env = { $key } in the file { $path }
native-file = the file { $path }, which will contain nothing else
native-link = A link leads elsewhere. The file that is written is { $path }
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
