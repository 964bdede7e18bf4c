# Keybearer 的繁體中文文字，Rust（fluent）與介面（@fluent/bundle）共用。
# 語氣：簡短、平靜、準確。每個錯誤都有三句：發生了什麼（值）、代表什麼（.means）、該按哪裡（.press）。.type 在終端機裡代替
# .press，說的是指令，不是按鈕。

app-name = Keybearer
# 系統對密鑰儲存的叫法：每條文字都有 $system。
keychain = { $system ->
    [macos] 鑰匙圈
    [windows] 認證管理員
   *[linux] 鑰匙圈
}

## The left column

accounts = 帳號
accounts-none = 還沒有帳號。
find = 尋找帳號
find-none = 沒有符合的帳號。
find-keys = { $system ->
    [macos] ⌘K
   *[other] Ctrl K
}
filter = 顯示
filter-all = 全部
filter-needs = 待處理
filter-paused = 其他電腦
move-up = 在清單中上移
move-down = 在清單中下移
add = 新增帳號
add-waiting = 正在等待授權
add-ended = 檢視登入結果
add-mismatch = 登入的是另一個帳號
clients = 應用程式
settings = 設定
kept-keychain-ready = 權杖與密鑰存放在{ keychain }中
kept-keychain-locked = { keychain }已鎖定
kept-keychain-missing = 這台電腦沒有{ keychain }
kept-keychain-silent = { keychain }沒有回應
kept-sealed-file-ready = 權杖與密鑰存放在加密檔案中
kept-sealed-file-locked = 加密檔案已鎖定
kept-sealed-file-missing = 找不到加密檔案

## How an account stands, beside its platform's name

state-no-expiry = 不會過期
state-life-unknown = 到期日不明
state-unchecked = 尚未驗證
state-renews = 使用時自動續期
state-interrupted = 需要重新登入：續期中斷
state-unverified = 未驗證
state-dead = 需要重新登入
state-missing-secret = 找不到權杖
state-expired = 已到期
state-unstored = 只在記憶體中
state-practice-over = 練習已結束
state-paused = 由其他電腦續期
state-on-hold = 已暫停
state-renews-day = { $day }續期
state-assumed = 預計 { $day } 到期
state-data = 資料存取至 { $day }
state-data-over = 資料存取已到期
state-sync = 同步失敗
state-days = 還剩 { $days } 天
state-hours = 還剩 { $hours } 小時
state-minutes = 還剩 { $minutes } 分鐘

## The first screen

empty-title = 你的存取權杖，存放在這台電腦
empty-get = 取得權杖
empty-get-text = 選擇平台，在你自己的瀏覽器登入。每一步 Keybearer 都會告訴你怎麼做。
empty-import = 匯入現有的權杖
empty-import-text = 貼上從別處取得的權杖。Keybearer 會查出它屬於哪個帳號，能續期就自動續期。
empty-stays = 權杖只存放在這台電腦的{ keychain }，Keybearer 沒有伺服器。
empty-first = 手邊沒有帳號？
empty-practice = 用練習帳號試試看

## Notices

unstored = 有 { $count } 個權杖只在記憶體裡。
unstored-locked = { keychain }已鎖定。請先解鎖，再按「重試」。
unstored-missing = 這台電腦沒有{ keychain }。請先選擇存放位置，再按「重試」。
unstored-sealed = 加密檔案已鎖定。請到「設定」解鎖。
details = 詳細資訊

## Buttons found in many places

next = 下一步
back = 返回
cancel = 取消
keep = 保留
try-again = 重試
delete = 刪除…
discard = 捨棄
copy = 複製
copied = 已複製。
own-words = 原始訊息

## Adding an account

tiles-title = 需要哪個平台的權杖？
tiles-sub = 權杖只存放在這台電腦上。Keybearer 從不要求帳號密碼。
tiles-find = 搜尋 { $count } 個平台
tiles-none = 沒有符合的平台。
tile-group-yours = 你在用的
tile-group-social = 社群平台
tile-group-bots = 機器人與訊息
tile-group-developer = 開發者服務
tile-group-practice = 練習
tile-cost-free = 免費
tile-cost-own-app = 免費，自建 App
tile-cost-review = 自建 App，需審查
tile-cost-paid = 需付費
tile-cost-unknown = 費用不明
custom = 自訂
custom-hosts = 請求會送往 { $hosts }
import-token-tile = 我已經有權杖了
sunset = { $platform } 的 API 版本 { $version } 將於 { $day } 停用。在此之前一切照常，更新的 Keybearer 會改用新版本。
sunset-over = { $platform } 的 API 版本 { $version } 已於 { $day } 停用。如果出錯，請安裝更新的 Keybearer。
sunset-short = API { $version } 將於 { $day } 停用
sunset-over-short = API { $version } 已於 { $day } 停用
kind-title = 要用哪種方式連接 { $platform }？
kind-which = 想在 { $platform } 上做什麼？
kind-behalf = 以誰的身分
kind-needs = 需要什麼
redirect-title = 選擇回呼網址
redirect-sub = { $platform } 只接受已登錄的回呼網址，必須完全一致。
redirect-address = 要登錄的回呼網址
rules = { $platform } 對回呼網址的規定
rule-broken = 這個網址不符合規定。
client-title = 用哪個 { $platform } 應用程式登入？
client-sub = 這是你自己在平台上建立的應用程式，一個應用程式可以供多個帳號使用。
client-new = 新的應用程式
client-new-registers = 由 Keybearer 自動註冊。
client-new-console = 由你在平台的開發者主控台建立，Keybearer 會一步步說明。
client-which = 應用程式
client-new-steps = 新的應用程式
client-accounts = { $count ->
    [0] 沒有帳號
   *[other] { $count } 個帳號
}
client-name = 應用程式名稱
client-name-help = 平台請你授權時會顯示這個名稱。
more-options = 更多選項
your-app = 你的應用程式
named-app = 「{ $name }」
question-empty = 請填寫這一項。
question-choose = 請選擇一項。
question-pattern = 格式不正確。
server-looking = 正在尋找伺服器…
server-found = 已找到 { $host } · { $software }
server-switched = { $host } 執行的是 { $to }，不是 { $from }，因此以 { $to } 繼續。
at-console = 在開發者主控台
at-platform = 在 { $platform } 上
setup-title = 準備你的應用程式：{ $platform }
get-title = 取得權杖：{ $platform }
setup-count = 已完成 { $done } / { $steps }
console-open = 開啟
console-done = 第 { $step } 步已完成
console-gives = 開發者主控台提供的內容
platform-gives = { $platform } 提供的內容
console-after = 拿到權杖之後
console-again = 重新登入之前
console-instead = 其他辦法
facts-checked = 資料核對於 { $day }
facts-old = 資料核對於 { $day }，已超過半年：平台可能已經變了
facts-sources = { $count } 個來源
facts-read = { $host }，{ $day }讀取
compare-field = 開發者主控台儲存後顯示的網址
compare-help = 開發者主控台有時會在結尾加上或去掉一個斜線，而平台會逐字比對。
compare-same = 完全一致。
compare-open = 核對儲存後的網址
secret-why-ask = 密鑰填在這裡安全嗎？
secret-why = 平台的文件要求把密鑰放在伺服器上，那是針對許多人安裝的應用程式。這個應用程式只有你自己使用，密鑰就存放在你自己的{ keychain }。
permissions-title = 要給這個權杖哪些權限？
permissions-more = 更多權限（{ $count } 項）
warnings-more = 還有 { $count } 則須知
scope-locked = 必選
ready-title = 可以連線了
permissions-app = 權杖有哪些權限，由這個應用程式在 { $platform } 開發者主控台的設定決定。
one-login = 每個應用程式、每個人只有一次登入有效：同一個人再次登入，前一次就會失效，在其他電腦上也一樣。
one-login-advice = 請為每台電腦、每個機器人各建立一個應用程式。
force-login = 換一個帳號登入，不用瀏覽器記住的那個
expect = 要登入的帳號（可不填）
expect-help = 如果登入的是另一個帳號，Keybearer 會先詢問再儲存。
rerequest-note = { $platform } 會再次詢問上次沒有同意的權限。
connect = 連線
connect-next = 接下來會開啟瀏覽器，請你授權。
connect-code = 接下來會得到一組授權碼，要填到平台的頁面上。
connect-practice = 接下來會在瀏覽器開啟練習平台。
get-token = 取得權杖
keep-token = 儲存權杖
keep-keys = 儲存密鑰
redirects = 回呼網址
redirect-loopback = 這台電腦（127.0.0.1）
    .help = 瀏覽器把結果直接交給 Keybearer。
redirect-localhost = 這台電腦（localhost）
    .help = 和 127.0.0.1 相同，用於登錄了 localhost 的應用程式。
redirect-https-loopback = 這台電腦，使用 HTTPS
    .help = 瀏覽器第一次會顯示警告。
redirect-private-use-scheme = Keybearer 連結
    .help = 瀏覽器會詢問是否開啟 Keybearer。
redirect-relay = 你自己的網頁（轉接頁）
    .help = 由你的一個網頁把結果轉交給 Keybearer。
redirect-paste = 自行貼上網址
    .help = 瀏覽器最後會停在打不開的頁面，把它的網址複製過來即可。
redirect-out-of-band = 輸入授權碼或 PIN
    .help = 平台會顯示授權碼或 PIN，填到這裡即可。
redirect-recommended = 建議
unproven = 尚未實測
redirect-unregistered = 連線之前，請先在開發者主控台登錄這個網址：
https-how = 按「進階」，再按「繼續前往 127.0.0.1」。Firefox 裡是「接受風險並繼續」。
https-why = 這個頁面就是這台電腦上的 Keybearer。它的憑證是在這台電腦上產生的，瀏覽器還不認得。沒有任何內容離開你的電腦。
https-once = 瀏覽器會顯示一次警告：按「進階」，再按「繼續前往 127.0.0.1」
https-trust = 讓我的瀏覽器信任它
https-trust-text = 不想看到警告？可以把憑證放進你自己的憑證存放區。不會變更系統的憑證存放區，隨時可以移除。
https-trusted = 你的瀏覽器信任這個憑證，不會警告。
https-distrust = 不再信任
https-settings = 這台電腦的 HTTPS 憑證
warn-page-said = 瀏覽器的警告頁面。先按「進階」，再按繼續前往 127.0.0.1 的連結。
warn-page-title = 你的連線不是私人連線
warn-page-advanced = 進階
warn-page-back = 返回安全的頁面
warn-page-continue = 繼續前往 127.0.0.1 網站（不安全）
relay-title = 你自己的轉接頁
relay-text = 一個小網頁，把結果轉交給 Keybearer。請儲存下來，放到你的任何 https 空間，例如 GitHub Pages 或 Cloudflare Pages。
relay-save = 儲存網頁
relay-saved = 已存成 { $path }
relay-address = 網頁網址
relay-example = https://me.example/keybearer/
relay-check = 檢查
relay-checked = 網頁已就位，使用 https，內容未變更。
relay-log = 空間的紀錄裡會留下經過的授權碼，但那時它們已經失效。

## Where secrets are kept

store = 存放位置
store-choose = 選擇存放位置
store-missing-title = 這台電腦上沒有{ keychain }
store-missing-text = 可以改用加密檔案存放權杖：檔案以 age 加密，只有你的密碼能解鎖。任何內容都不會以明文寫入磁碟。
store-locked-title = { keychain }已鎖定
store-locked-text = 請解鎖{ keychain }再重新檢查，或把權杖存進由密碼保護的加密檔案。
store-silent-title = { keychain }沒有回應
store-silent-text = { keychain }正在執行，但沒有回應。請重新啟動它，或登出後重新登入系統；也可以把權杖存進由密碼保護的加密檔案。
store-refused-title = { keychain }沒有接受權杖
store-refused-text = 系統詢問時請允許，再重新檢查；也可以把權杖存進由密碼保護的加密檔案。
store-look-again = 重新檢查
sealed-open-title = 解鎖加密檔案
sealed-open-text = 權杖與密鑰存放在這台電腦的加密檔案裡。請輸入密碼解鎖。
sealed-path = 檔案位置：{ $path }
passphrase = 密碼
passphrase-again = 再輸入一次
passphrase-help = 至少 8 個字元，最好由幾個詞組成。密碼無法找回。
passphrase-short = 至少需要 8 個字元。
unlocked-for = 保持解鎖
unlocked-for-window = 僅在視窗開啟期間
    .help = 關閉視窗後，檔案裡的權杖不再續期，程式也無法取用。
unlocked-for-hour = 最後一次請求後一小時內
    .help = 關閉視窗後，程式仍可取用權杖；一小時內沒有程式請求，就會重新鎖定。
unlocked-for-session = 直到結束 Keybearer
    .help = 權杖會在背景續期，程式也可以取用。
passphrase-differs = 兩次輸入的密碼不一致。
seal = 建立加密檔案
unseal = 解鎖
store-keychain = { $system ->
    [macos] 鑰匙圈
    [windows] 認證管理員
   *[linux] 鑰匙圈
}
store-sealed-file = 加密檔案
store-memory = 尚未儲存，只在記憶體中
state-store-ready = 使用中
state-store-locked = 已鎖定
state-store-missing = 不存在
state-store-silent = 沒有回應
store-keychain-ready = 由作業系統保管，登入系統時自動解鎖。
store-keychain-locked = 用到密鑰時才解鎖，屆時系統會詢問密碼。
store-keychain-missing = 這台電腦沒有{ keychain }，請改用加密檔案。
store-keychain-silent = 系統的{ keychain }正在執行，但沒有回應。重新啟動它或重新登入系統通常有用。
store-sealed-file-ready = 以 age 加密，目前已解鎖。要變更解鎖的時間長短，請先鎖定，再重新解鎖。
store-sealed-file-locked = 需要密碼才能解鎖。
store-sealed-file-missing = 檔案不在原來的位置。
store-make-sealed = 改用加密檔案…
store-lock = 鎖定
store-lock-waits = 匯出等正在使用它的操作完成後就會鎖定。程式已經不能再從中取得權杖。
store-use-keychain = 新的密鑰改存到{ keychain }

## To another computer

moving = 另一台電腦
moving-text = 帳號都放進一個檔案，只有你的密碼能解鎖。
move = 轉移帳號…
copy-there = 複製帳號…
import-accounts = 匯入帳號…
move-title = 把帳號轉移到另一台電腦
move-text = 此後由那台電腦續期。帳號仍留在這裡，但這台電腦不再續期。
copy-there-title = 把帳號複製到另一台電腦
copy-there-text = 仍由這台電腦續期，那台電腦只使用權杖。
moving-write = 儲存檔案
bundle-saved = 檔案 { $path } 裡有 { $count } 個帳號。請在另一台電腦上匯入，然後刪除這個檔案。
import-accounts-title = 從另一台電腦匯入帳號
import-accounts-text = 匯入的帳號會與這裡的合併；已有的帳號保留更好的權杖。不會向任何地方傳送內容。
import-accounts-file = 另一台電腦儲存的檔案
import-accounts-choose = 選擇檔案…
import-accounts-none = 尚未選擇檔案
import-accounts-passphrase = 儲存檔案時設定的密碼。
import-accounts-yes = 匯入
arrived = { $all } 個帳號中有 { $here } 個在這裡了。
import-result-added = 新增
import-result-renewed = 改由這台電腦續期
renew-anyway = 仍然續期
ask-renew-title = 現在續期？
ask-renew-text = 持有舊權杖副本的程式需要換上新的；已設定的同步目的地會自動更新。
import-result-kept = 原本就有
import-result-left = 未匯入
resume = 改由這台電腦續期
resumed = 從現在起由這台電腦續期。
resume-on-hold = 恢復使用
resumed-on-hold = 它的權杖重新開始續期和使用。

## The browser's turn

waiting-title = 請在瀏覽器中繼續
waiting-title-ends = 正在取得權杖
waiting-title-keeps = 正在儲存權杖
waiting-title-keys = 正在儲存密鑰
waiting-starts = 正準備開啟瀏覽器。
waiting-sub = 請在瀏覽器登入 { $host }，並同意{ $app }的請求。之後這裡會自動繼續。
waiting-paste = 請登入 { $host }，並同意{ $app }的請求，然後複製瀏覽器最後停留頁面的網址。
waiting-out-of-band = 請登入 { $host }，並同意{ $app }的請求，然後把頁面上顯示的授權碼或 PIN 填到這裡。
waiting-ends = 已收到你的授權，馬上就好。
waiting-moment = 馬上就好。
waiting-left = 還剩 { $left }
code-title = 請在 { $host } 輸入這組授權碼
code-starts = 正在取得授權碼
code-sub = 在那裡登入，並同意{ $app }的請求。之後這裡會自動繼續。
code-spoken = 授權碼是 { $code }，請在 { $host } 輸入。
code-yours = 你的授權碼
copy-code = 複製授權碼
code-open-step = 到 { $host } 輸入
open-page = 開啟頁面
copy-address = 複製網址
code-compare = 頁面上可能已經填好授權碼，請看看是否相同。
code-waits = 正在等你授權
code-qr = { $address } 的 QR Code
code-phone = 想在手機上授權，就用手機相機掃描 QR Code。
code-left = 授權碼在 { $left } 內有效
code-expired = 頁面說授權碼不對或已到期？
code-expired-text = 每組授權碼只能用一次，而且很快就會到期。請取得新的授權碼，再到 { $host } 輸入。
code-new = 取得新的授權碼
stuck = 瀏覽器裡出了問題？
stuck-help = 只有你看得到那個頁面。請在這裡找到上面的文字。
step-server-found =
    .todo = 尋找伺服器
    .now = 正在尋找伺服器
    .done = 已找到伺服器
step-client-ready =
    .todo = 準備應用程式
    .now = 正在註冊應用程式
    .done = 應用程式已就緒
step-client-kept =
    .todo = 準備應用程式的密鑰
    .now = 正在準備應用程式的密鑰
    .done = 應用程式的密鑰已就緒
step-redirect-open =
    .todo = 準備接收結果
    .now = 正在準備接收結果
    .done = 回呼網址已就緒
    .code = 可以輸入授權碼或 PIN 了
step-browser-opened =
    .todo = 開啟瀏覽器
    .now = 正在開啟瀏覽器
    .done = 瀏覽器已開啟
step-answer-received =
    .todo = 你的授權
    .now = 等你授權
    .done = 已收到授權
step-token-received =
    .todo = 取得權杖
    .now = 正在取得權杖
    .done = 已取得權杖
step-token-brought =
    .todo = 讀取權杖
    .now = 正在讀取權杖
    .done = 已讀取權杖
step-token-exchanged =
    .todo = 換成長期權杖
    .now = 正在換成長期權杖
    .done = 已換成長期權杖
step-identity-verified =
    .todo = 向 { $platform } 驗證帳號
    .now = 正在向 { $platform } 驗證帳號
    .done = 帳號已驗證
step-stored =
    .todo = 儲存權杖
    .now = 正在儲存權杖
    .done = 權杖已儲存
paste-aside = 瀏覽器停在錯誤頁面？把它的網址貼到這裡。
paste-address-main = 把頁面的網址貼到這裡
paste-out-of-band-main = 把授權碼或 PIN 填到這裡
paste-address-example = http://127.0.0.1:8765/callback?code=…
paste-out-of-band-example = 頁面上顯示的內容
paste-use = 使用
open-again = 再次開啟
copy-link = 複製連結
link-copied = 連結已複製。
no-deny = { $platform } 沒有「拒絕」按鈕。不想授權，請在這裡按「取消」。

## How it ended

done-title = 已連線
done-title-kept = 權杖已儲存
done-title-unverified = 已取得權杖，尚未驗證
done-keychain = 權杖已存入{ keychain }，可以使用了。
    .password = 應用程式密碼已存入{ keychain }，可以使用了。
done-sealed-file = 權杖已存入加密檔案，可以使用了。
    .password = 應用程式密碼已存入加密檔案，可以使用了。
done-unstored = 存放位置解鎖之前，權杖只在記憶體裡。
    .password = 存放位置解鎖之前，應用程式密碼只在記憶體裡。
done-show = 檢視帳號
done-another = 再新增一個
done-own = 你自己的權杖
done-autostart = 登入電腦時啟動 Keybearer，由它續期這個權杖
done-deliver = 讓機器人用上新權杖
done-deliver-text = Keybearer 可以把每個新權杖寫到機器人讀取的位置：.env 檔、GitHub Actions、Cloudflare 等。
done-deliver-go = 設定同步
outlook-renews = { $assumed ->
    [true] 預計 { $end } 之前有效
   *[other] { $end } 之前有效
}。Keybearer 會在 { $next } 前後續期，前提是它正在執行。
outlook-by-hand = { $assumed ->
    [true] 預計 { $end } 之前有效
   *[other] { $end } 之前有效
}，到期前可以在這裡續期。
outlook-login = { $assumed ->
    [true] 預計 { $end } 之前有效
   *[other] { $end } 之前有效
}，之後需要重新登入。
outlook-demand = 需要時，Keybearer 會換取新的權杖。
outlook-demand-until = 需要時，Keybearer 會換取新的權杖；閒置時也會在 { $day } 之前續期，前提是它正在執行。
outlook-endless = 不會過期。
    .password = 不會過期：在你撤銷它，或在網站上刪除它之前，一直有效。
outlook-data = 不會過期，但資料存取權限到 { $day } 為止，之後需要重新登入。
outlook-unknown = 到期日不明。
mismatch-title = 登入的是 { $name }
mismatch-sub = 而你要的是 { $expected }。
mismatch-safe = 原有的權杖沒有變更，也沒有撤銷任何權杖。在你決定之前，新權杖不會儲存。
mismatch-again = 重新登入
mismatch-force = { $platform } 會請你重新登入，請選對帳號。
mismatch-switch = 請先在瀏覽器登出 { $platform }，或把連結複製到無痕視窗開啟。
mismatch-keep = 儲存 { $name }
mismatch-keep-go = 儲存
mismatch-keep-help = 它會成為單獨的帳號。
mismatch-discard = 捨棄它
mismatch-discard-help = 從這台電腦刪除；在 { $platform } 仍然有效，直到到期。
mismatch-discarded = { $name } 的權杖已從這台電腦刪除。
import-token-title = 匯入現有權杖
import-token-sub = 可以來自 Graph API 測試工具、開發者主控台的產生器、JSON、curl 指令，或 .env 檔裡的一行。
import-token-field-help = 前後的內容都可以留著：引號、Bearer、NAME=，或整條指令、整個網址、整段 JSON。
import-token-field-again = 輸入框已清空，請再貼一次。
import-token-platform = 平台
import-token-choose = 選擇平台
import-token-looks = 它看起來是這個平台的權杖：
import-token-platform-help = 權杖只會傳給這個平台，用來查明它屬於誰。
import-token-server-help = 核發這個權杖的伺服器。權杖只會傳給它。
import-token-other = 其他
import-token-as-other = 取個名稱儲存
import-token-client-none = 這裡沒有
import-token-client-help = 知道它的應用程式，就能把短期權杖換成長期權杖。
import-token-name = 名稱
import-token-name-help = 只有你自己看得到。Keybearer 無法查詢這個權杖，所以到期日不明。
import-token-go = 匯入
import-token-done = 權杖已匯入。
pages = 粉絲專頁…
pages-title = 與 { $name } 關聯的粉絲專頁和帳號
pages-sub = 它們各有自己的權杖。請勾選要儲存的。
pages-looking = 正在詢問 { $platform }…
pages-none = 一個也沒有。
pages-none-why = 可能授權時沒有勾選，也可能缺少列出它們的權限。請重新登入並勾選。
pages-kept = 已儲存
pages-keep = { $count ->
    [0] 儲存勾選的
   *[other] 儲存 { $count } 個權杖
}
pages-done = 已儲存 { $count } 個權杖。
failed-title = 沒有成功
failed-calm-title = 未連線
change-something = 修改選項
leave = 關閉
other-redirect = 換一個回呼網址
other-server = 修改伺服器
other-tile = 改用 { $platform }
other-app = 修改應用程式編號和密鑰
other-keys = 修改填寫的內容
to-form = 回到表單
to-client = 檢視這個應用程式
to-keys = 檢視填寫的內容

## One account

practice-label = 練習
by-client = 應用程式「{ $name }」
linked-to = 關聯到 { $name }
pill-verified = { $when }驗證過
pill-verified-now = 剛剛驗證過
pill-unverified = 未驗證
pill-dead = 已失效
pill-expired = 已到期
pill-practice-over = 練習已結束
pill-unasked = 未驗證，原樣儲存
pill-unchecked = 尚未驗證
pill-app = 屬於應用程式本身
pill-interrupted = 續期中斷
practice-over-text = 這個帳號屬於已經停止的練習平台，權杖不再有效，隨時可以刪除。
token = 權杖
    .password = 應用程式密碼
token-hidden = 權杖已隱藏。
token-copied = 已複製：{ $name } 的權杖。
    .password = 已複製：{ $name } 的應用程式密碼。
token-copied-until = 已複製：{ $name } 的權杖，{ $day } 到期。
token-copied-assumed = 已複製：{ $name } 的權杖，預計 { $day } 到期。
token-copied-endless = 已複製：{ $name } 的權杖，不會過期。
    .password = 已複製：{ $name } 的應用程式密碼，不會過期。
token-copied-secret = 已複製：{ $name } 的權杖密鑰。
copy-token = 複製權杖
    .password = 複製密碼
access-token = 存取權杖
token-secret = 存取權杖密鑰
copy-token-secret = 複製密鑰
show = 顯示
hide = 隱藏 · { $seconds } 秒
toast-clears = { $seconds } 秒後從剪貼簿清除
life = 有效期限
life-endless = { $day } 核發，不會過期。
life-unknown = { $day } 儲存，到期日不明。
life-ended = { $day } 核發，已失效。
life-issued = { $day } 核發
life-expires = { $day } 到期
life-assumed = 預計 { $day } 到期
life-renews = { $day } 起可續期
life-next = { $day } 自動續期
life-next-unused = 一直不用則 { $day } 自動續期
life-later = 續期沒有成功，{ $when }再試；在此之前權杖仍然有效。
life-due = 即將自動續期。
life-login = 無法自動續期：請在 { $day } 前重新登入。
life-ages = refresh token（更新權杖）於 { $day } 到期
life-aged = refresh token（更新權杖）已於 { $day } 到期
life-renews-endless = { $day } 核發，使用時自動續期。
life-data = { $day } 資料存取到期
life-data-over = 資料存取已於 { $day } 到期
life-now = 今天
life-expired = 已於 { $day } 到期
life-today = 今天 · { $left }
life-said = { $from } 核發，{ $to } 到期，{ $left }。
life-said-assumed = { $from } 核發，預計 { $to } 到期。
life-said-over = { $from } 核發，已於 { $to } 到期。
life-said-renews = { $from } 核發，使用時自動續期；一直不用的話，refresh token 於 { $to } 到期。
life-demand = 目前的存取權杖{ $left }，使用時會換成新的。
life-demand-over = 目前的存取權杖已到期，使用時會換成新的。
may-do = 權限
may-do-unknown = 平台沒有說明。
may-do-unchecked = 驗證之後才知道。
declined = 未獲授權
ask-again = 再次請求
server-tokens = 伺服器上這個帳號的權杖
server-tokens-looking = 正在詢問 { $platform }……
server-tokens-present = Keybearer 裡的這個
server-tokens-same-app = 為同一個應用程式核發
server-tokens-other = 不是 Keybearer 取得的
server-tokens-no-app = 不明的應用程式
server-tokens-issued = 核發於 { $date }，
server-tokens-used = 上次使用 { $date }
server-tokens-unused = 使用情形不明
server-tokens-end = 撤銷
server-tokens-more = 只列出前 { $count } 個，伺服器上還有更多。
server-tokens-ended = 這個權杖已失效。
server-tokens-ask-title = 撤銷 { $app } 的權杖？
server-tokens-ask-yes = 撤銷
server-tokens-ask-text = 使用它的程式會立刻失去在 { $platform } 的存取權。Keybearer 裡的權杖不受影響。
server-tokens-ask-own = 這正是 Keybearer 存放的權杖。所有使用它的程式會立刻失去在 { $platform } 的存取權，你需要重新登入。
about = 相關資訊
about-server = 伺服器
about-user-id = 使用者 ID
about-page = 個人頁面
about-obtained = 取得時間
about-redirect = 回呼方式
about-source = 來源
came-app = 用你填寫的密鑰取得
came-code = 輸入授權碼後同意
came-import = 由你填入
about-store = 存放在
about-client = 應用程式
about-parent = 關聯到
about-tasks = 你可以
tasks-can = 你可以：{ $tasks }
task-advertise = 投放廣告
task-analyze = 查看洞察報告
task-create-content = 發文
task-manage = 管理設定和權限
task-messaging = 收發訊息
task-moderate = 管理留言
verify = 立即驗證
verify-costs = 立即驗證（收費）
verified-now = 驗證通過。
renew = 立即續期
renewed = 已續期。
renew-from = { $when } 起才能續期。
step-back = 還原上一個權杖…
stepped-back = 已還原上一個權杖。
ask-step-back-title = 還原上一個權杖？
ask-step-back-text = 上次續期之前的權杖會取代目前的權杖，到期日也依它自己的計算，會早一些。如果續期之後有程式出錯，可以這樣做。
ask-step-back-lives = 目前的權杖會從這台電腦刪除；在 { $platform } 仍然有效，直到到期。到了該續期的時候，Keybearer 會照常續期。
ask-step-back-until = { $when } 前可以還原。
ask-step-back-yes = 還原
renew-over = 已到期，無法續期。請重新登入。
inspect = 權杖詳細資料
account-menu = 更多動作
details-title = { $platform } 提供的權杖詳細資料
details-issued = 核發
details-expires = 到期
details-data = 資料存取至
device-copy = 複製另一台裝置用的授權碼
device-hint = 在那台裝置的 Keybearer 兌換，它會取得自己的權杖。
device-copied = 授權碼已複製。
revoke = 撤銷…
log-in-again = 重新登入
enter-again = 重新填寫
fetch-again = 重新取得
ask-verify-title = 驗證需要付費
ask-verify-text = 在 { $platform } 查詢權杖屬於誰，需要付費。
ask-verify-yes = 驗證
ask-revoke-title = 撤銷 { $name } 的權杖？
ask-revoke-text = Keybearer 會通知 { $platform } 撤銷這個權杖，並從這台電腦刪除。
ask-revoke-every-copy = { $platform } 對同一應用程式的每次登入都核發同一個權杖，因此它的所有副本都會失效，包括其他電腦上的。
ask-revoke-this-copy = 所有使用這個權杖的程式都會停止運作，包括其他電腦上的。
ask-revoke-yes = 撤銷
ask-delete-title = 從這台電腦刪除 { $name }？
ask-delete-text = 權杖會從這台電腦上刪除，無法復原。
ask-delete-lives = 它在 { $platform } 仍然有效，別處的副本也能繼續使用。要讓它完全失效，請用「撤銷」。
ask-delete-stays = 它在 { $platform } 仍然有效，別處的副本也能繼續使用。Keybearer 無法撤銷它。
ask-delete-where = 帳號頁面的「{ $place }」裡寫著可以在哪裡撤銷。
ask-delete-yes = 刪除
revoked = 已撤銷並刪除 { $name }。
deleted = 已從這台電腦刪除 { $name }。

## Clients

clients-sub = 你在各平台上的應用程式。一個應用程式可以供多個帳號使用。
clients-none = 還沒有應用程式。新增第一個帳號時會一併新增。
client-id = 應用程式編號（App ID）
client-secret = 應用程式密鑰
client-redirects = 回呼網址
client-scopes = 權限
client-created = 建立於
client-by-us = 由 Keybearer 註冊
client-by-you = 在開發者主控台建立
replace = 更換…
key-copied = { $name } 已複製。
not-here = 還沒有
get-it = 取得
enter-it = 填入
app-token-copied = 應用程式權杖已複製。
app-token = 應用程式權杖
device-redeem = 兌換授權碼…
device-redeem-title = 兌換另一台裝置給出的授權碼
device-redeem-text = 它是在那台裝置的 Keybearer 裡、用同一個應用程式複製的。可以為這台電腦換一個權杖，有效時間很短。
device-code = 授權碼
device-redeem-yes = 兌換
client-in-use-note = 還有帳號在使用時，不能刪除。
client-unused-note = 沒有帳號使用它。
replace-title = 更換應用程式密鑰
replace-text = { $count ->
    [0] 請貼上平台給的新密鑰。目前沒有帳號使用它。
   *[other] 請貼上平台給的新密鑰。之後 { $count } 個帳號都會使用它。
}
replace-own-title = 更換 { $secret }
replace-pair-title = 更換密鑰
replace-pair-text = 請填入開發者主控台重新產生之後顯示的內容。用舊的 { $id } 取得的權杖從此失效。
replace-field = 新密鑰
replace-yes = 更換
secret-replaced = 密鑰已更換。
ask-client-title = 刪除應用程式 { $name }？
ask-client-text = 它的應用程式編號和密鑰會從這台電腦刪除，不會通知平台。
ask-keys-title = 刪除 { $name }？
ask-keys-text = { $id } 和 { $secret } 會從這台電腦刪除，不會通知平台。
ask-client-yes = 刪除

## What breaks next

next-menu = 到期與待辦
next-title = 到期與待辦
next-sub = 待處理的帳號排在最前。
next-need = 有 { $count } 個帳號待處理
next-calm = 目前沒有待處理的帳號。
next-group-now = 待處理
next-group-sync = 同步失敗
next-group-login = 需重新登入才能續期
next-group-later = 稍後自動重試
next-group-itself = 自動續期
next-group-endless = 另有 { $count } 個沒有日期
next-group-paused = 另有 { $count } 個由其他電腦續期
next-dead = 請重新登入：已失效
next-ended = 請重新登入：已於 { $day } 到期
next-unstored = 只在記憶體中，等待解鎖
next-login = 請在 { $day } 前重新登入
next-data = 資料存取 { $day } 到期，除非重新登入
next-data-over = 資料存取已於 { $day } 到期，請重新登入
next-later = 續期沒有成功，{ $when }再試：{ $why }
next-itself = { $day } 自動續期
next-demand = 使用時自動續期；一直不用則在 { $day }
next-itself-now = 即將自動續期
next-itself-store = 解鎖後自動續期
next-endless = 不會過期
next-unknown = 到期日不明
next-paused = 由其他電腦續期
next-calendar = 把日期存成行事曆檔案
next-calendar-saved = 已儲存為 { $path }，請用行事曆軟體開啟。
refresh-all = 立即全部續期
refresh-asking = 正在詢問各平台…
refresh-progress = 正在續期：已完成 { $done } / { $all }
refresh-none = 現在沒有可以續期的。
refresh-done = 已續期 { $renewed } / { $all }
refresh-close = 收起清單
outcome-renewed = 已續期
outcome-later = 沒有成功，{ $when }再試
outcome-needs-you = 待處理

## When the window is closed

close-title = 關閉視窗？
close-renews = 有 { $count } 個帳號會自動續期，但只在 Keybearer 執行時才行。留在背景執行，就會繼續續期。
close-reminds = 沒有帳號會自動續期。留在背景執行，Keybearer 會在需要重新登入之前提醒你。
close-idle = 沒有帳號會自動續期，結束 Keybearer 不會錯過什麼。
close-remembered = 會記住你的選擇，可以在「設定」裡變更。
close-trayless = 這個桌面沒有系統匣。再次啟動 Keybearer，視窗就會回來。
close-keep = 留在系統匣裡執行
close-keep-trayless = 繼續執行
close-quit = 結束
close-stay = 先不關閉

## Settings

language = 語言
language-system = 跟隨系統
language-en = English
language-zh-Hans = 简体中文
language-zh-Hant = 繁體中文
theme = 外觀
theme-system = 跟隨系統
theme-light = 淺色
theme-dark = 深色
settings-general = 一般
settings-redirects = 回呼
settings-about = 關於
settings-folder = 資料夾位置
settings-licence = 授權條款
settings-licences = MIT 或 Apache 2.0，任選其一
away = 背景執行
on-close = 關閉視窗時
on-close-ask = 詢問
on-close-keep = 留在背景執行
on-close-quit = 結束
autostart = 登入系統時在背景啟動
autostart-help = Keybearer 會在背景為權杖續期。
command-line = 命令列
command-line-text = keybearer 指令隨應用程式提供。在 /usr/local/bin 建立連結後，每個終端機都能使用它。
command-line-install = 安裝命令列
command-line-installed = 每個終端機都能使用 keybearer 指令。
command-line-by-hand = 只有系統管理員才能寫入那裡。請在終端機執行：
tests = 測試這台電腦的回呼
test = 測試
test-loopback-text = 像瀏覽器那樣，向本機位址送出一個請求。
test-https-loopback-text = 向本機 HTTPS 位址送出一個請求，並檢查憑證。
test-private-use-scheme-text = 請系統開啟一個 Keybearer 連結。
test-runs = 正在測試…
test-ok = 可以使用。
test-failed = 沒有收到。
diagnostics = 複製診斷資訊
diagnostics-copied = 診斷資訊已複製，其中不含任何密鑰。
version = Keybearer { $version }
programs = 程式
ask-programs = 未知程式取得權杖前先詢問
ask-programs-help = 適用於透過 Keybearer 的 socket（keybearer serve）索取權杖的程式。沒有視窗可以詢問時，未知程式拿不到權杖。
programs-limit = 程式依路徑和指令稿辨識。這能防止誤用，防不了以你的身分執行的惡意程式。
programs-known = 已知程式
program-title = 要把權杖交給這個程式嗎？
program = 程式
program-by = 直譯器
program-account = 帳號
program-once = 允許這一次
program-always = 一律允許
program-not-now = 不允許
program-never = 以後也不允許這個程式
program-without-script = 這段程式碼沒有自己的檔案，Keybearer 下次無法辨識。
program-is-allowed = 一律可以取得權杖
program-is-refused = 不能取得權杖
program-forget = 移除
check-updates = 每天檢查一次新版本
check-updates-help = Keybearer 會向 github.com 查詢最新版本，除了自己的版本號碼，不傳送任何資訊，也不會自行下載。
ledger = 記錄哪個程式用了權杖
ledger-help = 只存放在這台電腦，保留 90 天：時間、用途、程式及其所在的資料夾。不記錄權杖，也不記錄程式名稱後面輸入的內容。關閉後，已有的記錄仍會保留到滿 90 天。
update-out = 新版本 { $version } 已推出。
update-open = 開啟發行頁面

## The page that the browser ends on (written by Rust)

page-done-title = 已連線
page-done-text = 可以關閉這個分頁，回到 Keybearer 了。
page-denied-title = 未授權
page-denied-text = 你沒有同意，什麼都沒有儲存。可以關閉這個分頁，回到 Keybearer。
page-failed-title = 沒有成功
page-failed-text = 原因和下一步都寫在 Keybearer 裡。可以關閉這個分頁。
page-already-title = 已經完成
page-already-text = 這個結果先前已經收到了。可以關閉這個分頁，回到 Keybearer。
page-nobody-title = 沒有正在進行的登入
page-nobody-text = 沒有登入在這個網址上等待，它可能是舊的。請回到 Keybearer 重新開始。
page-unsaid-title = Keybearer 無法判斷這屬於哪次登入
page-unsaid-text = 這個結果沒有說明屬於哪次登入，所以 Keybearer 沒有採用。登入仍在等待，請回到 Keybearer 檢視下一步。
page-bad-title = 無法辨識
page-bad-text = 無法辨識這個請求。登入仍在等待，請回到授權頁面或 Keybearer。

## Errors: the server

error-server-name-invalid = 「{ $typed }」不是伺服器名稱。
    .means = { $got ->
        [none] 伺服器名稱像 social.example 這樣，也可以填 @me@social.example 這樣的完整帳號。
       *[other] 伺服器名稱不能包含這個字元：{ $got }。正確的名稱像 social.example 這樣。
    }
    .press = 請修改後按「下一步」。
    .type = 請像 `-a server=social.example` 這樣填寫伺服器名稱。
error-server-not-https = 「{ $typed }」不是 https 網址。
    .means = 用一般的 http，途中任何人都能看到你的權杖。
    .press = 請拿掉 http://，只填伺服器名稱。
    .type = 請拿掉 http://，像 `-a server=social.example` 這樣填寫。
error-server-not-found = 找不到名為 { $host } 的伺服器。
    .means = 沒有這個網域。可能是打錯了，也可能是這台電腦沒有連上網路。
    .press = 請核對伺服器名稱。
    .type = 請核對伺服器名稱，再執行一次這個指令。`keybearer doctor` 可以檢查網路。
error-server-unreachable = { $host } 沒有回應。
    .means = 伺服器可能停機了，也可能中途被擋住。
    .press = 請稍候，再按「重試」。
    .type = 請稍候，再執行一次這個指令。`keybearer doctor` 可以檢查網路。
error-server-tls = { $host } 無法證明自己的身分。
    .means = 它的憑證已到期、屬於別的名稱，或不受這台電腦信任。在這裡登入可能被竊聽。
    .press = 請核對伺服器名稱和這台電腦的時間；如果都沒錯，請聯絡伺服器管理員。
    .type = 請用 `keybearer doctor` 核對伺服器名稱和這台電腦的時間；如果都沒錯，請聯絡伺服器管理員。
error-server-unknown = { $host } 有回應，但不是 Keybearer 能登入的伺服器。
    .means = 它不支援這個平台的 API，可能只是一般網站，或是別的平台。
    .press = 請核對伺服器名稱，或換一個平台。
error-other-software = { $host } 執行的是 { $software }。
    .means = { $provider ->
        [none] Keybearer 還不能登入這種軟體的伺服器。
       *[other] 選錯平台了：這個伺服器要用 { $provider }。
    }
    .press = { $provider ->
        [none] 請核對伺服器名稱，或換一個平台。
       *[other] 請改用 { $provider }。
    }
    .type = { $provider ->
        [none] 請核對伺服器名稱，或換一個平台：`keybearer login 平台`。
       *[other] 請用 `keybearer login { $id }` 登入。
    }
error-server-under-path = { $host } 的伺服器位於路徑 { $path } 底下。
    .means = Keybearer 只能登入有自己主機名稱的伺服器。
    .press = 請換一個伺服器，或向管理員索取不帶路徑的網址。
error-server-without-https = { $host } 不支援 https。
    .means = 用明文 http，同一個網路裡的人可能看到你的權杖，所以 Keybearer 什麼都不送出。
    .press = 請先為網站啟用 https（多數主機商免費提供），再按「重試」。
    .type = 請先為網站啟用 https（多數主機商免費提供），再執行一次這個指令。
error-server-missing = 需要知道這個權杖是哪個 { $provider } 伺服器核發的。
    .means = 權杖只在核發它的伺服器上有效。什麼都沒有送出。
    .press = 請填寫伺服器名稱。
    .type = 請寫明伺服器，例如 `--server social.example`。
error-proxy-invalid = { $variable } 不是有效的代理伺服器位址。
    .means = 設定了代理伺服器就只走代理伺服器，絕不繞過，因此什麼也沒有送出。
    .press = 把 { $variable } 改成 http://proxy.example:3128 或 socks5h://127.0.0.1:1080 這樣的位址（密碼中的特殊字元要用百分號編碼），或取消設定，然後重新啟動 Keybearer。
    .type = 把 { $variable } 改成 http://proxy.example:3128 或 socks5h://127.0.0.1:1080 這樣的位址（密碼中的特殊字元要用百分號編碼），或取消設定，再執行一次這個指令。
error-proxy-unreachable = { $proxy ->
    [system] 系統的代理伺服器沒有回應。
   *[other] 代理伺服器 { $proxy } 沒有回應。
}
    .means = 所有連線都經過這個代理伺服器，絕不繞過，因此什麼也沒有送出。
    .press = 啟動代理伺服器或連上它所在的網路，然後按「重試」。如果不再使用，請從環境變數移除，並重新啟動 Keybearer。
    .type = 啟動代理伺服器或連上它所在的網路，再執行一次這個指令。如果不再使用，請取消該環境變數。
error-proxy-denied = { $proxy ->
    [system] 系統的代理伺服器需要使用者名稱和密碼。
   *[other] 代理伺服器 { $proxy } 需要使用者名稱和密碼。
}
    .means = Keybearer 沒有提供，或提供的不正確。沒有向任何平台送出請求，權杖不受影響。
    .press = 把使用者名稱和密碼寫進環境變數裡的代理伺服器位址（http://名稱:密碼@主機:連接埠），然後重新啟動 Keybearer。
    .type = 把使用者名稱和密碼寫進環境變數裡的代理伺服器位址（http://名稱:密碼@主機:連接埠），再執行一次這個指令。
error-proxy-refused = { $proxy ->
    [system] 系統的代理伺服器沒有連上 { $host }。
   *[other] 代理伺服器 { $proxy } 沒有連上 { $host }。
}
    .means = 代理伺服器有回應，但不允許這個主機，或自己也連不到。沒有向 { $host } 送出任何內容。
    .press = 稍候片刻，再按「重試」。如果一直如此，請代理伺服器的管理者允許 { $host }。
    .type = 稍候片刻，再執行一次這個指令。如果一直如此，請代理伺服器的管理者允許 { $host }。
error-registration-refused = { $host } 拒絕註冊應用程式{ $status ->
    [none] 。
   *[other] （狀態碼 { $status }）。
}
    .means = 有的伺服器十分鐘內只允許註冊幾次，有的完全不允許。
    .press = 請等十分鐘，再按「重試」。
    .type = 請等十分鐘，再執行一次這個指令。

## Errors: the way to the browser and home

error-port-taken = 連接埠 { $port } 已被{ $owner ->
    [none] 占用。
   *[other] { " " }{ $owner } 占用。
}
    .means = 回呼網址用的正是這個連接埠，所以沒有開啟瀏覽器。
    .press = 請關閉那個程式再按「重試」，或按「換一個回呼網址」。
    .type = 請關閉那個程式，再執行一次這個指令；或用 `--redirect` 換一個回呼網址。
error-redirect-unavailable = 這台電腦不能使用這種回呼方式：{ $redirect ->
    [loopback] 127.0.0.1。
    [localhost] localhost。
    [https-loopback] 這台電腦的 HTTPS。
    [private-use-scheme] Keybearer 連結。
    [relay] 轉接頁。
    [paste] 貼上網址。
    [out-of-band] 授權碼或 PIN。
   *[other] { $redirect }。
}
    .means = 系統不允許 Keybearer 監聽，或不會把這類連結交給它。
    .press = 請按「換一個回呼網址」。貼上網址在哪裡都能用。
    .type = 請用 `--redirect` 換一個回呼網址。`--redirect paste` 在哪裡都能用。
error-browser-not-opened = 無法開啟瀏覽器。
    .means = 系統不知道用哪個程式開啟網址，或拒絕啟動它。
    .press = 請複製連結，用你喜歡的瀏覽器開啟；或按「再次開啟」。
    .type = 請用任意瀏覽器開啟上面的網址，在別的電腦上也行；得到的結果可以貼到這裡。
error-denied = 你沒有同意授權。
    .means = 平台表示授權被拒絕，什麼都沒有儲存。
    .press = 如果是誤按，請按「重試」。
    .type = 如果是誤按，請再執行一次這個指令。
error-cancelled = 你已取消。
    .means = 什麼都沒有儲存。如果瀏覽器還在詢問，關掉那個分頁即可。
    .press = 按「重試」可以重新開始，填過的內容都還在。
    .type = 再執行一次這個指令，可以重新開始。
error-timed-out = { $minutes } 分鐘內沒有收到結果。
    .means = 你可能沒有在瀏覽器完成授權，或者結果沒有送到 Keybearer。
    .press = 請按「重試」。如果瀏覽器顯示錯誤頁面，請按「換一個回呼網址」。
    .type = 請再執行一次這個指令。如果瀏覽器顯示錯誤頁面，請用 `--redirect` 換一個回呼網址。
error-no-login-waiting = 沒有登入在等待這個結果。
    .means = 它屬於一次已經結束的登入，或是從別處開始的。
    .press = 請重新開始登入。
error-denied-without-state = 平台似乎在說你拒絕了授權。
    .means = 這則訊息沒有說明是哪一次登入，所以這裡會繼續等待。
    .press = 如果是你拒絕的，請按「取消」；不是的話，請在瀏覽器完成授權。
    .type = 如果是你拒絕的，請用 Ctrl-C 結束；不是的話，請在瀏覽器完成授權。
error-answer-without-state = 收到了一個結果，但它沒有說明屬於哪一次登入。
    .means = 任何人都可以送來這樣的結果，所以 Keybearer 沒有採用；這次登入仍在等待。
    .press = 如果瀏覽器網址列裡的網址含有 code=，請只複製後面的授權碼，貼到這裡，再按「使用」。
    .type = 如果瀏覽器網址列裡的網址含有 code=，請只複製後面的授權碼，貼到這裡。
error-issuer-mismatch = 結果來自 { $got }，而不是 { $expected }。
    .means = 可能有別的伺服器想混入它自己的結果。什麼都沒有儲存。
    .press = 請按「重試」，同意之前先核對瀏覽器裡的網址。
    .type = 請再執行一次這個指令，同意之前先核對瀏覽器裡的網址。
error-issuer-missing = { $expected } 承諾會在結果中表明身分，卻沒有這麼做。
    .means = 這個回呼網址會收到多個伺服器的結果，無法判斷它來自哪一個。什麼都沒有儲存。
    .press = 請按「換一個回呼網址」，再選這台電腦，或改為輸入授權碼。
    .type = 請再執行一次這個指令，並換一個回呼網址：`--redirect loopback` 或 `--redirect out-of-band`。

## Errors: the paste box

error-paste-empty = 還沒有可用的內容。
    .means = 輸入框是空的。
    .press = 請複製瀏覽器的完整網址或授權碼，貼到這裡。
error-paste-authorize-page = 這是授權頁面本身的網址。
    .means = 你同意之後，結果才會出現在下一個網址裡。
    .press = 請先同意授權，再複製之後那個頁面的網址。
error-paste-token = 這看起來是權杖，而不是授權碼。
    .means = 授權碼在同意之後顯示，有效時間很短；權杖是用它換來的。
    .press = 請貼上瀏覽器裡的授權碼或網址。
error-paste-other-address = 這個網址不屬於這次登入。
    .means = 這次登入的結果應以 { $expected } 開頭。
    .press = 請複製瀏覽器最後停留頁面的網址。
error-paste-wrong-state = 這個結果屬於另一次登入。
    .means = 它可能來自先前的嘗試，或另一個視窗。
    .press = 請完成最後開啟的授權頁面，再複製它的網址。
error-paste-no-state = 這個網址裡有授權碼，但沒有說明屬於哪一次登入。
    .means = 這樣的網址可能來自別人的登入，所以不能整個採用。
    .press = 如果它來自最後開啟的授權頁面，請只複製 code= 後面的授權碼。
error-paste-no-code = 這個網址裡沒有授權碼。
    .means = 瀏覽器可能還沒走到最後一頁，也可能網址沒有複製完整。
    .press = 請複製最後一頁的完整網址。
error-redirect-differs = { $difference ->
    [slash] 只差結尾的一個斜線。
    [scheme] 「://」前面的部分不同。
    [host] 主機名稱不同。
    [port] 連接埠不同。
    [path] 主機名稱後面的部分不同。
   *[other] 兩個網址不一樣。
}
    .means = 開發者主控台顯示的是 { $shown }
    .press = 應該是 { $expected }
error-relay-not-https = 「{ $typed }」不是網頁的 https 網址。
    .means = 轉接頁必須使用 https，網址裡不能有 ? 和 #。
    .press = 請改正網址，再按「檢查」。
    .type = 請改正網址，再執行一次這個指令。
error-relay-differs = { $url } 上的不是 Keybearer 的轉接頁。
    .means = 它是別的頁面、舊的版本，或空間往裡面加了東西。
    .press = 請重新儲存網頁，原樣上傳，再按「檢查」。
    .type = 請重新儲存網頁，原樣上傳，再執行一次這個指令。
error-relay-missing = 還沒有轉接頁。
    .means = 這種回呼方式需要你自己的一個網頁，而 Keybearer 還不知道它的網址。
    .press = 請到「設定」填好它，或按「換一個回呼網址」。
    .type = 請用 `--redirect` 換一個回呼網址。`keybearer redirect page` 會輸出轉接頁。
error-relay-exposed = 對這個應用程式來說，轉接頁不安全。
    .means = 應用程式沒有密鑰，平台也不支援 PKCE：誰在途中看到授權碼，誰就能使用。
    .press = 請按「換一個回呼網址」。
    .type = 請用 `--redirect` 換一個回呼網址。
error-certificate-store = 無法變更你的憑證存放區。
    .means = 缺少所需的工具，或系統拒絕了。這不影響使用，只是瀏覽器會警告一次。
    .press = 不用處理，在警告頁面上繼續即可。
    .type = 請安裝所需的工具或允許變更，然後再執行一次；也可以不用處理，在警告頁面上繼續。

## Errors: what the platform refused

error-wrong-app-id = 平台不認得這個應用程式編號。
    .means = 一個應用程式可能有好幾個編號，每個產品各一個；開發者主控台頂端顯示的往往不是要用的那個。
    .press = 請在開發者主控台複製該產品自己的應用程式編號，在表單裡改好，再連線一次。
    .kept = 請用新的應用程式連線：在開發者主控台複製該產品自己的應用程式編號。
    .type = 請在開發者主控台複製該產品自己的應用程式編號，用它登入：`-a client_id=ID`。
error-redirect-not-registered = 你的應用程式沒有登錄這個回呼網址。
    .means = 開發者主控台必須完全一致地登錄這個網址：{ $redirect_uri }
    .press = 請在那裡新增並儲存，再按「重試」；或按「換一個回呼網址」。
    .type = 請在那裡新增並儲存，再執行一次這個指令；或用 `--redirect` 換一個回呼網址。
error-redirect-mismatch = 前後兩步用的回呼網址不一致。
    .means = 平台會逐字比對，連最後的斜線也算：{ $redirect_uri }
    .press = 請按「重試」，或按「換一個回呼網址」。
    .type = 請再執行一次這個指令，或用 `--redirect` 換一個回呼網址。
error-code-spent = 授權碼已到期，或已經用過。
    .means = 授權碼只能用一次，有效時間很短。
    .press = 請按「重試」，中途不要停留太久。
    .type = 請再執行一次這個指令，中途不要停留太久。
error-not-a-tester = 你的帳號還不能使用這個應用程式。
    .means = 應用程式處於開發階段時，只有具備角色、而且接受了邀請的人才能登入。
    .press = 請在開發者主控台把自己加為測試人員，到平台的設定裡接受邀請，再按「重試」。
    .type = 請在開發者主控台把自己加為測試人員，到平台的設定裡接受邀請，再執行一次這個指令。
error-client-auth = 平台拒絕了編號或密鑰。
    .means = 密鑰不對或已更換，也可能平台已不認得這個編號。
    .press = 請核對表單裡的編號和密鑰，再連線一次。
    .kept = 請更換這個應用程式的密鑰，或用新的應用程式連線。
    .type = 請用新的應用程式登入：`keybearer login 平台`。已儲存應用程式的密鑰用 `keybearer client replace-secret 應用程式` 更換。
error-token-dead = 權杖已失效。
    .means = 它可能已被撤銷，密碼可能改過，或應用程式已被移除。
    .press = 請重新登入。
    .type = 請重新登入：`keybearer login 平台`，或 `keybearer token 名稱 --login`。
error-hosts-changed = { $provider } 現在送往別的主機。
    .means = 儲存這個權杖或應用程式之後，平台檔案被改過。沒有向新的主機送出任何內容。
    .press = 如果改得沒錯，請在這裡刪除帳號，再重新登入；如果不是你改的，請還原檔案。
    .type = 如果改得沒錯，請用 `keybearer account delete 帳號` 刪除帳號，再重新登入：`keybearer login 平台`；如果不是你改的，請還原檔案。
error-token-unknown = 沒有平台認得這個權杖。
    .means = 它可能沒有複製完整、已經失效，或屬於 Keybearer 無法查詢的平台。
    .press = 請再貼一次、選定平台，或取個名稱儲存。
error-several-tokens = 貼上的內容裡有不只一個權杖。
    .means = Keybearer 不會猜測你要的是哪一個。什麼都沒有送出，也沒有儲存。
    .press = 請只貼上其中一個。
error-token-expired = 權杖已經到期。
    .means = 只有仍然有效的權杖才能續期；它沒有被送到任何地方。
    .press = 請重新登入。
    .type = 請重新登入：`keybearer login 平台`，或 `keybearer token 名稱 --login`。
error-not-renewable = 這個權杖不能自動續期。
    .means = 平台要求重新授權，才核發新的權杖。
    .press = 請在到期之前重新登入。
    .type = 請在到期之前重新登入：`keybearer login 平台`。
error-not-extended = 平台有答覆，但沒有延長權杖的有效期限。
    .means = 現有的權杖在到期之前仍可使用。
    .press = 請在到期之前重新登入。
    .type = 請在到期之前重新登入：`keybearer login 平台`。
error-interrupted = 續期中斷了。
    .means = 舊的權杖已經用掉，新的沒有收到。
    .press = 請重新登入。
    .type = 請重新登入：`keybearer login 平台`，或 `keybearer token 名稱 --login`。
error-paused = 這個權杖由另一台電腦續期。
    .means = 它已轉移到那台電腦，或是從那裡複製來的。兩台電腦都續期，可能讓它在兩邊都失效。
    .press = 請在那台電腦上複製。如果其他電腦都不再為它續期，請按「改由這台電腦續期」。
    .type = 請在那台電腦上取用。如果其他電腦都不再為它續期，請執行 `keybearer account resume 帳號`。
error-on-hold = 這個帳號已暫停。
    .means = 它是在命令列暫停的。恢復之前，它的權杖不會續期、不會同步，也不會交給任何程式。
    .press = 請按「恢復使用」。
    .type = 請執行 `keybearer account resume 帳號`。
error-clock-wrong = 這台電腦的時鐘{ $direction ->
    [ahead] 快了
   *[behind] 慢了
} { $minutes } 分鐘。
    .means = 每個請求都帶著時間，差得太多平台會拒絕。
    .press = 請讓系統自動校準時間，再按「重試」。
    .type = 請讓系統自動校準時間，再執行一次這個指令。
error-checkpoint = 平台要確認是你本人。
    .means = 在你完成安全驗證之前，帳號會被鎖定。
    .press = 請到平台網站登入並完成驗證，再按「重試」。
    .type = 請到平台網站登入並完成驗證，再執行一次這個指令。
error-email-unconfirmed = 這個帳號的電子郵件地址還沒有確認。
    .means = 確認之前，伺服器不接受這個帳號的任何請求。權杖本身沒有問題。
    .press = 請開啟伺服器確認信裡的連結，再按「重試」。
    .type = 請開啟伺服器確認信裡的連結，再執行一次這個指令。
error-account-pending = 這個帳號還在等待伺服器核准。
    .means = 伺服器管理員會先審核新帳號。權杖本身沒有問題。
    .press = 請等候他們的來信，再按「重試」。
    .type = 請等候他們的來信，再執行一次這個指令。
error-account-suspended = 伺服器已停用或停權這個帳號。
    .means = 在伺服器解除之前，它的權杖什麼都做不了。
    .press = 請登入伺服器網站檢視原因，或聯絡管理員。
error-missing-permission = 這個權杖沒有所需的權限。
    .means = 有一項權限沒有勾選，或在授權頁面上被取消了。
    .press = 請重新登入，並保持勾選。
    .type = 請重新登入，並保持勾選：`keybearer login 平台`。
error-enrolment-or-payment = 平台要求先開通或付費。
    .means = 應用程式的方案不包含這個呼叫，或額度已用完。
    .press = 請在開發者主控台處理好，再按「重試」。
    .type = 請在開發者主控台處理好，再執行一次這個指令。
error-renewal-not-needed = 這個權杖還不用續期。
    .means = { $rotates ->
        [no] { $provider } 現在就可以續期；Keybearer 會在需要權杖時自動續期。
       *[yes] { $provider } 現在就可以續期；但每次續期都會讓前一個權杖失效，所以 Keybearer 等到需要時才續。
    }
    .press = 仍要續期的話，開啟帳號頁面上的 ⋯，按「立即續期」，再按「仍然續期」。
    .type = 仍要續期的話：`keybearer refresh 名稱 --anyway`。
error-too-young = 權杖核發未滿 24 小時，尚無法續期。
    .means = 提早續期，平台會拒絕，或者不會延長有效期限。
    .press = 現在不需要操作，稍後再試即可。
    .type = 現在不需要操作，稍後再執行這個指令即可。
error-rate-limited = 短時間內請求太多了。
    .means = { $seconds ->
        [none] 平台沒有說要等多久。
       *[other] 平台要求等待 { $seconds } 秒。
    }
    .press = 請等一等，再按「重試」。
    .type = 請等一等，再執行一次這個指令。
error-transient = 平台本身出了問題{ $status ->
    [none] 。
   *[other] （狀態碼 { $status }）。
}
    .means = 這類問題通常幾分鐘內就會過去。
    .press = 請稍後按「重試」。
    .type = 請稍後再執行一次這個指令。
error-answer-unreadable = 無法讀懂平台的回應：{ $what }。
    .means = 可能是錯誤頁面，也可能伺服器有自己的一套格式。
    .press = 請按「重試」。如果一直如此，請到「設定」複製診斷資訊。
    .type = 請再執行一次這個指令。如果一直如此，`keybearer doctor` 可以檢查是誰在回應。
error-answer-too-large = 平台的回應過大：{ $what }。
    .means = 正常的回應不會這麼長，所以停止了讀取。
    .press = 請核對伺服器名稱，再按「重試」。
    .type = 請核對伺服器名稱，再執行一次這個指令。
error-proxy-password = { $host } 前面有一道自己的密碼驗證。
    .means = 回應來自代理伺服器或網頁伺服器，不是 API，與你的權杖無關。這裡沒有任何改變。
    .press = 請先登入那個代理伺服器，或詢問伺服器管理員，再按「重試」。
    .type = 請先登入那個代理伺服器，或詢問伺服器管理員，再執行一次這個指令。
error-bot-check = { $host } 前面的防護要確認你是真人。
    .means = 回應來自防機器人驗證，不是 API，與權杖和權限都無關。
    .press = 請過一會兒再按「重試」。如果一直如此，請要求伺服器管理員允許程式存取 API。
    .type = 請過一會兒再執行這個指令。如果一直如此，請要求伺服器管理員允許程式存取 API。
error-captive-portal = 一個登入頁面代替 { $host } 作出了回應。
    .means = 目前的網路或伺服器前面的代理伺服器要求先登入。這裡沒有任何改變。
    .press = 請在瀏覽器開啟任一網站並完成登入，再按「重試」。
    .type = 請在瀏覽器開啟任一網站並完成登入，再執行一次這個指令。
error-web-page = { $host } 傳回的是網頁，不是 API 的回應（HTTP { $status }）。
    .means = 可能是中間的伺服器出了問題。這與你的權杖無關，這裡沒有任何改變。
    .press = 請過一會兒再按「重試」。
    .type = 請過一會兒再執行這個指令。
error-silent-refusal = { $host } 拒絕了請求，但沒有說明原因（HTTP { $status }）。
    .means = 可能是中間的伺服器拒絕的。這裡沒有任何改變，已儲存的權杖可以繼續使用。
    .press = 請過一會兒再按「重試」。
    .type = 請過一會兒再執行這個指令。
error-redirected = 伺服器把請求重新導向到了 { $host }。
    .means = Keybearer 絕不會把密鑰傳到別的網址，所以什麼都沒有傳過去。那裡可能是目前網路的登入頁面。
    .press = 如果 { $host } 才是真正的伺服器，請填這個名稱；如果是登入頁面，請先在瀏覽器登入，再按「重試」。
    .type = 如果 { $host } 才是真正的伺服器，請用這個名稱登入；如果是登入頁面，請先在瀏覽器登入，再執行一次這個指令。
error-silent-refusals = 伺服器一直拒絕，也不說明原因。
    .means = { $host } 拒絕這個權杖至少一天了。可能權杖已經失效，也可能是前面的伺服器拒絕的。Keybearer 照常存放、續期和提供這個權杖。
    .press = 如果這是最近才出現的，請按「重新登入」。
    .type = 如果這是最近才出現的，請重新登入：`keybearer login 平台`。
error-refused = 平台拒絕了請求{ $status ->
    [none] 。
   *[other] （狀態碼 { $status }）。
}
    .means = Keybearer 不認得它給的理由。
    .press = 請參閱下方的原始訊息，再按「重試」。
    .type = 請參閱下方的原始訊息，再執行一次這個指令。
error-offline = 這台電腦沒有連上網路。
    .means = 任何伺服器都連不上。
    .press = 請連上網路，再按「重試」。
    .type = 請連上網路，再執行一次這個指令。

## Errors: where secrets are kept

error-keychain-missing = 這台電腦上沒有{ keychain }。
    .means = 沒有{ keychain }，密鑰就要存進加密檔案。
    .press = 請選擇存放位置。
    .type = `keybearer login 平台` 會建立加密檔案，密碼在終端機輸入，或用 `--passphrase-fd N` 讀取。
error-keychain-locked = { keychain }已鎖定。
    .means = 解鎖之前，既不能讀取也不能存入。
    .press = 請先解鎖，再按「重試」。
    .type = 請先解鎖，再執行一次這個指令。
error-keychain-silent = { keychain }沒有回應。
    .means = 系統的{ keychain }正在執行，但卡住了。沒有遺失任何內容：尚未存入的仍在記憶體中。
    .press = 請重新啟動{ keychain }，或登出後重新登入系統，再按「重試」。
    .type = 請重新啟動{ keychain }，或登出後重新登入系統，再執行一次這個指令。
error-keychain-refused = { keychain }拒絕了存取。
    .means = 系統不允許 Keybearer 讀寫，或它的提示被關掉了。
    .press = 請按「重試」，並在系統詢問時允許。
    .type = 請再執行一次這個指令，並在系統詢問時允許。
error-passphrase-wrong = 密碼不對，無法解鎖檔案。
    .means = 檔案完好無損。
    .press = 請重新輸入，留意大小寫和輸入法。
    .type = 請再執行一次這個指令，留意大小寫和輸入法。
error-passphrase-needed = 加密檔案已鎖定。
    .means = 讀取或存入密鑰都需要密碼。
    .press = 請到「設定」解鎖。
    .type = 請在終端機輸入密碼，或用 `--passphrase-fd N` 給出。
error-passphrase-short = 密碼太短了。
    .means = 太短的密碼，誰拿到檔案都可能猜出來。
    .press = 請至少使用 8 個字元，最好由幾個詞組成。
error-secret-missing = 存放位置裡沒有這個權杖。
    .means = 帳號還在，但它的權杖不見了，可能已在那裡被刪除或變更。
    .press = 請重新登入。
    .type = 請重新登入：`keybearer login 平台`，或 `keybearer token 名稱 --login`。
error-file-foreign = 這不是 Keybearer 的檔案。
    .means = 它由別的程式產生，或是另一種檔案。
    .press = 請選擇「轉移帳號」或「複製帳號」儲存的檔案，檔名以 keybearer 開頭和結尾。
error-file-damaged = 這個檔案不完整。
    .means = 傳輸途中有內容遺失或遭變更。沒有匯入任何內容。
    .press = 請重新複製一次，或在另一台電腦上重新儲存。
error-file-newer = 這個檔案由較新版本的 Keybearer 寫出。
    .means = 此版本讀不了它的格式。沒有匯入任何內容。
    .press = 請在這裡安裝較新的版本。
error-delivery-unknown = 這個同步目的地已經不在了。
    .means = 它被移除了，也許是在另一個視窗。
    .press = 還需要的話，請重新新增。
error-delivery-unconfirmed = 這個同步目的地已關閉，等你確認。
    .means = 它和你確認過的不一樣：在 Keybearer 之外被改過、來自另一台電腦，或者檔案現在指向別處。什麼都沒有送出。
    .press = 按「確認」，看清權杖會寫到哪裡；或按「移除」。
    .type = 請看清權杖會寫到哪裡，再確認：`keybearer delivery confirm 編號`；或移除：`keybearer delivery remove 編號`。
error-env-line-unclear = 沒有寫入：不同的程式對 .env 檔案第 { $line } 行的讀法不同。
    .means = { $why ->
        [comment] systemd 和 docker 會把值後面的註解當成值的一部分。
        [words] 同一行還有其他指派或指令，變更會使它遺失或被執行。
        [quotes] 引號出現在值的中間，或者沒有在看起來的地方結束。有些程式會把後面幾行也算進去。
        [continued] 行尾是反斜線、管線符號或 here-document。有些程式會把下一行也算進來。
        [blanks] 等號兩邊有空格，shell 會把這一行當成指令。
        [computed] shell 會計算這個值，或者把其中的符號當成別的意思；其他程式則照字面讀取。
        [used] 另一行裡設定或引用了同一個變數，那一行也會跟著變。
        [command] 這一行不是 NAME=值。shell 會執行它，其他程式會略過它。
        [encoding] 檔案不是一般的 UTF-8，或者含有某些程式視為換行的字元。
        [ends] 有些行用 Windows 換行字元，有些不是。shell 會把換行字元的一部分當成值。
       *[other] 其他程式會讀到另一個值。
    }
    .press = 把這一行寫成 NAME=值，同一行不留其他內容，檔案存為 UTF-8，然後按「立即同步」。也可以同步到只存放權杖的檔案。
    .type = 把這一行寫成 NAME=值，同一行不留其他內容，檔案存為 UTF-8，然後執行 `keybearer deliver 名稱`。也可以同步到只存放權杖的檔案。
error-file-sealed = 這個檔案由另一個程式加密：{ $by }。
    .means = 權杖會以明文留在加密內容旁邊，還可能破壞原有的加密。沒有寫入任何內容。
    .press = 改為同步給那個程式，由它來加密權杖：按「移除」，再把那個程式新增為同步目的地。也可以換一個檔案。
    .type = 改為同步給那個程式，由它來加密權杖：移除這個同步目的地（`keybearer delivery remove 編號`），再新增那個程式。也可以換一個檔案。
error-env-file-foreign = 這不是 .env 檔案。
    .means = { $kind ->
        [json] 這是 JSON 檔案。
        [yaml] 這是 YAML 檔案。
        [sections] 檔案分節，像是 TOML、INI 或 systemd 單元。
        [key] 這是金鑰或憑證。
        [markup] 這是 XML 或 HTML 檔案。
        [program] 這是程式或指令碼。
        [binary] 這不是文字檔。
        [large] 檔案超過 1 MB。
       *[other] 這是其他檔案。
    }寫入權杖會損壞它。沒有寫入任何內容。
    .press = 按「移除」，改為新增 .env 檔案、只存放權杖的檔案，或者能修改這個檔案的程式。
    .type = 請移除這個同步目的地（`keybearer delivery remove 編號`），改為新增 .env 檔案、只存放權杖的檔案，或者能修改這個檔案的程式。
error-file-nowhere = { $why ->
    [folder] 同步目的地的資料夾不存在：{ $path }。
    [link] 這個連結指向的檔案不存在：{ $path }。
   *[other] 這不是檔案：{ $path }。
}
    .means = { $why ->
        [folder] 它已被刪除或改名，所在磁碟沒有掛載，或者沒有進入的權限。沒有寫入權杖。
        [link] 連結指向的內容已被刪除或改名，或者所在磁碟沒有掛載。沒有寫入權杖。
       *[other] 檔案的位置上是資料夾或其他東西。沒有寫入權杖。
    }
    .press = { $why ->
        [folder] 請復原資料夾，或掛載它所在的磁碟，
        [link] 請修復連結，或復原它指向的內容，
       *[other] 請把那裡的東西移走，
    }再按「立即同步」。也可以按「移除」，再新增另一個檔案。
    .type = { $why ->
        [folder] 請復原資料夾，或掛載它所在的磁碟，
        [link] 請修復連結，或復原它指向的內容，
       *[other] 請把那裡的東西移走，
    }再執行一次這個指令。已新增的同步目的地會自動重試。要換一個檔案，請移除這個同步目的地（`keybearer delivery remove 編號`），再新增另一個。
error-delivery-unseen = { $target } 上看不到新權杖。
    .means = 對方回報成功，但讀回時沒有看到目前的權杖。
    .press = 請按「立即同步」。如果仍然如此，請到對方服務確認。
    .type = 請再同步一次：`keybearer deliver 名稱`。如果仍然如此，請到對方服務確認。
error-delivery-denied = { $host } 不接受認證資料（狀態碼 { $status }）。
    .means = 這個同步目的地的認證資料不對、已到期，或者沒有寫入權限。帳號的權杖沒有問題。
    .press = 請到那裡建立新的 API 權杖，再用它重新新增同樣的同步目的地。
    .type = 請到那裡建立新的 API 權杖，再用它重新新增同樣的同步目的地：`keybearer delivery add`。
error-delivery-nowhere = { $host } 上找不到這個同步目的地。
    .means = 名稱不對，或者認證資料沒有檢視權限。
    .press = 請到對方服務核對名稱，再按「移除」，新增正確的同步目的地。
    .type = 請到對方服務核對名稱，移除這個同步目的地（`keybearer delivery remove 編號`），再新增正確的。
error-delivery-refused = { $host } 拒絕了請求（狀態碼 { $status }）。
    .means = 它接受認證資料，但不接受這個請求。
    .press = 請參閱下方的原始訊息，再按「立即同步」。
    .type = 請參閱下方的原始訊息，再同步一次：`keybearer deliver 名稱`。
error-delivery-conflict = 有別的程式一直在寫 { $host } 上的同一個密鑰。
    .means = Keybearer 只覆蓋剛讀到的內容，而每次都有別的程式搶先。
    .press = 請找到那個程式，或者給這個鍵單獨的路徑，再按「立即同步」。
    .type = 請找到那個程式，或者給這個鍵單獨的路徑，再同步一次：`keybearer deliver 名稱`。
error-delivery-moved = { $place } 現在名為 { $now }。
    .means = 這個儲存庫改了名稱或換了擁有者。Keybearer 不會自動跟過去，因此什麼也沒有送出。
    .press = 如果 { $now } 是你的，請按「移除」，再為 { $now } 新增同步目的地。
    .type = 如果 { $now } 是你的，請移除這個同步目的地（`keybearer delivery remove 編號`），再為 { $now } 新增一個。
error-delivery-replaced = { $place } 現在是另一個儲存庫。
    .means = 這個名稱現在屬於另一個儲存庫，不是你確認過的那個，因此什麼也沒有送出。
    .press = 請到 GitHub 上確認。如果沒錯，請按「移除」，再重新新增。
    .type = 請到 GitHub 上確認。如果沒錯，請移除這個同步目的地（`keybearer delivery remove 編號`），再重新新增。
error-delivery-sso = { $host } 要求先為單一登入授權這個 API 權杖。
    .means = 這個組織只接受已授權的 API 權杖。帳號的權杖沒有問題。
    .press = 開啟下方的網址，或在 GitHub 的權杖頁面選「Configure SSO」完成授權，再按「立即同步」。
    .type = 開啟下方的網址，或在 GitHub 的權杖頁面選「Configure SSO」完成授權，再執行 `keybearer deliver 名稱`。
error-delivery-blind = { $host } 上的這個密鑰裡有這個 API 權杖讀不到的其他欄位。
    .means = 整個寫入會刪掉它們，因此什麼也沒有寫入。
    .press = 讓它的原則可以 patch 這個路徑（或可以 read 與 update），再按「立即同步」。
    .type = 讓它的原則可以 patch 這個路徑（或可以 read 與 update），再執行 `keybearer deliver 名稱`。
error-delivery-standby = { $host } 把請求轉給 { $node }。
    .means = 它沒有把 { $node } 列為叢集的作用中節點，因此沒有把 API 權杖與存取權杖送到那裡。
    .press = 如果 { $node } 屬於你的保管庫，請按「移除」，再用那個網址新增同步目的地。
    .type = 如果 { $node } 屬於你的保管庫，請移除這個同步目的地（`keybearer delivery remove 編號`），再用那個網址新增一個。
error-command-missing = 無法啟動 { $program }。
    .means = 沒有這個程式，或者不允許執行。
    .press = 請檢查程式的路徑，再按「移除」，新增正確的程式。
    .type = 請檢查程式的路徑，移除這個同步目的地（`keybearer delivery remove 編號`），再新增正確的程式。
error-command-failed = { $program } 結束時傳回 { $status }。
    .means = 程式收到了權杖，但回報失敗。
    .press = 請參閱下方的原始訊息，再按「立即同步」。
    .type = 請參閱下方的原始訊息，再同步一次：`keybearer deliver 名稱`。
error-command-slow = { $program } 沒有在 { $seconds } 秒內結束。
    .means = Keybearer 已停止它和它啟動的所有程式。
    .press = 請確保它會自己結束、不會提問，再按「立即同步」。
    .type = 請確保它會自己結束、不會提問，再同步一次：`keybearer deliver 名稱`。

## Errors: Keybearer itself

error-book-newer = 你的資料由較新版本的 Keybearer 寫入。
    .means = 現在只能檢視，不能修改，以免遺失內容。檔案：{ $path }
    .press = 請安裝較新的版本。
error-book-unreadable = 無法讀取帳號清單。
    .means = 檔案已損毀。權杖存放在別處，不受影響。檔案：{ $path }
    .press = 請用你自己的備份還原這個檔案。沒有備份的話，把它移到別的資料夾，再重新登入：Keybearer 會建立新的清單。
    .type = 請用你自己的備份還原這個檔案。沒有備份的話，把它移到別的資料夾，再重新登入：Keybearer 會建立新的清單。
error-disk = 無法讀取或寫入 Keybearer 自己的檔案。
    .means = 磁碟可能已滿，或者檔案或所在資料夾屬於別的使用者。位置：{ $path }
    .press = 請騰出空間，或檢查它屬於誰，再按「重試」。
    .type = 請騰出空間，或檢查它屬於誰，再執行一次這個指令。
error-no-locks = 無法鎖定 { $path }。
    .means = 這個資料夾所在的檔案系統不支援鎖定（有些網路與 FUSE 資料夾如此），這台電腦也沒有可以代替的資料夾。沒有鎖，兩個程式可能同時用掉同一個權杖，因此什麼也沒有做。
    .press = 把 Keybearer 的資料移到這台電腦磁碟上的資料夾，或把 XDG_RUNTIME_DIR 設為你自己的資料夾，再重新啟動 Keybearer。
    .type = 把 Keybearer 的資料移到這台電腦磁碟上的資料夾，或把 XDG_RUNTIME_DIR 設為你自己的資料夾，再執行一次這個指令。
error-folder-elsewhere = 另一台電腦正在使用 { $path } 中的資料。
    .means = 這個資料夾所在的檔案系統不支援鎖定，兩台電腦看不到彼此在做什麼，可能同時用掉同一個權杖。什麼也沒有做。
    .press = 請使用這台電腦磁碟上的資料夾。如果另一台電腦不再使用它，請刪除其中的檔案 locks/computer，再重新啟動 Keybearer。
    .type = 請使用這台電腦磁碟上的資料夾。如果另一台電腦不再使用它，請刪除其中的檔案 locks/computer，再執行一次這個指令。
error-post-missing = 這個帳號沒有 Keybearer 可以刪除的貼文。
    .means = 上一則已經刪除，或者什麼都沒有發布。
    .press = 如果你認為應該有，請看看你的個人頁面。
error-post-too-long = 內文太長：{ $length } 個字元。
    .means = 依這個平台的算法，最多 { $max } 個。
    .press = 請縮短內文。
    .type = 請縮短內文，再執行一次這個指令。
error-post-unclear = 上一則貼文可能已經發出，但 Keybearer 沒有在最新的貼文裡認出它。
    .means = 沒有收到平台的回覆。再發一次可能會重複，所以 Keybearer 不會自行重發。
    .press = 請看看你的個人頁面。如果那裡沒有，請按「再發布一次」。
    .type = 請看看你的個人頁面。如果那裡沒有，請加上 `--again` 再執行一次這個指令。
error-post-under-way = 這個帳號正在發布一則貼文。
    .means = 另一個視窗或指令正在等待平台。
    .press = 請等它完成。
error-account-unknown = 這個帳號已經不在了。
    .means = 可能已在另一個視窗刪除。
    .press = 請在左側選擇其他帳號。
    .type = `keybearer list` 會列出這裡的帳號。
error-client-unknown = 這個應用程式已經不在了。
    .means = 可能已在另一個視窗刪除。
    .press = 請選擇其他應用程式，或新增一個。
    .type = 請用 `--client` 選擇其他應用程式；不加它就新增一個。
error-client-in-use = 還有帳號在使用這個應用程式。
    .means = 沒有它，那些權杖就無法撤銷了。
    .press = 請先撤銷或刪除它的帳號。
error-login-unknown = 這次登入已經結束。
    .means = 它已完成或被取消。
    .press = 請按「重試」。
    .type = 請再執行一次這個指令。
error-provider-unknown = 這裡沒有名為「{ $id }」的平台。
    .means = 它的檔案被移走或改名了。
    .press = 請放回檔案，再重新啟動 Keybearer。
    .type = 請放回檔案，再執行一次這個指令。
error-practice-over = 練習平台已經停止。
    .means = 它只在使用時執行，核發的權杖也隨之失效。
    .press = 隨時可以再新增一個練習帳號。
    .type = 在另一個終端機執行 `keybearer practice`，再用 `keybearer login practice` 新增帳號。
error-provider-file = 平台檔案 { $file } 無法載入。
    .means = 其中有不符合格式的內容。
    .press = 請看下面的原因，改好檔案後重新啟動 Keybearer。
    .type = 請看下面的原因，改好檔案。
error-input-invalid = 填寫的內容無法使用：{ $field ->
    [token] 權杖。
    [code] 授權碼。
    [name] 名稱。
    [client_id] 應用程式編號。
    [client_type] 應用程式類型。
    [client_secret] 應用程式密鑰。
    [secret] 密鑰。
    [access_token] 存取權杖。
    [token_secret] 存取權杖密鑰。
    [redirect] 回呼網址。
    [url] 伺服器網址。請照實際送出的樣子寫：https、小寫字母，其他文字寫成 xn-- 的形式。
    [api] API 網址。請照實際送出的樣子寫：https、小寫字母，其他文字寫成 xn-- 的形式。
    [words] 程式或它的參數。
    [text] 內文。內文不能是空的。
    [image] 圖片。要填圖片的 https 網址；有的平台必須有圖片，有的不收圖片。
    [visibility] 可見範圍。請從列出的選項裡選。
    [to] 發到哪裡。
    [post] 沒有這則貼文，或者這個帳號不能發布。
    [key] 變數名稱或鍵名。
    [path] 路徑。
    [repository] 儲存庫。請寫成「擁有者/名稱」。
    [environment] 環境。
    [organization] 組織。
    [account] 帳戶 ID。
    [script] Worker 名稱。
    [namespace] 命名空間。
    [mount] 掛載點。
    [credential] 認證資料。
   *[other] { $field }。
}
    .means = 它是空的、太長，或格式不對。
    .press = 請修改後按「重試」。
    .type = 請修改後再執行一次這個指令。
error-already-running = Keybearer 已在執行。
    .means = 同時開兩個會互相干擾。
    .press = 請使用已經開啟的視窗。
error-not-in-applications = 請先把 Keybearer 移到「應用程式」檔案夾。
    .means = macOS 每次都從不同的暫存檔案夾執行下載後沒有移動過的應用程式，終端機和下次登入系統時都找不到它。沒有更動任何東西。
    .press = 請結束 Keybearer，在 Finder 裡把它移到「應用程式」檔案夾，再從那裡打開。
    .type = 請結束 Keybearer，在 Finder 裡把它移到 /Applications 檔案夾，再從那裡執行這個指令。
error-clipboard = 無法使用剪貼簿。
    .means = 系統不允許 Keybearer 寫入剪貼簿。
    .press = 請按「顯示」，再手動複製。
error-internal = Keybearer 內部出了問題。
    .means = 本不該如此。你的權杖不受影響。
    .press = 請按「重試」。如果一直如此，請到「設定」複製診斷資訊。
    .type = 請再執行一次這個指令。如果一直如此，請附上這裡顯示的內容回報問題。
error-unknown = 出了問題：{ $code }。
    .means = 這個版本還沒有相應的說明。
    .press = 請按「重試」。如果一直如此，請到「設定」複製診斷資訊。
    .type = 請再執行一次這個指令。如果一直如此，請附上這裡顯示的內容回報問題。

calendar-entry = 需要重新登入

## The tray and notifications; `%n` is a number that the shell puts in

tray-copy = 複製權杖
tray-renew = 立即續期
tray-open-account = 開啟
tray-refresh = 立即全部續期
tray-open = 開啟 Keybearer
tray-quit = 結束
tray-more = 更多請看視窗…
tray-locked = 已鎖定：開啟 Keybearer 解鎖
tray-soon = 不到 1 小時
tray-hour = 1 小時
tray-hours = %n 小時
tray-day = 1 天
tray-days = %n 天
tray-data = 資料存取：{ $left }
tray-renews = { $left }後續期
tray-assumed = 預計 { $left }後到期

notice-open = 開啟
notice-day = 請在 1 天內重新登入，否則權杖將失效。
notice-days = 請在 %n 天內重新登入，否則權杖將失效。
notice-data-day = 請在 1 天內重新登入，否則會失去資料存取權限。
notice-data-days = 請在 %n 天內重新登入，否則會失去資料存取權限。
notice-locked = Keybearer 已鎖定
notice-locked-body = 有權杖等待續期。請開啟 Keybearer 並解鎖。
notice-refreshed = 長期權杖續期完畢
notice-none = 現在沒有需要續期的權杖。
notice-renewed = 已續期 %n 個
notice-renewed-one = 已換上新權杖。
notice-later = 稍後重試 %n 個
notice-needs-you = %n 個待處理

## 命令列

cli-no-account = 沒有名為 { $name } 的帳號。
cli-see-list = `keybearer list` 會列出全部帳號。
cli-no-client = 沒有名為 { $name } 的應用程式。
cli-see-clients = `keybearer client list` 會列出全部應用程式。
cli-not-done = 沒有執行任何操作，因為沒有得到確認。請在提問時輸入 y，或加上 --yes。
cli-not-offered = { $name } 所在的平台不提供這項功能。
cli-pages-post = { $name } 自己不能發文，它的粉絲專頁可以。用 `keybearer account pages { $name }` 加入粉絲專頁，再用粉絲專頁的名稱發文。
cli-no-previous = { $name } 沒有可以還原的上一個權杖。
cli-step-back-ask = 要還原 { $name } 的上一個權杖嗎？
cli-call-ask = 這會更動平台上的內容：{ $what }。要送出嗎？
cli-call-ask-costs = 要送出這個請求嗎：{ $what }？
cli-post-visible = 可見範圍：{ $who }
cli-post-for = 發到：{ $place }
cli-post-length = 長度：{ $length }/{ $max }
cli-post-scope = 權杖可能缺少權限 { $scope }。
cli-post-keeps = 這個權杖沒有刪除貼文的權限（缺少 { $scope }）。要刪除這則貼文，請到平台操作。
cli-post-no-delete = 在這裡無法刪除，只能到平台刪除。
cli-post-to = 請用 --to 指定要發到哪裡。{ $what }。例如：{ $example }
cli-post-waits = 依平台的要求，發布至少需要 { $seconds } 秒。
cli-post-not-public = 陌生人看不到它，或者不登入就無法檢查陌生人是否看得到。
cli-post-unclear = 先前有一則貼文可能已經發出。Keybearer 會先找它。
cli-post-ask = 要發布嗎？
cli-post-delete-ask = 要在平台上刪除貼文「{ $text }」嗎？
cli-post-sending = 正在發布……
cli-post-looking = 先尋找之前的貼文，再發布……
cli-post-not-sent = 新貼文沒有送出。以下說的是之前的這則：「{ $text }」。
cli-post-none = { $name } 還沒有透過 Keybearer 發過貼文。
cli-post-gone = 貼文已刪除。
cli-post-may-be = 貼文可能已經發出：沒有收到平台的回覆。用 `keybearer post { $name } --check` 查找它。
cli-post-may-be-unseen = 貼文可能已經發出，但 Keybearer 沒有在最新的貼文裡認出它。請先看看你的個人頁面，再決定要不要重發。
cli-post-may-be-lost = 貼文可能已經發出：沒有收到平台的回覆。Keybearer 無法在那裡尋找，請先自己去看，再決定要不要重發。
cli-post-stopped = 貼文已經發布。用 `keybearer post { $name } --check` 可以查看陌生人看不看得到它。
cli-post-unsent = 什麼都沒有發布。
cli-post-refused = 什麼都沒有發布：平台拒絕了，或者 Keybearer 在送出之前就中止了。
cli-post-sent = 已送出
cli-post-there = 已在平台上
cli-post-seen = 陌生人看得到
cli-post-link = 連結
cli-post-lamp = { $lamp ->
    [yes] 是
    [no] 否
    [waiting] 還沒有，請稍後再查看
    [needs-login] 不登入就無法檢查
    [no-reading] 無法檢查：平台不允許用這個權杖讀取貼文
   *[unknown] 不清楚
}
cli-post-probably = 可能的原因：{ $reason }
cli-post-delete-later = 用 `keybearer post { $name } --delete` 可以再把它刪除。
post-dark-app-in-development = 應用程式處於「開發」模式，或尚未發布。
post-mend-app-in-development = 請在開發者主控台發布應用程式，然後重新發文。
post-dark-page-unpublished = 粉絲專頁尚未發布。
post-mend-page-unpublished = 請在粉絲專頁的設定裡發布它，貼文隨後就會出現。
post-dark-private-profile = 個人頁面是私人的。
post-mend-private-profile = 請在平台的隱私設定裡把個人頁面改為公開，或者就只讓追蹤者看。
post-dark-default-visibility = 貼文的可見範圍不包括陌生人。
post-mend-default-visibility = 請選擇所有人可見，並檢查帳號設定裡的預設值。刪除這則貼文，再發一次。
post-dark-local-only = 貼文只留在這台伺服器上。
post-mend-local-only = 請不要選「只有這台伺服器」，再發一次。
post-dark-duplicate = 平台把它當成先前貼文的重複。
post-mend-duplicate = 請修改內文，再發一次。
post-dark-missing-scope = 權杖缺少權限。
post-mend-missing-scope = 請重新登入，並要求發布的權限。
post-dark-unconfirmed-account = 帳號的電子郵件地址尚未確認。
post-mend-unconfirmed-account = 請打開確認信裡的連結，然後再發一次。
post-dark-limited-account = 平台限制了這個帳號。
post-mend-limited-account = 請打開平台，查看關於你帳號的通知。
post-dark-held-back = 平台要先審核這則貼文。
post-mend-held-back = 請稍候，之後再查看。
post-dark-login-only = 這個平台或伺服器只讓登入的人看貼文。
post-mend-login-only = 可以用無痕視窗打開連結，看看陌生人看到什麼。伺服器管理員可以更改這一點。
post-dark-removed = 貼文已經不在了。
post-mend-removed = 如果不是你刪的，可能是平台移除的：請查看平台的通知。
post-dark-unexplained = Keybearer 沒有找到原因。
post-mend-unexplained = 請用無痕視窗打開這則貼文。如果那裡也看不到，請檢查帳號的隱私設定，並看看平台有沒有通知。
cli-call-none = 這個帳號沒有可用的測試請求。
cli-file-passphrase = 檔案的密碼：
cli-file-passphrase-new = 請為檔案設定密碼，至少 8 個字元：
cli-transfer-moved = 檔案中有 { $count } 個帳號，此後由另一台電腦續期。請在那台電腦上用 `keybearer account receive 檔案` 或在設定中匯入，然後刪除這個檔案。
cli-transfer-copied = 檔案中有 { $count } 個帳號，仍由這台電腦續期。請在另一台電腦上用 `keybearer account receive 檔案` 或在設定中匯入，然後刪除這個檔案。
cli-receive-paused = 其中一些帳號仍由另一台電腦續期。要改由這台電腦續期，請執行 `keybearer account resume 帳號`。
cli-redirect-works = 這個回呼網址在這台電腦上可用。
cli-certificate-trusted = { $store ->
        [nss] 憑證「{ $name }」已加入你自己的 NSS 憑證存放區，Chromium、Chrome 和其他以 Chromium 為基礎的瀏覽器都會讀取。請重新啟動已開啟的瀏覽器。Firefox 有自己的清單，第一次開啟這個網址時會自行詢問。
        [keychain] 憑證「{ $name }」已加入你的登入鑰匙圈，只有你信任它用於 TLS。Firefox 可能有自己的清單，這時會自行詢問。
       *[root] 憑證「{ $name }」已加入你自己的受信任根憑證。Firefox 可能有自己的清單，這時會自行詢問。
    }
cli-certificate-removed = 你的憑證存放區裡已沒有憑證「{ $name }」。
cli-autostart-no-app = 這裡沒有 Keybearer 應用程式（{ $what }），登入時沒有程式可以啟動，設定維持原樣。請安裝應用程式；不安裝的話，也可以執行 `keybearer service install` 來續期權杖。
cli-autostart-app-missing = 這裡沒有 Keybearer 應用程式（{ $what }），登入時沒有程式可以啟動，設定維持原樣。請安裝應用程式。
cli-ask-platform = 這是哪個平台的權杖？（{ $platforms }）
cli-keep-mismatch = 登入的是 { $name }，而需要的是 { $expected }。要把 { $name } 另存為一個帳號嗎？[y/n]
cli-show-id = 編號
cli-show-declined = 未獲授權的權限
cli-show-renews = 下次續期
cli-show-assumed = 預計到期
cli-show-verified = 驗證於
cli-show-step-back = 上一個權杖保留至
cli-show-sync = 同步到
cli-show-type = 類型
cli-show-stored = 已儲存
cli-show-none = 沒有儲存
cli-show-account = 帳號
cli-not-understood = 命令列的這一處不正確：{ $what }。用法見 `{ $help }`。
cli-argument-missing = 還缺少：{ $what }。用法見 `{ $help }`。
cli-ambiguous = { $name } 對應不只一個帳號：
cli-unknown = 這裡不認識「{ $word }」。可用的有：
cli-unanswered = 這裡無法輸入。還缺少：
cli-system = 系統拒絕了操作。{ $detail }
cli-passphrase = 加密檔案的密碼：
cli-passphrase-new = 請設定密碼，至少 8 個字元：
cli-passphrase-again = 再輸入一次：
cli-sealing = 權杖將存放在加密檔案中，只有你的密碼能解鎖。密碼忘了就無法找回。
cli-store-locked = 視窗、系統匣、`serve` 和 `exec --watch` 都會清除記憶體中的密碼。程式從現在起不能再從加密檔案取得權杖；已經開始的續期或匯出會先完成。要解鎖，請在視窗輸入密碼，或重新執行該指令。自行讀取密碼的程式（例如 systemd 的單元）下次啟動時會再解鎖。
cli-store-no-passphrase = 這裡沒有由密碼解鎖的加密檔案，所以沒有鎖定任何內容。{ keychain }由系統鎖定。
cli-empty = 還沒有帳號。用 `keybearer login 平台` 新增一個。
cli-status-practice = 這裡只有練習平台的帳號，不用監控。用 `keybearer login 平台` 新增真實的帳號。
cli-ended = 已到期
cli-on-demand = 使用時自動續期
cli-renews = 剩 { $left }，會自動續期
cli-ends = 剩 { $left }
cli-assumed = 預計 { $left }後到期
cli-assumed-renews = 預計 { $left }後到期，會自動續期
cli-data = 資料存取還剩 { $left }
cli-days = { $count } 天
cli-hours = { $count } 小時
cli-minutes = { $count } 分鐘
cli-endless = 不會過期
cli-life-unknown = 到期日不明
cli-renamed = 之前儲存的名稱是 { $before }。
cli-tokens-others = 其中 { $count } 個不是為這個帳號在 Keybearer 裡的應用程式核發的。用 `keybearer account end-token` 可撤銷。
cli-end-token-ask = 撤銷 { $name } 為 { $app } 核發的權杖？使用它的程式會立刻失去存取權。[y/n]
cli-end-token-own-ask = 這正是 Keybearer 為 { $name } 存放的權杖。要撤銷嗎？所有使用它的程式會立刻失去存取權，你需要重新登入。[y/n]
cli-no-delivery = 沒有同步目的地。`keybearer delivery add 帳號` 可以新增。
cli-no-targets = 沒有編號為「{ $id }」的同步目的地：還沒有任何同步目的地。`keybearer delivery add 帳號` 可以新增。
cli-no-target = 沒有編號為「{ $id }」的同步目的地，或者不只一個以它開頭。現有的是：
cli-delivery-off = 已關閉，等你確認
cli-delivery-never = 尚未同步
cli-delivery-old = 裡面是舊權杖
cli-delivery-current = 已同步
cli-delivery-type = 要確認，請照樣輸入下面這一行；直接按 Enter 則取消。
cli-delivery-differs = 與顯示的不一致。請照樣輸入下面這一行，或按 Enter 取消：
cli-delivery-unconfirmed = 你沒有確認權杖要寫到哪裡，什麼都沒有變更。
cli-delivery-no-terminal = 什麼都沒有變更。同步目的地要在終端機照著顯示的內容輸入才算確認，而這裡沒有終端機。{ $system ->
    [windows] 請在終端機視窗裡執行，不要重新導向標準輸入和標準錯誤；認證資料會在那裡詢問。
   *[other] 請在可以打字的地方執行這個指令。認證資料仍可來自標準輸入。
}
cli-delivery-access-key = 同步目的地的認證資料：
cli-delivery-no-access-key = 什麼都沒有變更：認證資料是空的。請輸入它，或從標準輸入傳入。
cli-delivery-key-lost = 什麼都沒有變更：這台電腦沒有儲存這個同步目的地的認證資料。請先移除它（`keybearer delivery remove 編號`），再帶上認證資料重新新增。
cli-delivery-program-path = 什麼都沒有變更。請寫出程式的路徑，例如 /usr/local/bin/update：只寫名稱時，啟動哪個程式取決於搜尋路徑。
cli-delivery-remove-ask = 移除 { $name } 的同步目的地 { $target }？已同步的內容會留在那裡。[y/n]
cli-status-well = 一切正常，共 { $count } 個帳號。
cli-status-next = { $left }後進行下一次續期。
cli-status-due = 已到下一次續期的時間。
cli-status-login = 待處理，請重新登入或查看 `keybearer list`：{ $names }。
cli-status-late = 續期延遲或正在重試：{ $names }。
cli-status-sync = 同步未完成、正在重試或未確認：{ $names }。
cli-not-synced = { $name } 沒有同步到 { $target }：
cli-nothing-due = 沒有需要續期的權杖。
cli-lists-none = Keybearer 無法列出 { $provider } 的貼文。
cli-export-count = { $count } 則，每秒 { $rate } 則
cli-export-wait = · 等待 { $seconds } 秒：{ $why }
cli-export-done = { $count } 則貼文已寫入 { $path }。
cli-export-none = { $name } 沒有這樣一個已中斷、目前也沒有在執行的匯出。
cli-export-part = 已有 { $count } 則存放在目標檔案旁邊。一天之內，用同一個指令可以接著匯出。
cli-export-partial = 不完整：{ $count } 則已寫入 { $path }，略過 { $skipped } 則。
cli-export-partial-of = 不完整：{ $count } 則已寫入 { $path }，略過 { $skipped } 則；伺服器自己的計數是 { $expected } 則。
cli-export-partial-out = 不完整：已寫出 { $count } 則，略過 { $skipped } 則。
cli-export-partial-out-of = 不完整：已寫出 { $count } 則，略過 { $skipped } 則；伺服器自己的計數是 { $expected } 則。
cli-type-code = 開啟下面的網址，在 { $host } 上同意授權，然後在這裡輸入頁面顯示的授權碼：
cli-paste-address = 開啟下面的網址，在 { $host } 上同意授權，然後把瀏覽器最後停留的網址貼到這裡：
cli-consent = 請在 { $host } 上同意授權。如果瀏覽器沒有開啟，請開啟下面的網址；也可以把結果貼到這裡：
cli-enter-code = 請在任意裝置開啟下面的網址，輸入授權碼，在 { $host } 上同意授權：
cli-waits-for-approval = 正在等你同意授權。按 Ctrl-C 可以取消。
cli-unstored = 權杖還沒有儲存，目前只在記憶體中。請不要結束本程式。
cli-ask-token = 權杖：
cli-kept = 已儲存為 { $name }。
cli-other-account = 登入的是 { $name }，而需要的是 { $expected }。沒有儲存任何內容。
cli-unvouched = 權杖已儲存為 { $name }。你指定的是 { $expected }，但那個網域沒有確認這是它的帳號。
cli-keep-other = 登入的是 { $name }，你指定的是 { $expected }。那個網域沒有說明兩者是不是同一個帳號。要保留這個權杖嗎？[y/n]
cli-forget-ask = 要刪除 Keybearer 在這台電腦上儲存的一切嗎？包括 { $count } 個帳號及其權杖、應用程式和設定。平台不會得知：權杖到期前一直有效，除非你先撤銷。[y/n]
cli-forget-account-ask = 要從這台電腦刪除 { $name } 嗎？平台不會得知：權杖到期前一直有效，除非你先撤銷。[y/n]
cli-forget-account-done = 已從這台電腦刪除 { $name }。它的權杖在平台上到期前仍然有效。
cli-forget-unconfirmed = 什麼都沒有刪除。操作沒有得到確認。請在提問時輸入 y，或加上 --yes。
cli-forget-at-work = 什麼都沒有刪除。Keybearer 正在使用這些資料：應用程式、`keybearer serve` 或 `keybearer practice` 在執行，或有登入、匯出、續期、同步正在進行。請先結束它們，再執行一次。
cli-forget-done = Keybearer 在這台電腦上已不再儲存任何內容。權杖在平台上到期前仍然有效。
cli-forget-providers = 你自己的平台檔案還在 { $path }。
cli-forget-units = systemd 的單元可能正在使用這些資料。停止並刪除它們的指令：{ $command }
cli-forget-system-units = 系統單元和為它們存放的密碼還在，只有 root 才能刪除。請執行 `sudo keybearer service uninstall --system`。
cli-provider-right = 沒有錯誤。
cli-provider-address = 登入時首先開啟的網址：
cli-service-not-here = `keybearer service` 安裝的是 systemd 的單元，這個系統沒有 systemd，也不提供排程工作或 launchd。請在應用程式的設定裡開啟「登入系統時在背景啟動」，或定期執行 `keybearer refresh --due`。
cli-service-whose = 以 root 執行時請指明要哪一種：`keybearer service { $what } --system` 的單元以 keybearer 使用者執行，有自己的帳號；--user 使用 root 自己的帳號。
cli-service-root = 系統單元需要 root：sudo keybearer service { $what } --system
cli-service-foreign = { $what } 不是 Keybearer 寫的，所以什麼都沒有更動。請先移走這個檔案，再執行一次。
cli-service-readable = { $what } 不夠隱密：別人讀得到，或它屬於別人。請把它改為你所有，對它執行 `chmod 600`，再執行一次。
cli-service-file-gone = 單元從 { $what } 讀取密碼，但這個檔案已經不在了。
cli-service-file-missing = 單元從 { $what } 讀取密碼，但這個檔案已經不在了。請執行 `keybearer service install`，加上 --passphrase-file FILE 或 --passphrase-fd N；在終端機裡執行時它會詢問。
cli-service-path = 單元裡不能寫 { $what }：其中有 systemd 在這裡不接受的引號、反斜線、控制字元或結尾的空格。什麼都沒有更動。請移動這個檔案，再執行一次。
cli-service-hidden = 系統單元無法啟動 { $what }：它們看不到 /home、/root、/run/user、/tmp 和 /var/tmp。請安裝套件，或把程式複製到 /usr/local/bin，再用那裡的程式執行 `service install`。
cli-service-remain = 這裡沒有執行 systemd。還需要執行：
cli-service-failed = 單元已寫好，但 systemctl 失敗了。還需要執行：
cli-service-linger = 沒有開啟 lingering 時，你一登出 systemd 就會停掉你的單元，開機時也不會啟動：sudo loginctl enable-linger { $user }
cli-service-lingers = lingering 已開啟：登出後單元照常執行
cli-service-login = 這些單元使用 keybearer 使用者的帳號。這樣新增一個：sudo -Hu keybearer keybearer login 平台 --no-browser
cli-service-plain = 單元從 { $path } 讀取密碼。它沒有加密，只有檔案擁有者和 root 讀得到。
cli-service-copy-deleted = 已刪除 { $path } 裡的密碼副本，單元不讀取它。
cli-service-proxy = { $names } 裡有密碼，寫進單元會被別人讀到，所以沒有寫入，代理伺服器可能因此拒絕單元。請把這個變數寫進只有擁有者讀得到的檔案，再執行 { $command }，在 [Service] 底下加一行 EnvironmentFile=檔案
cli-service-unconfined = 這台電腦不讓使用者的程式使用命名空間，所以對單元的限制較少。
cli-service-unchanged = 單元已經就緒。
cli-service-uninstall-ask = 要停止並刪除 Keybearer 的單元，以及為它們存放的密碼嗎？之後權杖不再於背景續期。[y/n]
cli-service-none = 沒有安裝 Keybearer 的單元。
cli-service-kept = 帳號和權杖都還在。
cli-service-kept-user = keybearer 使用者和它的帳號都還在，位於 /var/lib/keybearer。
cli-service-enabled = 已安裝，已啟用
cli-service-not-enabled = 已安裝，但沒有啟用：請執行 `keybearer service install`
cli-service-not-installed = 沒有安裝：請執行 `keybearer service install`
cli-service-no-program = 要啟動的 { $path } 不存在：請再執行一次 `keybearer service install`
cli-service-ran = { $minutes } 分鐘前執行過
cli-service-never-ran = 還沒有執行過
cli-service-run-failed = 上一次執行失敗（{ $result }）：{ $command }
cli-service-no-passphrase = 不需要密碼
cli-service-reads = 從 { $path } 讀取
cli-service-passphrase-missing = 單元沒有加密檔案的密碼。請再執行一次 `keybearer service install`。
cli-service-runs-as = 單元以這個使用者執行
cli-service-no-namespaces = 系統現在不讓你的程式使用命名空間，單元無法啟動：請重新執行 `keybearer service install`
cli-service-no-systemd = 這裡沒有執行
cli-forget-certificate = 這台電腦仍然信任憑證「Keybearer on this computer」，未能移除它（{ $detail }）。它的金鑰已刪除，誰也無法再使用它。請把它也從憑證存放區中刪除。
leaks-no-secrets = 這台電腦沒有存放權杖或應用程式密鑰，沒有東西可找。用 `keybearer login` 或 `keybearer import` 新增帳號。
leaks-progress = { $files } 個檔案，{ $objects } 個 git 物件
leaks-found-access-token = 找到 { $name } 的存取權杖。
leaks-found-previous-access-token = 找到 { $name } 上次續期前的存取權杖。
leaks-found-refresh-token = 找到 { $name } 的 refresh token（更新權杖）。
leaks-found-previous-refresh-token = 找到 { $name } 上次續期前的 refresh token（更新權杖）。
leaks-found-token-secret = 找到 { $name } 的權杖密鑰。
leaks-found-previous-token-secret = 找到 { $name } 上次續期前的權杖密鑰。
leaks-found-client-secret = 找到 { $name } 的應用程式密鑰。
leaks-found-target-key = 找到 { $name } 某個同步目的地的認證資料。
leaks-found-certificate-key = 找到 Keybearer 用於 { $name } 的憑證的私密金鑰。
leaks-do-nothing = 續期時 { $platform } 已讓它失效，不必再處理。
leaks-do-renew = 執行 `keybearer refresh { $source } --anyway` 換新的權杖，這個會隨即失效。
leaks-do-renew-and-wait = 執行 `keybearer refresh { $source } --anyway` 換新的權杖。這個最多還能用 { $minutes } 分鐘。
leaks-do-wait = 不必再處理：它被取代後最多 { $minutes } 分鐘就會自行失效。
leaks-do-list-targets = 先記下它的同步目的地，因為撤銷會一併刪除：`keybearer delivery list`。
leaks-do-revoke = 向 { $platform } 撤銷：`keybearer account revoke { $source }`，或在帳號頁面按「撤銷」。這也會從這台電腦刪除該帳號。這一步必須先做：Keybearer 只能撤銷帳號目前的權杖，重新登入會取代它。
leaks-do-add-targets = 重新新增同步目的地：`keybearer delivery add { $source }`。
leaks-do-end-token = 撤銷舊的權杖：`keybearer account end-token { $source } ID` 只撤銷它，帳號仍保留在這台電腦；`keybearer account tokens { $source }` 列出編號，並標明哪個是目前的。兩者都需要帳號的權杖有相應權限。
leaks-do-end-at-platform = 到 { $platform } 自己管理應用程式與權杖的頁面讓它失效：Keybearer 無法從這裡處理。
leaks-do-sign-in-again = 重新登入：`keybearer login { $provider }`。
leaks-do-import-another = 在 { $platform } 重新產生一個並匯入：`keybearer import { $provider }`。
leaks-do-deliver = 把新的權杖同步到所有用到它的地方：`keybearer deliver { $name }`。
leaks-do-replace-secret = 在 { $platform } 的開發者主控台重新產生應用程式密鑰，用 `keybearer client replace-secret` 或在應用程式頁面存放，再到主控台刪除舊的。
leaks-do-register-another = 用新的應用程式重新登入：`keybearer login { $provider }`。然後在 { $platform } 的頁面移除舊的應用程式。
leaks-do-replace-target-key = 在那裡重新產生認證資料，用它重新新增同步目的地，再刪除舊的。
leaks-do-distrust-certificate = 從憑證存放區和加入過它的瀏覽器刪除憑證「Keybearer on this computer」。沒有程式信任它，私密金鑰就沒有用處。
leaks-history = 光刪檔案不夠：提交過的內容會留在 git 裡，這台電腦和每份複本都有。先照上面的步驟讓它失效，再考慮改寫歷史。
leaks-unread-system = 未讀取：{ $path }：{ $detail }
leaks-unread-broken = 已損壞，未讀取：{ $path } { $detail }
leaks-unread-large = 太大，記憶體放不下，未讀取：{ $path } { $detail }
leaks-unread-unknown = Keybearer 不認得這種 git 格式，未讀取：{ $path } { $detail }
leaks-unread-elsewhere = 不在指定的資料夾裡，未讀取：{ $path }，屬於 { $detail }。要搜尋它，請執行：keybearer leaks { $path }
leaks-unread-objects = 其中可能有 git 物件，但沒有查看：{ $path }
leaks-unread-mounted = 在另一個檔案系統上，未讀取：{ $path }
leaks-unread-partial = { $path } 是部分複製（partial clone）：有些物件只在伺服器上，未讀取。
leaks-unread-shallow = { $path } 是淺層複製（shallow clone）：更早的歷史只在伺服器上，未讀取。
leaks-not-looked-for = 未尋找：{ $name } 有一個密鑰遺失，或少於 8 個字元。
leaks-more = 另有 { $more } 項未列出。
leaks-compressed = { $compressed } 個檔案經過壓縮或加密，沒有查看其中的內容。
leaks-done-found = 在 { $places } 處找到。已在 { $files } 個檔案和 { $objects } 個 git 物件中尋找 { $secrets } 個密鑰。
leaks-done-partial = 沒有找到，但有內容未讀取。已在 { $files } 個檔案和 { $objects } 個 git 物件中尋找 { $secrets } 個密鑰。
leaks-done-clean = 沒有找到。已在 { $files } 個檔案和 { $objects } 個 git 物件中尋找 { $secrets } 個密鑰。
cli-practice = 練習平台正在這個網址執行，按 Ctrl-C 結束；它的帳號和權杖隨之失效。
    在另一個終端機執行 `keybearer login practice` 登入，接著可以試 `keybearer token practice`、`keybearer exec practice -- 指令` 等指令。
cli-practice-none = 練習平台沒有執行，無處可登入。請在另一個終端機執行 `keybearer practice`，讓它持續執行，再執行一次這個指令。
cli-programs-untold = macOS 不會告訴 Keybearer 是哪個程式要權杖，所以這裡無法依程式決定：你自己的程式都能取得權杖。
cli-practice-runs = 練習平台已在 { $address } 執行：在視窗中，或由 `keybearer practice` 執行。可以直接使用：`keybearer login practice`。
cli-serving = 正在 { $path } 提供權杖，按 Ctrl-C 結束。
cli-serve-forgotten = 一段時間沒有程式索取權杖：密碼已從記憶體清除，加密檔案中的權杖不再提供。要重新輸入密碼，請再執行一次這個指令。
cli-serve-locked = 加密檔案已鎖定：密碼已從記憶體清除，加密檔案中的權杖不再提供。要再次解鎖，請重新執行這個指令。
cli-serve-given = systemd 傳入的不是單一個正在接聽的 Unix 串流 socket。請在 .socket 單元中只寫一個帶路徑的 ListenStream=。
cli-serve-no-folder = XDG_RUNTIME_DIR 沒有設為絕對路徑，所以沒有只有你能進入的資料夾來放 socket。登入工作階段會設定它；在沒有工作階段的機器上，請把它指向你自己的、權限為 0700 的資料夾。
cli-serve-folder-open = { $path } 不是你獨有的資料夾，所以不在那裡提供權杖。請改成由你擁有且只有你能進入的資料夾：chmod 700。
cli-serve-taken = 另一個程式已在 { $path } 提供權杖：視窗，或 `keybearer serve`。程式可以直接使用它。
cli-serve-too-long = { $path } 作為 socket 的路徑太長：系統只接受約 100 位元組。請把 XDG_RUNTIME_DIR 指向路徑較短的資料夾。
cli-serve-gone = { $path } 已經不存在，程式再也找不到這裡。它是由另一個程式（例如 systemd）開啟的，要由那個程式重新開啟：`systemctl --user restart keybearer.socket`。
cli-serve-foreign = 在 { $path } 接聽的是其他使用者的程式，所以沒有向它索取；權杖改由這個指令自己取得。
cli-serve-unusable = 在 { $path } 提供權杖的程式沒有給出可用的回覆，權杖改由這個指令自己取得。如果再次發生，請結束那個程式（`keybearer serve` 或視窗），再重新啟動。
cli-serve-silent = 在 { $path } 提供權杖的程式 5 秒內沒有給出可用的回覆，權杖改由這個指令自己取得。如果再次發生，請結束那個程式（`keybearer serve` 或視窗），再重新啟動。
cli-serve-late = 在 { $path } 提供權杖的程式超過 5 秒還沒有回覆，可能正在續期。加密檔案在這裡是鎖定的，所以繼續等它。
cli-tray-no-window = 這裡沒有 Keybearer 應用程式（{ $what }），系統匣沒有視窗可開。只要續期並提供權杖給程式的話，執行 `keybearer serve` 就夠了。
cli-tray-no-bus = 目前的工作階段沒有 D-Bus，桌面無法顯示系統匣（{ $what }）。請改用 `keybearer serve`，不需要系統匣也能續期並提供權杖。
cli-interrupted = 已中止。
cli-ending = 正在取得或續期權杖，完成後即結束。再按一次 Ctrl-C 會立即結束，權杖可能遺失。
cli-lost = 新的權杖無法儲存。它只在本程式的記憶體中，現已遺失。請重新登入。
cli-input-ended = 這裡無法貼上結果：標準輸入已經結束。請在可以輸入的地方執行。
cli-secret-typed = 命令列裡的密鑰，這台電腦上的每個程式都能讀到。請寫進檔案，再用 { $question }=@FILE。
cli-no-variable = 「{ $name }」不能作為環境變數名稱：只能用字母、數字和底線，且不能以數字開頭。
cli-variable-refused = 平台檔案「{ $provider }」會替指令設定 { $name }。--env 只設定 ACME_TOKEN、ACME_APP_ID、ACME_URL 這類帶有帳號資料的變數，因為其他變數可能決定指令會執行什麼。`keybearer provider check 檔案` 會列出要改的行。
cli-no-descriptor = 這裡讀不了 --passphrase-fd { $number }。Windows 上只有 0，即標準輸入。請用 --passphrase-fd 0。
cli-program-none = { $program } 本身不是程式。指令碼要寫明直譯器本身的檔案和指令碼：`keybearer settings allow-program 直譯器 帳號 --script 檔案`。`which python3` 給出的也可能是指令碼；Python 本身的檔案由 `python3 -c "import sys; print(sys.executable)"` 給出。
cli-program-script = 不能這樣指定 { $program }。Python 這類直譯器要用 --script 寫明它執行的指令碼，其他程式只寫程式本身。
cli-script = { $program } 是指令碼。Windows 只能直接啟動程式，不會去找執行指令碼的程式。請把那個程式寫在前面：`keybearer exec { $account } -- { $runs } { $program }`
cli-batch-argument = 沒有執行 { $program }。它是批次檔，而執行它的 cmd.exe 不接受帶換行的引數。請去掉換行，或直接呼叫批次檔所呼叫的程式。
cli-signal-alone = 光有訊號，程式拿不到新權杖：程式執行時，環境變數不會改變。請加上 --file 或 --socket，或拿掉 --signal，讓程式帶著新權杖重新啟動。
cli-file-not-offered = --file 需要一個在記憶體裡、只有你能進入的資料夾，但這個系統沒有。請拿掉它：程式會以環境變數裡的新權杖重新啟動。
cli-file-no-folder = --file 需要 XDG_RUNTIME_DIR 所指的資料夾，但這個變數沒有設為絕對路徑。登入系統時會設定它；在沒有人登入的機器上，請讓該使用者常駐（`loginctl enable-linger`）。
cli-file-not-private = 權杖沒有寫入：{ $path } 必須是你自己的、只有你能進入的資料夾（權限 0700），而且不能是連結。
cli-file-on-disk = 權杖沒有寫入：{ $path } 在磁碟上，但它必須在記憶體裡（tmpfs）。
cli-file-refused = 無法把權杖寫入 { $path }。{ $detail }
cli-watch-restart = { $name } 有了新權杖：{ $program } 將重新啟動。
cli-watch-killed = { $program } 沒有在 { $seconds } 秒內結束，已強制終止。
cli-watch-again = { $program } 以 { $code } 結束，{ $seconds } 秒後重新啟動。按 Ctrl-C 可停止。
cli-watch-login = { $program } 會繼續以現有的權杖執行。你重新登入 { $name } 之後，它就會拿到新權杖。
cli-not-proved = 權杖已儲存為 { $name }，但無法向平台驗證它屬於誰。`keybearer whoami` 會再問一次。
cli-would-lose = 有一個權杖只在本程式的記憶體裡。再按一次 Ctrl-C 會結束程式，權杖隨之遺失。
cli-clock = 時鐘
cli-clock-unknown = 沒有伺服器回應
cli-proxy = 代理伺服器
cli-proxy-by = { $proxy }（來自 { $variable }）
cli-proxy-except = ，不用於 { $hosts }
cli-keychain-plain = { keychain }不支援加密工作階段：權杖在本工作階段的匯流排上未經加密傳送
cli-keychain-two = { keychain }裡同一個權杖有多個項目：使用最新的一個，下次寫入時會刪除其他的
cli-locks-local = 資料夾的檔案系統不支援鎖定：改用這台電腦自己的鎖，其他電腦不能使用這個資料夾
cli-signed-by = 憑證簽發者：{ $issuer }
cli-added-by = 憑證簽發者：{ $issuer }，只有這台電腦信任它
cli-added-means = 如果伺服器屬於你的公司或你自己，這沒有問題。否則是中間有人（公司的代理或防毒軟體）能讀到傳輸的內容，包括權杖。
cli-added-press = 如果你不認得 { $issuer }，請先詢問管理這個網路的人，再登入。
cli-loopback = 這台電腦的回呼（127.0.0.1）
cli-browser = 瀏覽器
cli-browser-none = 這裡沒有螢幕：登入時加上 --no-browser，在別處開啟網址，再把結果貼回來
cli-other = 另外
cli-log-empty = 這段時間沒有使用記錄。
cli-log-off = 沒有記錄使用情形：已在設定中關閉。
cli-log-torn = 略過的損壞行：{ $count }
cli-log-refused = 被拒絕：{ $code }
cli-log-unrecorded = { $name } 在 { $when } 的一次使用未能記錄。{ $why }

## 使用權杖

use-title = 使用權杖
use-last = 上次使用：
use-last-by = { $when }，{ $program }
use-last-what = { $when }，{ $what }
use-last-none = 開始記錄以來沒有用過
use-last-off = 沒有記錄：已在設定中關閉
use-last-show = 最近的使用
use-last-title = { $name } 最近的使用
use-last-text = 最新的在前，最多 20 筆。keybearer log 會列出最近 90 天的所有記錄。
use-last-unknown = 程式不明
use-last-parent = 由 { $parent } 啟動
use-last-refused = 沒有交出權杖
use-last-unrecorded = { $when }的一次使用未能記錄。{ $why }
use-purpose-copy = 複製
use-purpose-show = 顯示
use-purpose-token = keybearer token
use-purpose-exec = keybearer exec
use-purpose-serve = keybearer serve
use-purpose-delivery = 同步
use-purpose-call = 試送請求
use-purpose-post = 發布或刪除貼文
use-purpose-export = 匯出貼文
use-purpose-transfer = 寫入給另一台電腦的檔案
use-purpose-other = 其他用途

use-try = 試一試
use-try-call = 請求
use-try-request = 將要送出的請求
use-try-send = 送出
use-try-wrong = 請檢查填寫的內容，這個請求無法送出。
use-try-number = 填 { $min } 到 { $max } 的整數。
use-try-answer = 回應
use-try-answered = 已回應
use-try-elsewhere = 被重新導向，沒有跟隨
use-try-refused = 被拒絕
use-try-failed = 平台出錯
use-try-ms = { $ms } 毫秒
use-try-left = 還能請求 { $left } 次
use-try-left-of = 還能請求 { $left } 次，共 { $limit } 次
use-try-used = 限額已用 { $used }%
use-try-wait = 請 { $seconds } 秒後再試
use-try-resets = { $when }恢復
use-try-empty = 回應是空的。
use-try-find = 在回應裡尋找
use-try-found =
    { $count ->
        [0] 沒有找到
       *[other] { $count } 行裡有
    }
use-try-copy = 複製回應
use-try-copied = 回應已複製，敏感內容已遮蔽。
use-try-more = 再顯示 { $count } 行
use-try-dots = 敏感內容已遮蔽，複製時也一樣。
use-ask-title = 要在 { $platform } 上做變更嗎？
use-ask-text = 這個請求會做變更：{ $what }。在這裡無法收回。
use-ask-yes = 送出

use-copy = 以其他形式複製
use-copy-preview = 預覽所有形式…
use-copy-save-form = 儲存：{ $form }…
use-copy-plain = 只有權杖
    .means = 不帶其他內容。
use-copy-header = Authorization 標頭
    .means = 用於需要填寫標頭的工具。
use-copy-curl = curl 指令
    .means = 立即向平台送出一個請求。權杖會留在命令列的歷史紀錄裡。
use-copy-env = .env 裡的幾行
    .means = 使用教學裡的變數名稱，帶上應用程式的密鑰。
use-copy-json = JSON
    .means = 權杖及其詳細資訊。
use-copy-javascript = Cloudflare Worker
    .means = 在任何網頁上顯示你公開的嘟文。權杖不寫在程式碼裡，而是存成 Worker 的密鑰。
use-copy-see = 預覽
use-copy-copy = 複製
use-copied = 已複製：{ $what }
use-copy-save = 儲存
use-copy-saved = 已儲存：{ $path }

use-export = 匯出貼文
use-export-which = 哪些貼文
use-export-newest = 只要最新的幾則
use-export-newest-help = 填數字；留空就是全部
use-export-newest-wrong = 這裡只能填整數。
use-export-format = 格式
use-export-json = JSON，一個陣列
use-export-jsonl = JSON Lines，每行一則
use-export-start = 匯出…
use-export-asks = 選擇檔案
use-export-count = { $count } 則
use-export-rate = 每秒 { $rate } 則
use-export-before = 從第 { $count } 則之後接著匯出
use-export-wait = { $why }{ $time } 後接著匯出。
use-export-done = { $count ->
    [0] 沒有符合的貼文，檔案是空白清單。
   *[other] { $count } 則貼文已寫入：
}
export-skipped = 伺服器無法提供貼文 { $id }。
export-skipped-between = 伺服器無法提供 { $newer } 與 { $older } 之間的一則或多則貼文。
export-repeats = 伺服器不斷傳回相同的內容；已寫入 { $count } 則，其餘無法取得。
export-counts = 伺服器的計數是 { $expected } 則：可能計數略有誤差，也可能有幾則已不再顯示。
use-export-partial = 不完整：{ $count } 則貼文已寫入下面的檔案，略過 { $skipped } 則。
use-export-expected = 伺服器自己的計數是 { $expected } 則。
use-export-part = 匯出到第 { $count } 則時中斷
use-export-go-on = 接著匯出
use-export-discard = 捨棄

use-post = 發布第一則貼文
use-post-about = 發布一則貼文，看看陌生人看不看得到。
use-post-pages = { $platform } 只允許應用程式以粉絲專頁的身分發文，不能以個人身分發文。
use-post-looking = 正在尋找先前的貼文…
use-post-message = 內文
use-post-count = { $length }/{ $limit }
use-post-over = 超出上限 { $over }。
use-post-text-wrong = 這段文字無法發布。
use-post-image = 圖片網址
use-post-image-optional = 圖片網址（選填）
use-post-image-help = 圖片本身的 https 網址，任何人都能開啟。
use-post-image-wrong = 請填寫 https 網址。
use-post-to-wrong = 請檢查寫法。
use-post-visibility = 誰可以看到
use-post-everyone = 所有人
use-post-hides = 陌生人看不到。
use-post-depends = 由 { $platform } 決定。
use-post-unchecked = 在 { $platform } 上，不登入就無法檢查陌生人是否看得到。
use-post-requests = 將要送出的 { $count } 個請求
use-post-seconds = { $platform } 至少需要 { $seconds } 秒才能發布。
use-post-keeps = 這個權杖沒有刪除貼文的權限（缺少 { $scope }）。要刪除這則貼文，請到 { $platform } 操作。
use-post-lacks = 缺少的權限：{ $scope }
use-post-go = 發布…
use-post-ask = 要在 { $platform } 發布嗎？
use-post-as = 帳號
use-post-twice = 先前那一則可能已經發布。再發布一次就會有兩則。
use-post-replaces = 上一則貼文可能還在。發布這則之後，Keybearer 只能刪除新的這則。
use-post-yes = 發布
use-post-said-sending = 正在發布…
    .means = 你可以離開這個頁面，結果會顯示在這裡。
use-post-said-all = 已發布，陌生人看得到。
use-post-said-hidden = 已發布，但陌生人看不到。
use-post-said-absent = { $platform } 接受了這則貼文，但它並不存在。
use-post-said-early = 已發布。現在還無法判斷陌生人是否看得到。
use-post-said-open = 已發布。不確定陌生人是否看得到。
use-post-said-maybe = 這則貼文可能已經發布。
    .means = 沒有收到 { $platform } 的回應。Keybearer 不會自動再發一次。
use-post-said-refused = 沒有發布。
    .means = { $platform } 上沒有這則貼文。你寫的內容在下面。
use-post-said-deleted = 已從 { $platform } 刪除。
use-post-not-found = 上次尋找（{ $when }）沒有在最新的貼文裡認出這則貼文。請先看看你的個人頁面，再決定要不要重發。
use-post-by = { $name }，{ $when }
use-post-lamps = 這則貼文的狀態
use-post-sent = 已送出
    .now = 正在等待 { $platform } 的回應。
    .yes = { $platform } 已接受。
    .no = { $platform } 沒有接受。
    .unknown = { $platform } 沒有回應。
use-post-there = 已在平台上
    .yes = 用你的權杖查得到。
    .no = 用你的權杖查不到。
    .needs-login = { $platform } 不允許用這個權杖讀取貼文。
    .waiting = { $platform } 還沒有傳回這則貼文。
    .unknown = 尚未檢查。
use-post-seen = 陌生人看得到
    .yes = 不登入就看得到。
    .no = 不登入看不到。
    .waiting = { $platform } 可能需要幾分鐘。
    .needs-login = { $platform } 不登入就無法查詢。
    .unknown = 尚未檢查。
use-post-lamp-now = 正在送出
use-post-lamp-yes = 是
use-post-lamp-no = 否
use-post-lamp-waiting = 還沒有
use-post-lamp-needs-login = 無法檢查
use-post-lamp-unknown = 未知
use-post-later = { $time } 後自動再查一次。
use-post-likely = 這是最可能的原因，{ $platform } 沒有說明。
use-post-mend = 開啟頁面
use-post-check = 再檢查一次
use-post-look = 再找一次
use-post-open = 開啟貼文
use-post-profile = 開啟個人頁面
use-post-delete = 刪除貼文
use-post-delete-ask = 要刪除 { $platform } 上的這則貼文嗎？
use-post-delete-text = 刪除後無法復原。
use-post-no-delete = 在這裡無法刪除，只能到 { $platform } 刪除。
use-post-no-delete-link = 開啟頁面
use-post-look-yourself = Keybearer 無法在 { $platform } 尋找這則貼文。請先自己去看，再決定要不要重發。
use-post-another = 再寫一則
use-post-again = 再發布一次…

use-deliver = 同步到機器人
use-deliver-late = 有同步目的地仍在使用舊權杖。
use-deliver-text = 每次登入和續期之後，新權杖會自動寫入目的地，並確認是否成功。
use-deliver-kind = 同步到
use-deliver-env-file = .env 檔案裡的一行
use-deliver-file = 單獨的檔案
use-deliver-program = 程式
use-deliver-github = GitHub Actions 密鑰
use-deliver-cloudflare = Cloudflare Worker 密鑰
use-deliver-openbao = Vault 或 OpenBao
use-deliver-key = 變數名稱
use-deliver-file-help = 下一個按鈕會開啟系統的檔案對話框。在 GNOME 的對話框裡，Ctrl+H 顯示隱藏檔案。
use-deliver-words = 程式的參數，一行一個
use-deliver-words-help = 不經過 shell。權杖從標準輸入傳入。這台電腦上的其他程式能讀到參數：不要在這裡寫密鑰。
use-deliver-api = API 網址
use-deliver-url = 伺服器網址
use-deliver-repository = 儲存庫
use-deliver-name = 密鑰名稱
use-deliver-account = 帳戶 ID
use-deliver-script = Worker 名稱
use-deliver-mount = KV 儲存（版本 2）的掛載點
use-deliver-path = 密鑰的路徑
use-deliver-vault-key = 密鑰裡的鍵
use-deliver-credential = 認證資料
use-deliver-credential-github = 可以寫入這個儲存庫密鑰的細粒度權杖，存放在{ keychain }裡。
use-deliver-credential-cloudflare = 可以編輯 Workers 指令碼的 API 權杖，存放在{ keychain }裡。
use-deliver-credential-openbao = 可以讀寫這個路徑的權杖，存放在{ keychain }裡。
use-deliver-add = 新增同步目的地
use-deliver-choose = 選擇檔案…
use-deliver-choose-program = 選擇程式…
use-deliver-next = 檢查並新增…
use-deliver-now = 立即同步
use-deliver-confirm = 確認…
use-deliver-remove = 移除
use-deliver-off = 已關閉，等你確認
use-deliver-never = 還沒有同步
use-deliver-old = 那裡是較早的權杖，{ $when }同步
use-deliver-done = { $when }已同步
use-deliver-read-back = 已讀回，內容一致
use-deliver-exited = 程式正常結束
use-deliver-updated = GitHub 回報已更新
use-deliver-listed = Cloudflare 已列出
use-deliver-version = 已讀回，版本 { $number }
use-deliver-github-environment = GitHub 環境密鑰
use-deliver-github-organization = GitHub 組織密鑰
use-deliver-environment = 環境
use-deliver-organization = 組織
use-deliver-visibility = 可以讀取新密鑰的儲存庫
use-deliver-visibility-private = 私人與內部儲存庫
use-deliver-visibility-all = 所有儲存庫，包括公開的
use-deliver-visibility-selected = 在 GitHub 上選定的儲存庫
use-deliver-namespace = 命名空間（可不填）
use-deliver-credential-github-environment = 可以寫入這個儲存庫環境密鑰的細粒度權杖，存放在{ keychain }裡。
use-deliver-credential-github-organization = 可以寫入這個組織密鑰的細粒度權杖，存放在{ keychain }裡。
use-deliver-written = 已寫入為第 { $number } 版；認證資料無法讀回
use-deliver-shadowed = 這些環境裡有同名的密鑰：{ $environments }。使用這些環境的工作讀取的是那裡的密鑰，而不是這一個。
use-deliver-again = { $when }再試。
use-deliver-gone = 已移除。已經同步的內容留在原處。

## 由系統自己顯示：啟動失敗

native-start-failed = 請再啟動一次 Keybearer。如果一直如此，記錄檔裡有更多資訊：{ $path }
native-start-silent = Keybearer 已在執行（處理程序 { $process }），但沒有回應。請結束該處理程序，然後重新啟動 Keybearer。
native-start-webview = Keybearer 無法顯示視窗。系統缺少負責繪製視窗的 Microsoft Edge WebView2。請到微軟的網頁下載並安裝，然後重新啟動 Keybearer。
native-start-webview-download = 開啟下載頁面
native-start-close = 關閉

## 權杖去任何地方之前，由系統自己的對話框詢問

native-save = 儲存貼文
native-choose = 選擇存放權杖的檔案
native-title = 同步權杖
native-choose-program = 選擇接收權杖的程式
native-yes = 同步到那裡
native-deliver = 每次登入和續期之後，{ $name } 的存取權杖會寫到：
native-env = 檔案 { $path } 裡的 { $key }
native-file = 檔案 { $path }，裡面不會有別的內容
native-link = 那裡有連結指向別處，實際寫入的是 { $path }
native-program = 這個程式的標準輸入：
native-github = { $repository } 的 GitHub Actions 密鑰 { $name }，位於 { $url }
native-github-shadow = 環境裡的同名密鑰優先於這一個：指定了環境的工作可能讀不到它。
native-github-environment = { $repository } 的環境 { $environment } 中的密鑰 { $name }，位於 { $url }
native-github-organization = 組織 { $organization } 的 GitHub Actions 密鑰 { $name }，位於 { $url }。如果是新建立的，可以讀取它的是{ $visibility ->
    [all] 組織的所有儲存庫，包括公開的。
    [selected] 你在 GitHub 上選定的儲存庫。
   *[private] 組織的私人與內部儲存庫。
}
native-cloudflare = Cloudflare Worker { $script }（帳戶 { $account }）的密鑰 { $name }，位於 { $url }
native-openbao = { $url } 的保管庫裡，{ $path } 的鍵 { $key }
