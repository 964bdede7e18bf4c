# Keybearer 的简体中文文字，Rust（fluent）与界面（@fluent/bundle）共用。
# 语气：简短、平静、准确。每个错误都有三句：发生了什么（值）、意味着什么（.means）、该按哪里（.press）。.type 在终端里代替
# .press，说的是命令，不是按钮。

app-name = Keybearer
# 系统对密钥存储的叫法：每条文字都有 $system。
keychain = { $system ->
    [macos] 钥匙串
    [windows] 凭据管理器
   *[linux] 密钥环
}

## The left column

accounts = 账号
accounts-none = 还没有账号。
find = 查找账号
find-none = 没有符合的账号。
find-keys = { $system ->
    [macos] ⌘K
   *[other] Ctrl K
}
filter = 显示
filter-all = 全部
filter-needs = 待处理
filter-paused = 其他电脑
move-up = 在列表中上移
move-down = 在列表中下移
add = 添加账号
add-waiting = 正在等待授权
add-ended = 查看登录结果
add-mismatch = 登录的是另一个账号
clients = 应用
settings = 设置
kept-keychain-ready = 令牌和密钥保存在{ keychain }中
kept-keychain-locked = { keychain }已锁定
kept-keychain-missing = 本机没有{ keychain }
kept-keychain-silent = { keychain }没有响应
kept-sealed-file-ready = 令牌和密钥保存在加密文件中
kept-sealed-file-locked = 加密文件已锁定
kept-sealed-file-missing = 找不到加密文件

## How an account stands, beside its platform's name

state-no-expiry = 不会过期
state-life-unknown = 到期时间未知
state-unchecked = 尚未验证
state-renews = 使用时自动续期
state-interrupted = 需要重新登录：续期中断
state-unverified = 未验证
state-dead = 需要重新登录
state-missing-secret = 找不到令牌
state-expired = 已到期
state-unstored = 仅在内存中
state-practice-over = 练习已结束
state-paused = 由其他电脑续期
state-on-hold = 已暂停
state-renews-day = { $day }续期
state-assumed = 预计 { $day } 到期
state-data = 数据访问至 { $day }
state-data-over = 数据访问已到期
state-sync = 同步失败
state-days = 还剩 { $days } 天
state-hours = 还剩 { $hours } 小时
state-minutes = 还剩 { $minutes } 分钟

## The first screen

empty-title = 你的访问令牌，保存在这台电脑上
empty-get = 获取令牌
empty-get-text = 选择平台，在你自己的浏览器里登录。每一步 Keybearer 都会告诉你怎么做。
empty-import = 导入已有的令牌
empty-import-text = 粘贴从别处得到的令牌。Keybearer 会查出它属于哪个账号，能续期就自动续期。
empty-stays = 令牌只保存在这台电脑的{ keychain }里，Keybearer 没有服务器。
empty-first = 手边没有账号？
empty-practice = 用练习账号试一试

## Notices

unstored = 有 { $count } 个令牌只在内存里。
unstored-locked = { keychain }已锁定。请先解锁，再按“重试”。
unstored-missing = 本机没有{ keychain }。请先选择保存位置，再按“重试”。
unstored-sealed = 加密文件已锁定。请到“设置”中解锁。
details = 详情

## Buttons found in many places

next = 下一步
back = 返回
cancel = 取消
keep = 保留
try-again = 重试
delete = 删除…
discard = 丢弃
copy = 复制
copied = 已复制。
own-words = 原始信息

## Adding an account

tiles-title = 需要哪个平台的令牌？
tiles-sub = 令牌只保存在这台电脑上。Keybearer 从不索要账号密码。
tiles-find = 搜索 { $count } 个平台
tiles-none = 没有匹配的平台。
tile-group-yours = 你在用的
tile-group-social = 社交平台
tile-group-bots = 机器人与消息
tile-group-developer = 开发者服务
tile-group-practice = 练习
tile-cost-free = 免费
tile-cost-own-app = 自建应用，免费
tile-cost-review = 自建应用，需审核
tile-cost-paid = 收费
tile-cost-unknown = 费用未知
custom = 自定义
custom-hosts = 请求会发往 { $hosts }
import-token-tile = 我已经有令牌了
sunset = { $platform } 的 API 版本 { $version } 将于 { $day } 停用。在此之前一切照常，更新的 Keybearer 会改用新版本。
sunset-over = { $platform } 的 API 版本 { $version } 已于 { $day } 停用。如果出错，请安装更新的 Keybearer。
sunset-short = API { $version } 将于 { $day } 停用
sunset-over-short = API { $version } 已于 { $day } 停用
kind-title = 用哪种方式连接 { $platform }？
kind-which = 想在 { $platform } 上做什么？
kind-behalf = 以谁的身份
kind-needs = 需要什么
redirect-title = 选择回调地址
redirect-sub = { $platform } 只接受后台登记过的回调地址，必须一字不差。
redirect-address = 要登记的回调地址
rules = { $platform } 对回调地址的规定
rule-broken = 这个地址不符合规定。
client-title = 用哪个 { $platform } 应用登录？
client-sub = 这是你自己在平台上创建的应用，一个应用可以供多个账号使用。
client-new = 新的应用
client-new-registers = 由 Keybearer 自动注册。
client-new-console = 由你在平台的开发者后台创建，Keybearer 会一步步说明。
client-which = 应用
client-new-steps = 新的应用
client-accounts = { $count ->
    [0] 没有账号
   *[other] { $count } 个账号
}
client-name = 应用名称
client-name-help = 平台请你授权时会显示这个名称。
more-options = 更多选项
your-app = 你的应用
named-app = “{ $name }”
question-empty = 请填写这一项。
question-choose = 请选择一项。
question-pattern = 格式不对。
server-looking = 正在查找服务器…
server-found = 已找到 { $host } · { $software }
server-switched = { $host } 运行的是 { $to }，不是 { $from }，因此按 { $to } 继续。
at-console = 在开发者后台
at-platform = 在 { $platform } 上
setup-title = 准备你的应用：{ $platform }
get-title = 获取令牌：{ $platform }
setup-count = 已完成 { $done } / { $steps }
console-open = 打开
console-done = 第 { $step } 步已完成
console-gives = 开发者后台给出的内容
platform-gives = { $platform } 给出的内容
console-after = 拿到令牌之后
console-again = 重新登录之前
console-instead = 其他办法
facts-checked = 资料核对于 { $day }
facts-old = 资料核对于 { $day }，已超过半年：平台可能已经变了
facts-sources = { $count } 个来源
facts-read = { $host }，{ $day }读取
compare-field = 开发者后台保存后显示的地址
compare-help = 开发者后台有时会在末尾添上或去掉一个斜杠，而平台逐字比较。
compare-same = 完全一致。
compare-open = 核对保存后的地址
secret-why-ask = 密钥填在这里安全吗？
secret-why = 平台的文档要求把密钥放在服务器上，那是针对许多人安装的应用。这个应用只有你自己用，密钥就保存在你自己的{ keychain }里。
permissions-title = 要给这个令牌哪些权限？
permissions-more = 更多权限（{ $count } 项）
warnings-more = 还有 { $count } 条须知
scope-locked = 必选
ready-title = 可以连接了
permissions-app = 令牌有哪些权限，由这个应用在 { $platform } 开发者后台里的设置决定。
one-login = 每个应用、每个人只有一次登录有效：同一个人再次登录，前一次就会失效，在其他电脑上也一样。
one-login-advice = 请为每台电脑、每个机器人各建一个应用。
force-login = 换一个账号登录，不用浏览器记住的那个
expect = 要登录的账号（可不填）
expect-help = 如果登录的是另一个账号，Keybearer 会先问你再保存。
rerequest-note = { $platform } 会再次询问上次没有同意的权限。
connect = 连接
connect-next = 接下来会打开浏览器，请你授权。
connect-code = 接下来会得到一个授权码，要填到平台的页面上。
connect-practice = 接下来会在浏览器里打开练习平台。
get-token = 获取令牌
keep-token = 保存令牌
keep-keys = 保存密钥
redirects = 回调地址
redirect-loopback = 本机（127.0.0.1）
    .help = 浏览器把结果直接交给 Keybearer。
redirect-localhost = 本机（localhost）
    .help = 与 127.0.0.1 相同，用于登记了 localhost 的应用。
redirect-https-loopback = 本机，使用 HTTPS
    .help = 浏览器第一次会显示警告。
redirect-private-use-scheme = Keybearer 链接
    .help = 浏览器会询问是否打开 Keybearer。
redirect-relay = 你自己的网页（中转页）
    .help = 由你的一个网页把结果转交给 Keybearer。
redirect-paste = 自己粘贴网址
    .help = 浏览器最后会停在一个打不开的页面，把它的网址复制过来即可。
redirect-out-of-band = 输入授权码或 PIN
    .help = 平台会显示授权码或 PIN，填到这里即可。
redirect-recommended = 推荐
unproven = 未经实测
redirect-unregistered = 连接之前，先在开发者后台登记这个地址：
https-how = 点“高级”，再点“继续前往 127.0.0.1”。Firefox 里是“接受风险并继续”。
https-why = 这个页面就是本机上的 Keybearer。它的证书是在这台电脑上生成的，浏览器还不认识。没有任何内容离开你的电脑。
https-once = 浏览器会显示一次警告：点“高级”，再点“继续前往 127.0.0.1”
https-trust = 让我的浏览器信任它
https-trust-text = 不想看到警告？可以把证书放进你自己的证书库。不会改动系统的证书库，随时可以移除。
https-trusted = 你的浏览器信任这个证书，不会警告。
https-distrust = 不再信任
https-settings = 本机 HTTPS 的证书
warn-page-said = 浏览器的警告页面。先点“高级”，再点继续前往 127.0.0.1 的链接。
warn-page-title = 您的连接不是私密连接
warn-page-advanced = 高级
warn-page-back = 返回安全连接
warn-page-continue = 继续前往 127.0.0.1（不安全）
relay-title = 你自己的中转页
relay-text = 一个小网页，把结果转交给 Keybearer。请保存下来，放到你的任意 https 空间，例如 GitHub Pages 或 Cloudflare Pages。
relay-save = 保存网页
relay-saved = 已保存为 { $path }
relay-address = 网页地址
relay-example = https://me.example/keybearer/
relay-check = 检查
relay-checked = 网页已就位，使用 https，内容未改动。
relay-log = 空间的日志里会留下经过的授权码，但那时它们已经失效。

## Where secrets are kept

store = 保存位置
store-choose = 选择保存位置
store-missing-title = 这台电脑上没有{ keychain }
store-missing-text = 可以改用加密文件保存令牌：文件用 age 加密，只有你的密码才能解锁。任何内容都不会以明文写入磁盘。
store-locked-title = { keychain }已锁定
store-locked-text = 请解锁{ keychain }再重新检查，或者把令牌保存到由密码保护的加密文件里。
store-silent-title = { keychain }没有响应
store-silent-text = { keychain }在运行，但没有响应。请重新启动它，或注销后重新登录系统；也可以把令牌保存到由密码保护的加密文件里。
store-refused-title = { keychain }没有接受令牌
store-refused-text = 系统询问时请允许，再重新检查；也可以把令牌保存到由密码保护的加密文件里。
store-look-again = 重新检查
sealed-open-title = 解锁加密文件
sealed-open-text = 令牌和密钥保存在本机的加密文件里。请输入密码解锁。
sealed-path = 文件位置：{ $path }
passphrase = 密码
passphrase-again = 再输入一遍
passphrase-help = 至少 8 个字符，最好由几个词组成。密码无法找回。
passphrase-short = 至少需要 8 个字符。
unlocked-for = 保持解锁
unlocked-for-window = 仅在窗口打开期间
    .help = 关闭窗口后，文件里的令牌不再续期，程序也无法取用。
unlocked-for-hour = 最后一次请求后一小时内
    .help = 窗口关闭后，程序仍可取用令牌；一小时内没有程序请求，就重新锁定。
unlocked-for-session = 直到退出 Keybearer
    .help = 令牌在后台续期，程序也可以取用。
passphrase-differs = 两次输入的密码不一致。
seal = 创建加密文件
unseal = 解锁
store-keychain = { $system ->
    [macos] 钥匙串
    [windows] 凭据管理器
   *[linux] 密钥环
}
store-sealed-file = 加密文件
store-memory = 尚未保存，仅在内存中
state-store-ready = 使用中
state-store-locked = 已锁定
state-store-missing = 不存在
state-store-silent = 没有响应
store-keychain-ready = 由操作系统保管，登录系统时自动解锁。
store-keychain-locked = 用到密钥时才解锁，届时系统会询问密码。
store-keychain-missing = 这台电脑没有{ keychain }，请改用加密文件。
store-keychain-silent = 系统的{ keychain }在运行，但没有响应。重新启动它或重新登录系统通常有用。
store-sealed-file-ready = 用 age 加密，目前已解锁。要更改解锁时长，请先锁定，再重新解锁。
store-sealed-file-locked = 需要密码才能解锁。
store-sealed-file-missing = 文件不在原来的位置。
store-make-sealed = 改用加密文件…
store-lock = 锁定
store-lock-waits = 导出等正在使用它的操作完成后就会锁定。程序已经不能再从中取得令牌。
store-use-keychain = 新的密钥改存到{ keychain }

## To another computer

moving = 另一台电脑
moving-text = 账号都放进一个文件，只有你的密码才能解锁。
move = 转移账号…
copy-there = 复制账号…
import-accounts = 导入账号…
move-title = 把账号转移到另一台电脑
move-text = 此后由那台电脑续期。账号仍留在这里，但这台电脑不再续期。
copy-there-title = 把账号复制到另一台电脑
copy-there-text = 仍由这台电脑续期，那台电脑只使用令牌。
moving-write = 保存文件
bundle-saved = 文件 { $path } 里有 { $count } 个账号。请在另一台电脑上导入，然后删除这个文件。
import-accounts-title = 从另一台电脑导入账号
import-accounts-text = 导入的账号会与这里的合并；已有的账号保留更好的令牌。不会向任何地方发送内容。
import-accounts-file = 另一台电脑保存的文件
import-accounts-choose = 选择文件…
import-accounts-none = 尚未选择文件
import-accounts-passphrase = 保存文件时设置的密码。
import-accounts-yes = 导入
arrived = { $all } 个账号中有 { $here } 个在这里了。
import-result-added = 新增
import-result-renewed = 改由本机续期
renew-anyway = 仍然续期
ask-renew-title = 现在续期？
ask-renew-text = 持有旧令牌副本的程序需要换上新的；已设置的同步目标会自动更新。
import-result-kept = 原本就有
import-result-left = 未导入
resume = 改由本机续期
resumed = 从现在起由本机续期。
resume-on-hold = 恢复使用
resumed-on-hold = 它的令牌重新开始续期和使用。

## The browser's turn

waiting-title = 请在浏览器中继续
waiting-title-ends = 正在获取令牌
waiting-title-keeps = 正在保存令牌
waiting-title-keys = 正在保存密钥
waiting-starts = 正准备打开浏览器。
waiting-sub = 请在浏览器里登录 { $host }，并同意{ $app }的请求。之后这里会自动继续。
waiting-paste = 请登录 { $host }，并同意{ $app }的请求，然后复制浏览器最后停留页面的网址。
waiting-out-of-band = 请登录 { $host }，并同意{ $app }的请求，然后把页面上显示的授权码或 PIN 填到这里。
waiting-ends = 已收到你的授权，马上就好。
waiting-moment = 马上就好。
waiting-left = 还剩 { $left }
code-title = 请在 { $host } 输入这个授权码
code-starts = 正在获取授权码
code-sub = 在那里登录，并同意{ $app }的请求。之后这里会自动继续。
code-spoken = 授权码是 { $code }，请在 { $host } 输入。
code-yours = 你的授权码
copy-code = 复制授权码
code-open-step = 到 { $host } 输入
open-page = 打开页面
copy-address = 复制网址
code-compare = 页面上可能已经填好授权码，请看看是否相同。
code-waits = 正在等你授权
code-qr = { $address } 的二维码
code-phone = 想在手机上授权，就用手机相机扫描二维码。
code-left = 授权码在 { $left } 内有效
code-expired = 页面提示授权码不对或已到期？
code-expired-text = 每个授权码只能用一次，而且很快就会到期。请获取新的授权码，再到 { $host } 输入。
code-new = 获取新的授权码
stuck = 浏览器里出了问题？
stuck-help = 只有你看得到那个页面。请在这里找到上面的文字。
step-server-found =
    .todo = 查找服务器
    .now = 正在查找服务器
    .done = 已找到服务器
step-client-ready =
    .todo = 准备应用
    .now = 正在注册应用
    .done = 应用已就绪
step-client-kept =
    .todo = 准备应用的密钥
    .now = 正在准备应用的密钥
    .done = 应用的密钥已就绪
step-redirect-open =
    .todo = 准备接收结果
    .now = 正在准备接收结果
    .done = 回调地址已就绪
    .code = 可以输入授权码或 PIN 了
step-browser-opened =
    .todo = 打开浏览器
    .now = 正在打开浏览器
    .done = 浏览器已打开
step-answer-received =
    .todo = 你的授权
    .now = 等你授权
    .done = 已收到授权
step-token-received =
    .todo = 获取令牌
    .now = 正在获取令牌
    .done = 已获取令牌
step-token-brought =
    .todo = 读取令牌
    .now = 正在读取令牌
    .done = 已读取令牌
step-token-exchanged =
    .todo = 换成长期令牌
    .now = 正在换成长期令牌
    .done = 已换成长期令牌
step-identity-verified =
    .todo = 向 { $platform } 验证账号
    .now = 正在向 { $platform } 验证账号
    .done = 账号已验证
step-stored =
    .todo = 保存令牌
    .now = 正在保存令牌
    .done = 令牌已保存
paste-aside = 浏览器停在了错误页面？把它的网址粘贴到这里。
paste-address-main = 把页面的网址粘贴到这里
paste-out-of-band-main = 把授权码或 PIN 填到这里
paste-address-example = http://127.0.0.1:8765/callback?code=…
paste-out-of-band-example = 页面上显示的内容
paste-use = 使用
open-again = 再次打开
copy-link = 复制链接
link-copied = 链接已复制。
no-deny = { $platform } 没有“拒绝”按钮。不想授权，请在这里按“取消”。

## How it ended

done-title = 已连接
done-title-kept = 令牌已保存
done-title-unverified = 已获取令牌，尚未验证
done-keychain = 令牌已保存到{ keychain }，可以使用了。
    .password = 应用程序密码已保存到{ keychain }，可以使用了。
done-sealed-file = 令牌已保存到加密文件，可以使用了。
    .password = 应用程序密码已保存到加密文件，可以使用了。
done-unstored = 保存位置解锁之前，令牌只在内存里。
    .password = 保存位置解锁之前，应用程序密码只在内存里。
done-show = 查看账号
done-another = 再添加一个
done-own = 你自己的令牌
done-autostart = 开机登录时启动 Keybearer，由它续期这个令牌
done-deliver = 让机器人用上新令牌
done-deliver-text = Keybearer 可以把每个新令牌写到机器人读取的位置：.env 文件、GitHub Actions、Cloudflare 等。
done-deliver-go = 设置同步
outlook-renews = { $assumed ->
    [true] 预计 { $end } 之前有效
   *[other] { $end } 之前有效
}。Keybearer 会在 { $next } 前后续期，前提是它在运行。
outlook-by-hand = { $assumed ->
    [true] 预计 { $end } 之前有效
   *[other] { $end } 之前有效
}，到期前可以在这里续期。
outlook-login = { $assumed ->
    [true] 预计 { $end } 之前有效
   *[other] { $end } 之前有效
}，之后需要重新登录。
outlook-demand = 需要时，Keybearer 会换取新的令牌。
outlook-demand-until = 需要时，Keybearer 会换取新的令牌；闲置时也会在 { $day } 之前续期，前提是它在运行。
outlook-endless = 不会过期。
    .password = 不会过期：在你撤销它，或在网站上删除它之前，一直有效。
outlook-data = 不会过期，但数据访问权限到 { $day } 为止，之后需要重新登录。
outlook-unknown = 到期时间未知。
mismatch-title = 登录的是 { $name }
mismatch-sub = 而你要的是 { $expected }。
mismatch-safe = 原有的令牌没有变动，也没有撤销任何令牌。在你决定之前，新令牌不会保存。
mismatch-again = 重新登录
mismatch-force = { $platform } 会请你重新登录，请选对账号。
mismatch-switch = 请先在浏览器里退出 { $platform }，或把链接复制到无痕窗口打开。
mismatch-keep = 保存 { $name }
mismatch-keep-go = 保存
mismatch-keep-help = 它会成为单独的账号。
mismatch-discard = 丢弃它
mismatch-discard-help = 从本机删除；在 { $platform } 仍然有效，直到到期。
mismatch-discarded = { $name } 的令牌已从本机删除。
import-token-title = 导入已有的令牌
import-token-sub = 可以来自 Graph API 测试工具、开发者后台的生成器、JSON、curl 命令，或 .env 文件里的一行。
import-token-field-help = 前后的内容都可以留着：引号、Bearer、NAME=，或整条命令、整个网址、整段 JSON。
import-token-field-again = 输入框已清空，请再粘贴一次。
import-token-platform = 平台
import-token-choose = 选择平台
import-token-looks = 它看起来是这个平台的令牌：
import-token-platform-help = 令牌只会发给这个平台，用来查明它属于谁。
import-token-server-help = 签发这个令牌的服务器。令牌只会发给它。
import-token-other = 其他
import-token-as-other = 起个名称保存
import-token-client-none = 这里没有
import-token-client-help = 知道它的应用，就能把短期令牌换成长期令牌。
import-token-name = 名称
import-token-name-help = 只有你自己看到。Keybearer 无法查询这个令牌，所以到期时间未知。
import-token-go = 导入
import-token-done = 令牌已导入。
pages = 主页…
pages-title = 与 { $name } 关联的主页和账号
pages-sub = 它们各有自己的令牌。请勾选要保存的。
pages-looking = 正在询问 { $platform }…
pages-none = 一个也没有。
pages-none-why = 可能授权时没有勾选，也可能缺少列出它们的权限。请重新登录并勾选。
pages-kept = 已保存
pages-keep = { $count ->
    [0] 保存勾选的
   *[other] 保存 { $count } 个令牌
}
pages-done = 已保存 { $count } 个令牌。
failed-title = 没有成功
failed-calm-title = 未连接
change-something = 修改选项
leave = 关闭
other-redirect = 换一个回调地址
other-server = 修改服务器
other-tile = 改用 { $platform }
other-app = 修改应用编号和密钥
other-keys = 修改填写的内容
to-form = 回到表单
to-client = 查看这个应用
to-keys = 查看填写的内容

## One account

practice-label = 练习
by-client = 应用“{ $name }”
linked-to = 关联到 { $name }
pill-verified = { $when }验证过
pill-verified-now = 刚刚验证过
pill-unverified = 未验证
pill-dead = 已失效
pill-expired = 已到期
pill-practice-over = 练习已结束
pill-unasked = 未验证，原样保存
pill-unchecked = 尚未验证
pill-app = 属于应用自身
pill-interrupted = 续期中断
practice-over-text = 这个账号属于已经停止的练习平台，令牌不再有效，随时可以删除。
token = 令牌
    .password = 应用程序密码
token-hidden = 令牌已隐藏。
token-copied = 已复制：{ $name } 的令牌。
    .password = 已复制：{ $name } 的应用程序密码。
token-copied-until = 已复制：{ $name } 的令牌，{ $day } 到期。
token-copied-assumed = 已复制：{ $name } 的令牌，预计 { $day } 到期。
token-copied-endless = 已复制：{ $name } 的令牌，不会过期。
    .password = 已复制：{ $name } 的应用程序密码，不会过期。
token-copied-secret = 已复制：{ $name } 的令牌密钥。
copy-token = 复制令牌
    .password = 复制密码
access-token = 访问令牌
token-secret = 访问令牌密钥
copy-token-secret = 复制密钥
show = 显示
hide = 隐藏 · { $seconds } 秒
toast-clears = { $seconds } 秒后从剪贴板清除
life = 有效期
life-endless = { $day } 签发，不会过期。
life-unknown = { $day } 保存，到期时间未知。
life-ended = { $day } 签发，已失效。
life-issued = { $day } 签发
life-expires = { $day } 到期
life-assumed = 预计 { $day } 到期
life-renews = { $day } 起可续期
life-next = { $day } 自动续期
life-next-unused = 一直不用则 { $day } 自动续期
life-later = 续期没有成功，{ $when }再试；在此之前令牌仍然有效。
life-due = 即将自动续期。
life-login = 不能自动续期：请在 { $day } 前重新登录。
life-ages = 刷新令牌 { $day } 到期
life-aged = 刷新令牌已于 { $day } 到期
life-renews-endless = { $day } 签发，使用时自动续期。
life-data = 数据访问 { $day } 到期
life-data-over = 数据访问已于 { $day } 到期
life-now = 今天
life-expired = 已于 { $day } 到期
life-today = 今天 · { $left }
life-said = { $from } 签发，{ $to } 到期，{ $left }。
life-said-assumed = { $from } 签发，预计 { $to } 到期。
life-said-over = { $from } 签发，已于 { $to } 到期。
life-said-renews = { $from } 签发，使用时自动续期；一直不用的话，刷新令牌 { $to } 到期。
life-demand = 当前的访问令牌{ $left }，使用时会换成新的。
life-demand-over = 当前的访问令牌已到期，使用时会换成新的。
may-do = 权限
may-do-unknown = 平台没有说明。
may-do-unchecked = 验证之后才知道。
declined = 未获授权
ask-again = 再次请求
server-tokens = 服务器上这个账号的令牌
server-tokens-looking = 正在询问 { $platform }……
server-tokens-present = Keybearer 里的这个
server-tokens-same-app = 为同一个应用签发
server-tokens-other = 不是 Keybearer 获取的
server-tokens-no-app = 未知应用
server-tokens-issued = 签发于 { $date }，
server-tokens-used = 上次使用 { $date }
server-tokens-unused = 使用情况未知
server-tokens-end = 撤销
server-tokens-more = 只列出前 { $count } 个，服务器上还有更多。
server-tokens-ended = 该令牌已失效。
server-tokens-ask-title = 撤销 { $app } 的令牌？
server-tokens-ask-yes = 撤销
server-tokens-ask-text = 使用它的程序会立即失去在 { $platform } 的访问权。Keybearer 里的令牌不受影响。
server-tokens-ask-own = 这正是 Keybearer 保存的令牌。所有使用它的程序会立即失去在 { $platform } 的访问权，你需要重新登录。
about = 相关信息
about-server = 服务器
about-user-id = 用户 ID
about-page = 个人主页
about-obtained = 获取时间
about-redirect = 回调方式
about-source = 来源
came-app = 用你填写的密钥获取
came-code = 输入授权码后同意
came-import = 由你填入
about-store = 保存在
about-client = 应用
about-parent = 关联到
about-tasks = 你可以
tasks-can = 你可以：{ $tasks }
task-advertise = 投放广告
task-analyze = 查看成效数据
task-create-content = 发帖
task-manage = 管理设置和权限
task-messaging = 收发消息
task-moderate = 管理评论
verify = 立即验证
verify-costs = 立即验证（收费）
verified-now = 验证通过。
renew = 立即续期
renewed = 已续期。
renew-from = { $when } 起才能续期。
step-back = 恢复上一个令牌…
stepped-back = 已恢复上一个令牌。
ask-step-back-title = 恢复上一个令牌？
ask-step-back-text = 上次续期之前的令牌会取代当前的令牌，到期时间也按它自己的算，会早一些。如果续期之后有程序出错，可以这样做。
ask-step-back-lives = 当前的令牌会从本机删除；在 { $platform } 仍然有效，直到到期。到了该续期的时候，Keybearer 照常续期。
ask-step-back-until = { $when } 前可以恢复。
ask-step-back-yes = 恢复
renew-over = 已到期，不能续期。请重新登录。
inspect = 令牌详情
account-menu = 更多操作
details-title = { $platform } 给出的令牌详情
details-issued = 签发
details-expires = 到期
details-data = 数据访问至
device-copy = 复制另一台设备用的授权码
device-hint = 在那台设备的 Keybearer 里兑换，它会得到自己的令牌。
device-copied = 授权码已复制。
revoke = 撤销…
log-in-again = 重新登录
enter-again = 重新填写
fetch-again = 重新获取
ask-verify-title = 验证需要付费
ask-verify-text = 在 { $platform } 查询令牌属于谁，需要付费。
ask-verify-yes = 验证
ask-revoke-title = 撤销 { $name } 的令牌？
ask-revoke-text = Keybearer 会通知 { $platform } 撤销这个令牌，并从本机删除。
ask-revoke-every-copy = { $platform } 对同一应用的每次登录都发放同一个令牌，因此它的所有副本都会失效，包括其他电脑上的。
ask-revoke-this-copy = 所有使用这个令牌的程序都会停止工作，包括其他电脑上的。
ask-revoke-yes = 撤销
ask-delete-title = 从本机删除 { $name }？
ask-delete-text = 令牌会从这台电脑上删除，无法恢复。
ask-delete-lives = 它在 { $platform } 仍然有效，别处的副本也能继续使用。要让它彻底失效，请用“撤销”。
ask-delete-stays = 它在 { $platform } 仍然有效，别处的副本也能继续使用。Keybearer 无法撤销它。
ask-delete-where = 账号页面的“{ $place }”里写着可以在哪里撤销。
ask-delete-yes = 删除
revoked = 已撤销并删除 { $name }。
deleted = 已从本机删除 { $name }。

## Clients

clients-sub = 你在各平台上的应用。一个应用可以供多个账号使用。
clients-none = 还没有应用。添加第一个账号时会一并添加。
client-id = 应用编号（App ID）
client-secret = 应用密钥
client-redirects = 回调地址
client-scopes = 权限
client-created = 创建于
client-by-us = 由 Keybearer 注册
client-by-you = 在开发者后台创建
replace = 更换…
key-copied = { $name } 已复制。
not-here = 还没有
get-it = 获取
enter-it = 填入
app-token-copied = 应用令牌已复制。
app-token = 应用令牌
device-redeem = 兑换授权码…
device-redeem-title = 兑换另一台设备给出的授权码
device-redeem-text = 它是在那台设备的 Keybearer 里、用同一个应用复制的。可以为这台电脑换一个令牌，有效时间很短。
device-code = 授权码
device-redeem-yes = 兑换
client-in-use-note = 还有账号在使用时，不能删除。
client-unused-note = 没有账号使用它。
replace-title = 更换应用密钥
replace-text = { $count ->
    [0] 请粘贴平台给出的新密钥。目前没有账号使用它。
   *[other] 请粘贴平台给出的新密钥。之后 { $count } 个账号都会使用它。
}
replace-own-title = 更换 { $secret }
replace-pair-title = 更换密钥
replace-pair-text = 请填入开发者后台重新生成之后显示的内容。用旧的 { $id } 得到的令牌从此失效。
replace-field = 新密钥
replace-yes = 更换
secret-replaced = 密钥已更换。
ask-client-title = 删除应用 { $name }？
ask-client-text = 它的应用编号和密钥会从本机删除，不会通知平台。
ask-keys-title = 删除 { $name }？
ask-keys-text = { $id } 和 { $secret } 会从本机删除，不会通知平台。
ask-client-yes = 删除

## What breaks next

next-menu = 到期与待办
next-title = 接下来要处理什么
next-sub = 待处理的账号排在最前。
next-need = 有 { $count } 个账号待处理
next-calm = 目前没有待处理的账号。
next-group-now = 待处理
next-group-sync = 同步失败
next-group-login = 需重新登录才能续期
next-group-later = 稍后自动重试
next-group-itself = 自动续期
next-group-endless = 另有 { $count } 个没有日期
next-group-paused = 另有 { $count } 个由其他电脑续期
next-dead = 请重新登录：已失效
next-ended = 请重新登录：已于 { $day } 到期
next-unstored = 仅在内存中，等待解锁
next-login = 请在 { $day } 前重新登录
next-data = 数据访问 { $day } 到期，除非重新登录
next-data-over = 数据访问已于 { $day } 到期，请重新登录
next-later = 续期没有成功，{ $when }再试：{ $why }
next-itself = { $day } 自动续期
next-demand = 使用时自动续期；一直不用则在 { $day }
next-itself-now = 即将自动续期
next-itself-store = 解锁后自动续期
next-endless = 不会过期
next-unknown = 到期时间未知
next-paused = 由其他电脑续期
next-calendar = 把日期保存为日历文件
next-calendar-saved = 已保存为 { $path }，请用日历软件打开。
refresh-all = 立即全部续期
refresh-asking = 正在询问各平台…
refresh-progress = 正在续期：已完成 { $done } / { $all }
refresh-none = 现在没有可以续期的。
refresh-done = 已续期 { $renewed } / { $all }
refresh-close = 收起列表
outcome-renewed = 已续期
outcome-later = 没有成功，{ $when }再试
outcome-needs-you = 待处理

## When the window is closed

close-title = 关闭窗口？
close-renews = 有 { $count } 个账号会自动续期，但只在 Keybearer 运行时才行。留在后台运行，就会继续续期。
close-reminds = 没有账号会自动续期。留在后台运行，Keybearer 会在需要重新登录之前提醒你。
close-idle = 没有账号会自动续期，退出 Keybearer 不会错过什么。
close-remembered = 会记住你的选择，可以在“设置”里更改。
close-trayless = 这个桌面没有托盘。再次启动 Keybearer，窗口就会回来。
close-keep = 留在托盘里运行
close-keep-trayless = 继续运行
close-quit = 退出
close-stay = 先不关闭

## Settings

language = 语言
language-system = 跟随系统
language-en = English
language-zh-Hans = 简体中文
language-zh-Hant = 繁體中文
theme = 外观
theme-system = 跟随系统
theme-light = 浅色
theme-dark = 深色
settings-general = 通用
settings-redirects = 回调
settings-about = 关于
settings-folder = 数据文件夹
settings-licence = 许可证
settings-licences = MIT 或 Apache 2.0，任选其一
away = 后台运行
on-close = 关闭窗口时
on-close-ask = 询问
on-close-keep = 留在后台运行
on-close-quit = 退出
autostart = 登录系统时在后台启动
autostart-help = Keybearer 会在后台为令牌续期。
command-line = 命令行
command-line-text = keybearer 命令随应用提供。在 /usr/local/bin 建立链接后，每个终端都能使用它。
command-line-install = 安装命令行
command-line-installed = 每个终端都能使用 keybearer 命令。
command-line-by-hand = 只有管理员才能写入那里。请在终端里运行：
tests = 测试本机回调
test = 测试
test-loopback-text = 像浏览器那样，向本机地址发送一个请求。
test-https-loopback-text = 向本机 HTTPS 地址发送一个请求，并检查证书。
test-private-use-scheme-text = 请系统打开一个 Keybearer 链接。
test-runs = 正在测试…
test-ok = 可以使用。
test-failed = 没有收到。
diagnostics = 复制诊断信息
diagnostics-copied = 诊断信息已复制，其中不含任何密钥。
version = Keybearer { $version }
programs = 程序
ask-programs = 未知程序取得令牌前先询问
ask-programs-help = 适用于通过 Keybearer 套接字（keybearer serve）索取令牌的程序。没有窗口可以询问时，未知程序得不到令牌。
programs-limit = 程序按路径和脚本识别。这能防止误用，防不住以你的身份运行的恶意程序。
programs-known = 已知程序
program-title = 把令牌交给这个程序？
program = 程序
program-by = 解释器
program-account = 账号
program-once = 允许这一次
program-always = 始终允许
program-not-now = 不允许
program-never = 以后也不允许这个程序
program-without-script = 这段代码没有自己的文件，Keybearer 下次无法识别它。
program-is-allowed = 始终可以取得令牌
program-is-refused = 不能取得令牌
program-forget = 移除
check-updates = 每天检查一次新版本
check-updates-help = Keybearer 会向 github.com 查询最新版本，除自己的版本号外不发送任何信息，也不会自行下载。
ledger = 记录哪个程序使用了令牌
ledger-help = 只保存在本机，保留 90 天：时间、用途、程序及其所在文件夹。不记录令牌，也不记录程序名后面输入的内容。关闭后，已有的记录仍会保留到满 90 天。
update-out = 新版本 { $version } 已发布。
update-open = 打开发布页面

## The page that the browser ends on (written by Rust)

page-done-title = 已连接
page-done-text = 可以关闭这个标签页，回到 Keybearer 了。
page-denied-title = 未授权
page-denied-text = 你没有同意，什么都没有保存。可以关闭这个标签页，回到 Keybearer。
page-failed-title = 没有成功
page-failed-text = 原因和下一步都写在 Keybearer 里。可以关闭这个标签页。
page-already-title = 已经完成
page-already-text = 这个结果之前已经收到了。可以关闭这个标签页，回到 Keybearer。
page-nobody-title = 没有正在进行的登录
page-nobody-text = 没有登录在这个地址上等待，它可能是旧的。请回到 Keybearer 重新开始。
page-unsaid-title = Keybearer 无法判断这属于哪次登录
page-unsaid-text = 这个结果没有说明属于哪次登录，所以 Keybearer 没有采用。登录仍在等待，请回到 Keybearer 查看下一步。
page-bad-title = 无法识别
page-bad-text = 无法识别这个请求。登录仍在等待，请回到授权页面或 Keybearer。

## Errors: the server

error-server-name-invalid = “{ $typed }”不是服务器名。
    .means = { $got ->
        [none] 服务器名类似 social.example，也可以填 @me@social.example 这样的完整账号。
       *[other] 服务器名里不能有这个字符：{ $got }。正确的名字类似 social.example。
    }
    .press = 请修改后按“下一步”。
    .type = 请像 `-a server=social.example` 这样填写服务器名。
error-server-not-https = “{ $typed }”不是 https 地址。
    .means = 用普通的 http，途中任何人都能看到你的令牌。
    .press = 请去掉 http://，只填服务器名。
    .type = 请去掉 http://，像 `-a server=social.example` 这样填写。
error-server-not-found = 找不到名为 { $host } 的服务器。
    .means = 没有这个域名。可能是打错了，也可能是这台电脑没有联网。
    .press = 请核对服务器名。
    .type = 请核对服务器名，再运行一次这条命令。`keybearer doctor` 可以检查网络。
error-server-unreachable = { $host } 没有响应。
    .means = 服务器可能停机了，也可能中途被拦截。
    .press = 请稍等片刻，再按“重试”。
    .type = 请稍等片刻，再运行一次这条命令。`keybearer doctor` 可以检查网络。
error-server-tls = { $host } 无法证明自己的身份。
    .means = 它的证书已到期、属于别的名称，或不受这台电脑信任。在这里登录可能被窃听。
    .press = 请核对服务器名和本机时间；如果都没错，请联系服务器管理员。
    .type = 请用 `keybearer doctor` 核对服务器名和本机时间；如果都没错，请联系服务器管理员。
error-server-unknown = { $host } 有响应，但不是 Keybearer 能登录的服务器。
    .means = 它不支持这个平台的 API，可能只是普通网站，或是别的平台。
    .press = 请核对服务器名，或换一个平台。
error-other-software = { $host } 运行的是 { $software }。
    .means = { $provider ->
        [none] Keybearer 还不能登录这种软件的服务器。
       *[other] 选的平台不对：这个服务器要用 { $provider }。
    }
    .press = { $provider ->
        [none] 请核对服务器名，或换一个平台。
       *[other] 请改用 { $provider }。
    }
    .type = { $provider ->
        [none] 请核对服务器名，或换一个平台：`keybearer login 平台`。
       *[other] 请用 `keybearer login { $id }` 登录。
    }
error-server-under-path = { $host } 的服务器位于路径 { $path } 之下。
    .means = Keybearer 只能登录拥有独立主机名的服务器。
    .press = 请换一个服务器，或向管理员要一个不带路径的地址。
error-server-without-https = { $host } 不支持 https。
    .means = 用明文 http，同一网络里的人可能看到你的令牌，所以 Keybearer 什么都不发送。
    .press = 请先给网站启用 https（大多数主机商免费提供），再按“重试”。
    .type = 请先给网站启用 https（大多数主机商免费提供），再运行一次这条命令。
error-server-missing = 需要知道这个令牌是哪个 { $provider } 服务器签发的。
    .means = 令牌只在签发它的服务器上有效。什么都没有发送。
    .press = 请填写服务器名。
    .type = 请写明服务器，例如 `--server social.example`。
error-proxy-invalid = { $variable } 不是有效的代理地址。
    .means = 设置了代理就只走代理，绝不绕过，所以什么也没有发送。
    .press = 把 { $variable } 改成 http://proxy.example:3128 或 socks5h://127.0.0.1:1080 这样的地址（密码中的特殊字符要用百分号编码），或取消设置，然后重新启动 Keybearer。
    .type = 把 { $variable } 改成 http://proxy.example:3128 或 socks5h://127.0.0.1:1080 这样的地址（密码中的特殊字符要用百分号编码），或取消设置，再运行一次这条命令。
error-proxy-unreachable = { $proxy ->
    [system] 系统代理没有响应。
   *[other] 代理 { $proxy } 没有响应。
}
    .means = 所有请求都经过这个代理，绝不绕过，所以什么也没有发送。
    .press = 启动代理或连接到它所在的网络，再按“重试”。如果不再使用它，请从环境变量中删除并重新启动 Keybearer。
    .type = 启动代理或连接到它所在的网络，再运行一次这条命令。如果不再使用它，请取消相应的环境变量。
error-proxy-denied = { $proxy ->
    [system] 系统代理需要用户名和密码。
   *[other] 代理 { $proxy } 需要用户名和密码。
}
    .means = Keybearer 没有提供，或提供的不对。没有向任何平台发送请求，令牌不受影响。
    .press = 把用户名和密码写进环境变量里的代理地址（http://用户名:密码@主机:端口），然后重新启动 Keybearer。
    .type = 把用户名和密码写进环境变量里的代理地址（http://用户名:密码@主机:端口），再运行一次这条命令。
error-proxy-refused = { $proxy ->
    [system] 系统代理没有连接到 { $host }。
   *[other] 代理 { $proxy } 没有连接到 { $host }。
}
    .means = 代理有响应，但不允许访问这个主机，或自己也连不上。没有向 { $host } 发送任何内容。
    .press = 稍等片刻，再按“重试”。如果一直如此，请代理的管理员允许访问 { $host }。
    .type = 稍等片刻，再运行一次这条命令。如果一直如此，请代理的管理员允许访问 { $host }。
error-registration-refused = { $host } 拒绝注册应用{ $status ->
    [none] 。
   *[other] （状态码 { $status }）。
}
    .means = 有的服务器十分钟内只允许注册几次，有的完全不允许。
    .press = 请等十分钟，再按“重试”。
    .type = 请等十分钟，再运行一次这条命令。

## Errors: the way to the browser and home

error-port-taken = 端口 { $port } 已被{ $owner ->
    [none] 占用。
   *[other] { " " }{ $owner } 占用。
}
    .means = 回调地址用的正是这个端口，所以没有打开浏览器。
    .press = 请关闭那个程序再按“重试”，或按“换一个回调地址”。
    .type = 请关闭那个程序，再运行一次这条命令；或用 `--redirect` 换一个回调地址。
error-redirect-unavailable = 本机不能使用这种回调方式：{ $redirect ->
    [loopback] 127.0.0.1。
    [localhost] localhost。
    [https-loopback] 本机 HTTPS。
    [private-use-scheme] Keybearer 链接。
    [relay] 中转页。
    [paste] 粘贴网址。
    [out-of-band] 授权码或 PIN。
   *[other] { $redirect }。
}
    .means = 系统不允许 Keybearer 监听，或不会把这类链接交给它。
    .press = 请按“换一个回调地址”。粘贴网址在哪里都能用。
    .type = 请用 `--redirect` 换一个回调地址。`--redirect paste` 在哪里都能用。
error-browser-not-opened = 没能打开浏览器。
    .means = 系统不知道用哪个程序打开网址，或拒绝启动它。
    .press = 请复制链接，用你喜欢的浏览器打开；或按“再次打开”。
    .type = 请用任意浏览器打开上面的地址，在别的电脑上也行；得到的结果可以粘贴到这里。
error-denied = 你没有同意授权。
    .means = 平台表示授权被拒绝，什么都没有保存。
    .press = 如果是误点，请按“重试”。
    .type = 如果是误点，请再运行一次这条命令。
error-cancelled = 你已取消。
    .means = 什么都没有保存。如果浏览器还在询问，关掉那个标签页即可。
    .press = 按“重试”可以重新开始，填过的内容都还在。
    .type = 再运行一次这条命令，可以重新开始。
error-timed-out = { $minutes } 分钟内没有收到结果。
    .means = 你可能没有在浏览器里完成授权，或者结果没有送到 Keybearer。
    .press = 请按“重试”。如果浏览器显示了错误页面，请按“换一个回调地址”。
    .type = 请再运行一次这条命令。如果浏览器显示了错误页面，请用 `--redirect` 换一个回调地址。
error-no-login-waiting = 没有登录在等待这个结果。
    .means = 它属于一个已经结束的登录，或是从别处开始的。
    .press = 请重新开始登录。
error-denied-without-state = 平台似乎在说你拒绝了授权。
    .means = 这条消息没有说明是哪一次登录，所以这里会继续等待。
    .press = 如果是你拒绝的，请按“取消”；不是的话，请在浏览器里完成授权。
    .type = 如果是你拒绝的，请用 Ctrl-C 结束；不是的话，请在浏览器里完成授权。
error-answer-without-state = 收到了一个结果，但它没有说明属于哪一次登录。
    .means = 任何人都能发来这样的结果，所以 Keybearer 没有采用；这次登录仍在等待。
    .press = 如果浏览器地址栏里的网址含有 code=，请只复制后面的授权码，粘贴到这里，再按“使用”。
    .type = 如果浏览器地址栏里的网址含有 code=，请只复制后面的授权码，粘贴到这里。
error-issuer-mismatch = 结果来自 { $got }，而不是 { $expected }。
    .means = 可能有别的服务器想混入它自己的结果。什么都没有保存。
    .press = 请按“重试”，同意之前先核对浏览器里的网址。
    .type = 请再运行一次这条命令，同意之前先核对浏览器里的网址。
error-issuer-missing = { $expected } 承诺会在结果中表明身份，却没有这样做。
    .means = 这个回调地址会收到多个服务器的结果，无法判断它来自哪一个。什么都没有保存。
    .press = 请按“换一个回调地址”，再选本机，或改为输入授权码。
    .type = 请再运行一次这条命令，并换一个回调地址：`--redirect loopback` 或 `--redirect out-of-band`。

## Errors: the paste box

error-paste-empty = 还没有可用的内容。
    .means = 输入框是空的。
    .press = 请复制浏览器的完整网址或授权码，粘贴到这里。
error-paste-authorize-page = 这是授权页面本身的网址。
    .means = 你同意之后，结果才会出现在下一个网址里。
    .press = 请先同意授权，再复制之后那个页面的网址。
error-paste-token = 这看起来是令牌，而不是授权码。
    .means = 授权码在同意之后显示，有效时间很短；令牌是用它换来的。
    .press = 请粘贴浏览器里的授权码或网址。
error-paste-other-address = 这个网址不属于这次登录。
    .means = 这次登录的结果应以 { $expected } 开头。
    .press = 请复制浏览器最后停留页面的网址。
error-paste-wrong-state = 这个结果属于另一次登录。
    .means = 它可能来自之前的尝试，或另一个窗口。
    .press = 请完成最后打开的授权页面，再复制它的网址。
error-paste-no-state = 这个网址里有授权码，但没有说明属于哪一次登录。
    .means = 这样的网址可能来自别人的登录，所以不能整个采用。
    .press = 如果它来自最后打开的授权页面，请只复制 code= 后面的授权码。
error-paste-no-code = 这个网址里没有授权码。
    .means = 浏览器可能还没走到最后一页，也可能网址没有复制完整。
    .press = 请复制最后一页的完整网址。
error-redirect-differs = { $difference ->
    [slash] 只差末尾的一个斜杠。
    [scheme] “://”前面的部分不同。
    [host] 主机名不同。
    [port] 端口不同。
    [path] 主机名后面的部分不同。
   *[other] 两个地址不一样。
}
    .means = 开发者后台显示的是 { $shown }
    .press = 应当是 { $expected }
error-relay-not-https = “{ $typed }”不是网页的 https 地址。
    .means = 中转页必须使用 https，地址里不能有 ? 和 #。
    .press = 请改正地址，再按“检查”。
    .type = 请改正地址，再运行一次这条命令。
error-relay-differs = { $url } 上的不是 Keybearer 的中转页。
    .means = 它是别的页面、旧的版本，或空间往里面加了东西。
    .press = 请重新保存网页，原样上传，再按“检查”。
    .type = 请重新保存网页，原样上传，再运行一次这条命令。
error-relay-missing = 还没有中转页。
    .means = 这种回调方式需要你自己的一个网页，而 Keybearer 还不知道它的地址。
    .press = 请到“设置”中填好它，或按“换一个回调地址”。
    .type = 请用 `--redirect` 换一个回调地址。`keybearer redirect page` 会输出中转页。
error-relay-exposed = 对这个应用来说，中转页不安全。
    .means = 应用没有密钥，平台也不支持 PKCE：谁在途中看到授权码，谁就能使用。
    .press = 请按“换一个回调地址”。
    .type = 请用 `--redirect` 换一个回调地址。
error-certificate-store = 无法更改你的证书库。
    .means = 缺少所需的工具，或系统拒绝了。这不影响使用，只是浏览器会警告一次。
    .press = 不用处理，在警告页面上继续即可。
    .type = 请安装所需的工具或允许更改，然后再运行一次；也可以不用处理，在警告页面上继续。

## Errors: what the platform refused

error-wrong-app-id = 平台不认识这个应用编号。
    .means = 一个应用可能有好几个编号，每个产品各一个；开发者后台顶部显示的往往不是要用的那个。
    .press = 请在开发者后台复制该产品自己的应用编号，在表单里改好，再连接一次。
    .kept = 请用新的应用连接：在开发者后台复制该产品自己的应用编号。
    .type = 请在开发者后台复制该产品自己的应用编号，用它登录：`-a client_id=ID`。
error-redirect-not-registered = 你的应用没有登记这个回调地址。
    .means = 开发者后台必须一字不差地登记这个地址：{ $redirect_uri }
    .press = 请在那里添加并保存，再按“重试”；或按“换一个回调地址”。
    .type = 请在那里添加并保存，再运行一次这条命令；或用 `--redirect` 换一个回调地址。
error-redirect-mismatch = 前后两步用的回调地址不一致。
    .means = 平台会逐字比较，连最后的斜杠也算：{ $redirect_uri }
    .press = 请按“重试”，或按“换一个回调地址”。
    .type = 请再运行一次这条命令，或用 `--redirect` 换一个回调地址。
error-code-spent = 授权码已到期，或已经用过。
    .means = 授权码只能用一次，有效时间很短。
    .press = 请按“重试”，中途不要停留太久。
    .type = 请再运行一次这条命令，中途不要停留太久。
error-not-a-tester = 你的账号还不能使用这个应用。
    .means = 应用处于开发阶段时，只有具备应用身份、并且接受了邀请的人才能登录。
    .press = 请在开发者后台把自己加为测试员，到平台的设置里接受邀请，再按“重试”。
    .type = 请在开发者后台把自己加为测试员，到平台的设置里接受邀请，再运行一次这条命令。
error-client-auth = 平台拒绝了编号或密钥。
    .means = 密钥不对或已更换，也可能平台已不认识这个编号。
    .press = 请核对表单里的编号和密钥，再连接一次。
    .kept = 请更换这个应用的密钥，或用新的应用连接。
    .type = 请用新的应用登录：`keybearer login 平台`。已保存应用的密钥用 `keybearer client replace-secret 应用` 更换。
error-token-dead = 令牌已失效。
    .means = 它可能已被撤销，密码可能改过，或应用已被移除。
    .press = 请重新登录。
    .type = 请重新登录：`keybearer login 平台`，或 `keybearer token 名称 --login`。
error-hosts-changed = { $provider } 现在发往别的主机。
    .means = 保存这个令牌或应用之后，平台文件被改过。没有向新的主机发送任何内容。
    .press = 如果改得没错，请在这里删除账号，再重新登录；如果不是你改的，请恢复文件。
    .type = 如果改得没错，请用 `keybearer account delete 账号` 删除账号，再重新登录：`keybearer login 平台`；如果不是你改的，请恢复文件。
error-token-unknown = 没有平台认识这个令牌。
    .means = 它可能没有复制完整、已经失效，或属于 Keybearer 无法查询的平台。
    .press = 请再粘贴一次、选定平台，或起个名称保存。
error-several-tokens = 粘贴的内容里有不止一个令牌。
    .means = Keybearer 不会猜测你要的是哪一个。什么都没有发送，也没有保存。
    .press = 请只粘贴其中一个。
error-token-expired = 令牌已经到期。
    .means = 只有仍然有效的令牌才能续期；它没有被发送到任何地方。
    .press = 请重新登录。
    .type = 请重新登录：`keybearer login 平台`，或 `keybearer token 名称 --login`。
error-not-renewable = 这个令牌不能自动续期。
    .means = 平台要求重新授权，才签发新的令牌。
    .press = 请在到期之前重新登录。
    .type = 请在到期之前重新登录：`keybearer login 平台`。
error-not-extended = 平台有答复，但没有延长令牌的有效期。
    .means = 现有的令牌在到期之前仍可使用。
    .press = 请在到期之前重新登录。
    .type = 请在到期之前重新登录：`keybearer login 平台`。
error-interrupted = 续期中断了。
    .means = 旧的令牌已经用掉，新的没有收到。
    .press = 请重新登录。
    .type = 请重新登录：`keybearer login 平台`，或 `keybearer token 名称 --login`。
error-paused = 这个令牌由另一台电脑续期。
    .means = 它已转移到那台电脑，或是从那里复制来的。两台电脑都续期，可能让它在两边都失效。
    .press = 请在那台电脑上复制。如果其他电脑都不再为它续期，请按“改由本机续期”。
    .type = 请在那台电脑上取用。如果其他电脑都不再为它续期，请运行 `keybearer account resume 账号`。
error-on-hold = 这个账号已暂停。
    .means = 它是在命令行暂停的。恢复之前，它的令牌不会续期、不会同步，也不会交给任何程序。
    .press = 请按“恢复使用”。
    .type = 请运行 `keybearer account resume 账号`。
error-clock-wrong = 这台电脑的时钟{ $direction ->
    [ahead] 快了
   *[behind] 慢了
} { $minutes } 分钟。
    .means = 每个请求都带着时间，差得太多平台会拒绝。
    .press = 请让系统自动校准时间，再按“重试”。
    .type = 请让系统自动校准时间，再运行一次这条命令。
error-checkpoint = 平台要确认是你本人。
    .means = 在你完成安全验证之前，账号会被锁定。
    .press = 请到平台网站登录并完成验证，再按“重试”。
    .type = 请到平台网站登录并完成验证，再运行一次这条命令。
error-email-unconfirmed = 这个账号的邮箱地址还没有确认。
    .means = 确认之前，服务器不接受这个账号的任何请求。令牌本身没有问题。
    .press = 请打开服务器确认邮件里的链接，再按“重试”。
    .type = 请打开服务器确认邮件里的链接，再运行一次这条命令。
error-account-pending = 这个账号还在等待服务器批准。
    .means = 服务器管理员会先审核新账号。令牌本身没有问题。
    .press = 请等待他们的邮件，再按“重试”。
    .type = 请等待他们的邮件，再运行一次这条命令。
error-account-suspended = 服务器已停用或封禁这个账号。
    .means = 在服务器解除之前，它的令牌什么都做不了。
    .press = 请登录服务器网站查看原因，或联系管理员。
error-missing-permission = 这个令牌没有所需的权限。
    .means = 有一项权限没有勾选，或在授权页面上被取消了。
    .press = 请重新登录，并保持勾选。
    .type = 请重新登录，并保持勾选：`keybearer login 平台`。
error-enrolment-or-payment = 平台要求先开通或付费。
    .means = 应用的套餐不包含这个调用，或额度已用完。
    .press = 请在开发者后台处理好，再按“重试”。
    .type = 请在开发者后台处理好，再运行一次这条命令。
error-renewal-not-needed = 这个令牌还不用续期。
    .means = { $rotates ->
        [no] { $provider } 现在就可以续期；Keybearer 会在需要令牌时自动续期。
       *[yes] { $provider } 现在就可以续期；但每次续期都会让前一个令牌失效，所以 Keybearer 等到需要时才续。
    }
    .press = 仍要续期的话，打开账号页面上的 ⋯，按“立即续期”，再按“仍然续期”。
    .type = 仍要续期的话：`keybearer refresh 名称 --anyway`。
error-too-young = 令牌签发未满 24 小时，还不能续期。
    .means = 提前续期，平台会拒绝，或者不会延长有效期。
    .press = 现在不需要操作，稍后再试即可。
    .type = 现在不需要操作，稍后再运行这条命令即可。
error-rate-limited = 短时间内请求太多了。
    .means = { $seconds ->
        [none] 平台没有说要等多久。
       *[other] 平台要求等待 { $seconds } 秒。
    }
    .press = 请等一等，再按“重试”。
    .type = 请等一等，再运行一次这条命令。
error-transient = 平台自身出了问题{ $status ->
    [none] 。
   *[other] （状态码 { $status }）。
}
    .means = 这类问题通常几分钟内就会过去。
    .press = 请稍后按“重试”。
    .type = 请稍后再运行一次这条命令。
error-answer-unreadable = 无法读懂平台的回应：{ $what }。
    .means = 可能是错误页面，也可能服务器有自己的一套格式。
    .press = 请按“重试”。如果一直如此，请到“设置”复制诊断信息。
    .type = 请再运行一次这条命令。如果一直如此，`keybearer doctor` 可以检查是谁在回应。
error-answer-too-large = 平台的回应过大：{ $what }。
    .means = 正常的回应不会这么长，所以停止了读取。
    .press = 请核对服务器名，再按“重试”。
    .type = 请核对服务器名，再运行一次这条命令。
error-proxy-password = { $host } 前面有一道自己的密码验证。
    .means = 回应来自代理或网页服务器，不是 API，与你的令牌无关。这里没有任何改变。
    .press = 请先登录那个代理，或询问服务器管理员，再按“重试”。
    .type = 请先登录那个代理，或询问服务器管理员，再运行一次这条命令。
error-bot-check = { $host } 前面的防护要确认你是真人。
    .means = 回应来自防机器人验证，不是 API，与令牌和权限都无关。
    .press = 请过一会儿再按“重试”。如果一直如此，请让服务器管理员允许程序访问 API。
    .type = 请过一会儿再运行这条命令。如果一直如此，请让服务器管理员允许程序访问 API。
error-captive-portal = 一个登录页面代替 { $host } 作出了回应。
    .means = 当前网络或服务器前面的代理要求先登录。这里没有任何改变。
    .press = 请在浏览器里打开任意网站并完成登录，再按“重试”。
    .type = 请在浏览器里打开任意网站并完成登录，再运行一次这条命令。
error-web-page = { $host } 返回的是网页，不是 API 的回应（HTTP { $status }）。
    .means = 可能是中间的服务器出了问题。这与你的令牌无关，这里没有任何改变。
    .press = 请过一会儿再按“重试”。
    .type = 请过一会儿再运行这条命令。
error-silent-refusal = { $host } 拒绝了请求，但没有说明原因（HTTP { $status }）。
    .means = 可能是中间的服务器拒绝的。这里没有任何改变，已保存的令牌可以继续使用。
    .press = 请过一会儿再按“重试”。
    .type = 请过一会儿再运行这条命令。
error-redirected = 服务器把请求重定向到了 { $host }。
    .means = Keybearer 绝不会把密钥发到别的地址，所以什么也没有发过去。那里可能是当前网络的登录页面。
    .press = 如果 { $host } 才是真正的服务器，请填这个名字；如果是登录页面，请先在浏览器里登录，再按“重试”。
    .type = 如果 { $host } 才是真正的服务器，请用这个名字登录；如果是登录页面，请先在浏览器里登录，再运行一次这条命令。
error-silent-refusals = 服务器一直拒绝，也不说明原因。
    .means = { $host } 拒绝这个令牌至少一天了。可能令牌已经失效，也可能是前面的服务器拒绝的。Keybearer 照常保存、续期和提供这个令牌。
    .press = 如果这是最近才出现的，请按“重新登录”。
    .type = 如果这是最近才出现的，请重新登录：`keybearer login 平台`。
error-refused = 平台拒绝了请求{ $status ->
    [none] 。
   *[other] （状态码 { $status }）。
}
    .means = Keybearer 不认识它给出的理由。
    .press = 请查看下方的原始信息，再按“重试”。
    .type = 请查看下方的原始信息，再运行一次这条命令。
error-offline = 这台电脑没有联网。
    .means = 任何服务器都连不上。
    .press = 请连接网络，再按“重试”。
    .type = 请连接网络，再运行一次这条命令。

## Errors: where secrets are kept

error-keychain-missing = 这台电脑上没有{ keychain }。
    .means = 没有{ keychain }，密钥就要保存到加密文件里。
    .press = 请选择保存位置。
    .type = `keybearer login 平台` 会创建加密文件，密码在终端输入，或用 `--passphrase-fd N` 读取。
error-keychain-locked = { keychain }已锁定。
    .means = 解锁之前，既不能读取，也不能保存。
    .press = 请先解锁，再按“重试”。
    .type = 请先解锁，再运行一次这条命令。
error-keychain-silent = { keychain }没有响应。
    .means = 系统的{ keychain }在运行，但卡住了。没有丢失任何内容：尚未保存的仍在内存中。
    .press = 请重新启动{ keychain }，或注销后重新登录系统，再按“重试”。
    .type = 请重新启动{ keychain }，或注销后重新登录系统，再运行一次这条命令。
error-keychain-refused = { keychain }拒绝了访问。
    .means = 系统不允许 Keybearer 读写，或它的提示被关掉了。
    .press = 请按“重试”，并在系统询问时允许。
    .type = 请再运行一次这条命令，并在系统询问时允许。
error-passphrase-wrong = 密码不对，无法解锁文件。
    .means = 文件完好无损。
    .press = 请重新输入，留意大小写和输入法。
    .type = 请再运行一次这条命令，留意大小写和输入法。
error-passphrase-needed = 加密文件已锁定。
    .means = 读取或保存密钥都需要密码。
    .press = 请到“设置”中解锁。
    .type = 请在终端输入密码，或用 `--passphrase-fd N` 给出。
error-passphrase-short = 密码太短了。
    .means = 太短的密码，谁拿到文件都可能猜出来。
    .press = 请至少使用 8 个字符，最好由几个词组成。
error-secret-missing = 保存位置里没有这个令牌。
    .means = 账号还在，但它的令牌不见了，可能已在那里被删除或更改。
    .press = 请重新登录。
    .type = 请重新登录：`keybearer login 平台`，或 `keybearer token 名称 --login`。
error-file-foreign = 这不是 Keybearer 的文件。
    .means = 它由别的程序生成，或是另一种文件。
    .press = 请选择“转移账号”或“复制账号”保存的文件，文件名以 keybearer 开头和结尾。
error-file-damaged = 这个文件不完整。
    .means = 传输途中有内容丢失或被更改。没有导入任何内容。
    .press = 请重新复制一次，或在另一台电脑上重新保存。
error-file-newer = 这个文件由更新版本的 Keybearer 写出。
    .means = 此版本读不了它的格式。没有导入任何内容。
    .press = 请在这里安装更新的版本。
error-delivery-unknown = 这个同步目标已经不在了。
    .means = 它被移除了，也许是在另一个窗口。
    .press = 还需要的话，重新添加。
error-delivery-unconfirmed = 这个同步目标已关闭，等你确认。
    .means = 它和你确认过的不一样：在 Keybearer 之外被改过、来自另一台电脑，或者文件现在指向别处。什么都没有发送。
    .press = 按“确认”，看清令牌会写到哪里；或按“移除”。
    .type = 请看清令牌会写到哪里，再确认：`keybearer delivery confirm 编号`；或移除：`keybearer delivery remove 编号`。
error-env-line-unclear = 没有写入：不同的程序对 .env 文件第 { $line } 行的读法不同。
    .means = { $why ->
        [comment] systemd 和 docker 会把值后面的注释当作值的一部分。
        [words] 同一行还有别的赋值或命令，改动会使它丢失或被执行。
        [quotes] 引号出现在值的中间，或者没有在看起来的地方结束。有的程序会把后面几行也算进去。
        [continued] 行尾是反斜杠、管道符或 here-document。有的程序会把下一行也算进来。
        [blanks] 等号两边有空格，shell 会把这一行当作命令。
        [computed] shell 会计算这个值，或者把其中的符号当作别的意思；其他程序则原样读取。
        [used] 另一行里设置或引用了同一个变量，那一行也会跟着变。
        [command] 这一行不是 NAME=值。shell 会执行它，其他程序会跳过它。
        [encoding] 文件不是普通的 UTF-8，或者含有被某些程序当作换行的字符。
        [ends] 有的行用 Windows 换行符，有的不是。shell 会把换行符的一部分当作值。
       *[other] 其他程序会读到另一个值。
    }
    .press = 把这一行写成 NAME=值，同一行不留别的内容，文件存为 UTF-8，然后按“立即同步”。也可以同步到只存放令牌的文件。
    .type = 把这一行写成 NAME=值，同一行不留别的内容，文件存为 UTF-8，然后运行 `keybearer deliver 名称`。也可以同步到只存放令牌的文件。
error-file-sealed = 这个文件由另一个程序加密：{ $by }。
    .means = 令牌会以明文留在加密内容旁边，还可能破坏原有的加密。没有写入任何内容。
    .press = 改为同步给那个程序，由它来加密令牌：按“移除”，再把那个程序添加为同步目标。也可以换一个文件。
    .type = 改为同步给那个程序，由它来加密令牌：移除这个同步目标（`keybearer delivery remove 编号`），再添加那个程序。也可以换一个文件。
error-env-file-foreign = 这不是 .env 文件。
    .means = { $kind ->
        [json] 这是 JSON 文件。
        [yaml] 这是 YAML 文件。
        [sections] 文件分节，像是 TOML、INI 或 systemd 单元。
        [key] 这是密钥或证书。
        [markup] 这是 XML 或 HTML 文件。
        [program] 这是程序或脚本。
        [binary] 这不是文本文件。
        [large] 文件超过 1 MB。
       *[other] 这是别的文件。
    }写入令牌会损坏它。没有写入任何内容。
    .press = 按“移除”，改为添加 .env 文件、只存放令牌的文件，或者能修改这个文件的程序。
    .type = 请移除这个同步目标（`keybearer delivery remove 编号`），改为添加 .env 文件、只存放令牌的文件，或者能修改这个文件的程序。
error-file-nowhere = { $why ->
    [folder] 同步目标的文件夹不存在：{ $path }。
    [link] 这个链接指向的文件不存在：{ $path }。
   *[other] 这不是文件：{ $path }。
}
    .means = { $why ->
        [folder] 它被删除或改名了，所在磁盘没有挂载，或者没有进入权限。没有写入令牌。
        [link] 链接指向的内容被删除或改名了，或者所在磁盘没有挂载。没有写入令牌。
       *[other] 文件的位置上是文件夹或别的东西。没有写入令牌。
    }
    .press = { $why ->
        [folder] 请恢复文件夹，或挂载它所在的磁盘，
        [link] 请修复链接，或恢复它指向的内容，
       *[other] 请把那里的东西移走，
    }再按“立即同步”。也可以按“移除”，再添加另一个文件。
    .type = { $why ->
        [folder] 请恢复文件夹，或挂载它所在的磁盘，
        [link] 请修复链接，或恢复它指向的内容，
       *[other] 请把那里的东西移走，
    }再运行一次这条命令。已添加的同步目标会自动重试。要换一个文件，请移除这个同步目标（`keybearer delivery remove 编号`），再添加另一个。
error-delivery-unseen = { $target } 上看不到新令牌。
    .means = 对方报告成功，但读回时没有看到当前的令牌。
    .press = 请按“立即同步”。如果仍然如此，请到同步目标那里查看。
    .type = 请再同步一次：`keybearer deliver 名称`。如果仍然如此，请到同步目标那里查看。
error-delivery-denied = { $host } 不接受访问凭据（状态码 { $status }）。
    .means = 这个同步目标的访问凭据不对、已到期，或者没有写入权限。账号的令牌没有问题。
    .press = 请到那里新建一个访问凭据，再用它重新添加同样的同步目标。
    .type = 请到那里新建一个访问凭据，再用它重新添加同样的同步目标：`keybearer delivery add`。
error-delivery-nowhere = { $host } 上找不到这个同步目标。
    .means = 名称不对，或者访问凭据没有查看权限。
    .press = 请到对方页面核对名称，再按“移除”，添加正确的同步目标。
    .type = 请到对方页面核对名称，移除这个同步目标（`keybearer delivery remove 编号`），再添加正确的。
error-delivery-refused = { $host } 拒绝了请求（状态码 { $status }）。
    .means = 它接受访问凭据，但不接受这个请求。
    .press = 请查看下方的原始信息，再按“立即同步”。
    .type = 请查看下方的原始信息，再同步一次：`keybearer deliver 名称`。
error-delivery-conflict = 有别的程序一直在写 { $host } 上的同一个密钥。
    .means = Keybearer 只覆盖刚读到的内容，而每次都有别的程序抢先。
    .press = 请找到那个程序，或者给这个键单独的路径，再按“立即同步”。
    .type = 请找到那个程序，或者给这个键单独的路径，再同步一次：`keybearer deliver 名称`。
error-delivery-moved = { $place } 现在名为 { $now }。
    .means = 这个仓库改了名或换了所有者。Keybearer 不会自动跟过去，所以什么也没有发送。
    .press = 如果 { $now } 是你的，请按“移除”，再为 { $now } 添加同步目标。
    .type = 如果 { $now } 是你的，请移除这个同步目标（`keybearer delivery remove 编号`），再为 { $now } 添加一个。
error-delivery-replaced = { $place } 现在是另一个仓库。
    .means = 这个名称现在属于另一个仓库，不是你确认过的那个，所以什么也没有发送。
    .press = 请到 GitHub 上查看。如果没错，请按“移除”，再重新添加。
    .type = 请到 GitHub 上查看。如果没错，请移除这个同步目标（`keybearer delivery remove 编号`），再重新添加。
error-delivery-sso = { $host } 要求先为单点登录授权这个访问凭据。
    .means = 这个组织只接受已授权的访问凭据。账号的令牌不受影响。
    .press = 打开下面的地址，或在 GitHub 的令牌页面点“Configure SSO”完成授权，再按“立即同步”。
    .type = 打开下面的地址，或在 GitHub 的令牌页面点“Configure SSO”完成授权，再运行 `keybearer deliver 名称`。
error-delivery-blind = { $host } 上的这个密钥里，还有访问凭据读不到的其他键。
    .means = 整个写入会删掉它们，所以什么也没有写入。
    .press = 让访问凭据的策略可以 patch 这个路径（或者可以 read 和 update），再按“立即同步”。
    .type = 让访问凭据的策略可以 patch 这个路径（或者可以 read 和 update），再运行 `keybearer deliver 名称`。
error-delivery-standby = { $host } 把请求转给 { $node }。
    .means = 它没有把 { $node } 列为集群的活动节点，所以没有把访问凭据和令牌发到那里。
    .press = 如果 { $node } 属于你的保险库，请按“移除”，再用那个地址添加同步目标。
    .type = 如果 { $node } 属于你的保险库，请移除这个同步目标（`keybearer delivery remove 编号`），再用那个地址添加一个。
error-command-missing = 无法启动 { $program }。
    .means = 没有这个程序，或者不允许运行。
    .press = 请检查程序的路径，再按“移除”，添加正确的程序。
    .type = 请检查程序的路径，移除这个同步目标（`keybearer delivery remove 编号`），再添加正确的程序。
error-command-failed = { $program } 结束时返回 { $status }。
    .means = 程序收到了令牌，但报告失败。
    .press = 请查看下方的原始信息，再按“立即同步”。
    .type = 请查看下方的原始信息，再同步一次：`keybearer deliver 名称`。
error-command-slow = { $program } 没有在 { $seconds } 秒内结束。
    .means = Keybearer 已停止它和它启动的所有程序。
    .press = 请确保它会自己结束、不会提问，再按“立即同步”。
    .type = 请确保它会自己结束、不会提问，再同步一次：`keybearer deliver 名称`。

## Errors: Keybearer itself

error-book-newer = 你的数据由更新版本的 Keybearer 写入。
    .means = 现在只能查看，不能修改，以免丢失内容。文件：{ $path }
    .press = 请安装更新的版本。
error-book-unreadable = 无法读取账号列表。
    .means = 文件已损坏。令牌保存在别处，不受影响。文件：{ $path }
    .press = 请用你自己的备份恢复这个文件。没有备份的话，把它移到别的文件夹，再重新登录：Keybearer 会新建一份列表。
    .type = 请用你自己的备份恢复这个文件。没有备份的话，把它移到别的文件夹，再重新登录：Keybearer 会新建一份列表。
error-disk = 没能读取或写入 Keybearer 自己的文件。
    .means = 磁盘可能已满，或者文件或所在文件夹属于别的用户。位置：{ $path }
    .press = 请腾出空间，或检查它属于谁，再按“重试”。
    .type = 请腾出空间，或检查它属于谁，再运行一次这条命令。
error-no-locks = 无法锁定 { $path }。
    .means = 这个文件夹所在的文件系统不支持锁（有些网络和 FUSE 文件夹如此），本机也没有可以代替的文件夹。没有锁，两个程序可能同时用掉同一个令牌，所以什么也没有做。
    .press = 把 Keybearer 的数据移到本机磁盘上的文件夹，或把 XDG_RUNTIME_DIR 设为你自己的文件夹，再重新启动 Keybearer。
    .type = 把 Keybearer 的数据移到本机磁盘上的文件夹，或把 XDG_RUNTIME_DIR 设为你自己的文件夹，再运行一次这条命令。
error-folder-elsewhere = 另一台电脑在使用 { $path } 中的数据。
    .means = 这个文件夹所在的文件系统不支持锁，两台电脑看不到彼此在做什么，可能同时用掉同一个令牌。什么也没有做。
    .press = 请使用本机磁盘上的文件夹。如果那台电脑不再使用它，请删除其中的文件 locks/computer，再重新启动 Keybearer。
    .type = 请使用本机磁盘上的文件夹。如果那台电脑不再使用它，请删除其中的文件 locks/computer，再运行一次这条命令。
error-post-missing = 这个账号没有 Keybearer 可以删除的帖子。
    .means = 上一条已经删除，或者什么都没有发布。
    .press = 如果你认为应该有，请看看你的主页。
error-post-too-long = 正文太长：{ $length } 个字符。
    .means = 按这个平台的算法，最多 { $max } 个。
    .press = 请改短一些。
    .type = 请改短一些，再运行一次这条命令。
error-post-unclear = 上一条帖子可能已经发出，但 Keybearer 没有在最新的帖子里认出它。
    .means = 没有收到平台的答复。再发一次可能会重复，所以 Keybearer 不会自行重发。
    .press = 请看看你的主页。如果那里没有，请按“再发布一次”。
    .type = 请看看你的主页。如果那里没有，请加上 `--again` 再运行一次这条命令。
error-post-under-way = 这个账号正在发布一条帖子。
    .means = 另一个窗口或命令正在等待平台。
    .press = 请等它完成。
error-account-unknown = 这个账号已经不在了。
    .means = 可能已在另一个窗口里删除。
    .press = 请在左侧选择其他账号。
    .type = `keybearer list` 会列出这里的账号。
error-client-unknown = 这个应用已经不在了。
    .means = 可能已在另一个窗口里删除。
    .press = 请选择其他应用，或新建一个。
    .type = 请用 `--client` 选择其他应用；不加它就新建一个。
error-client-in-use = 还有账号在使用这个应用。
    .means = 没有它，那些令牌就无法撤销了。
    .press = 请先撤销或删除它的账号。
error-login-unknown = 这次登录已经结束。
    .means = 它已完成或被取消。
    .press = 请按“重试”。
    .type = 请再运行一次这条命令。
error-provider-unknown = 这里没有名为“{ $id }”的平台。
    .means = 它的文件被移走或改名了。
    .press = 请放回文件，再重新启动 Keybearer。
    .type = 请放回文件，再运行一次这条命令。
error-practice-over = 练习平台已经停止。
    .means = 它只在使用时运行，发出的令牌也随之失效。
    .press = 随时可以再添加一个练习账号。
    .type = 在另一个终端运行 `keybearer practice`，再用 `keybearer login practice` 添加新账号。
error-provider-file = 平台文件 { $file } 无法加载。
    .means = 其中有不符合格式的内容。
    .press = 请看下面的原因，改好文件后重新启动 Keybearer。
    .type = 请看下面的原因，改好文件。
error-input-invalid = 填写的内容无法使用：{ $field ->
    [token] 令牌。
    [code] 授权码。
    [name] 名称。
    [client_id] 应用编号。
    [client_type] 应用类型。
    [client_secret] 应用密钥。
    [secret] 密钥。
    [access_token] 访问令牌。
    [token_secret] 访问令牌密钥。
    [redirect] 回调地址。
    [url] 服务器地址。请照实际发送的样子写：https、小写字母，其他文字写成 xn-- 的形式。
    [api] API 地址。请照实际发送的样子写：https、小写字母，其他文字写成 xn-- 的形式。
    [words] 程序或它的参数。
    [text] 正文。正文不能为空。
    [image] 图片。要填图片的 https 网址；有的平台必须有图片，有的不收图片。
    [visibility] 可见范围。请从列出的选项里选。
    [to] 发到哪里。
    [post] 没有这条帖子，或者这个账号不能发布。
    [key] 变量名或键名。
    [path] 路径。
    [repository] 仓库。请写成“所有者/名称”。
    [environment] 环境。
    [organization] 组织。
    [account] 账户 ID。
    [script] Worker 名称。
    [namespace] 命名空间。
    [mount] 挂载点。
    [credential] 访问凭据。
   *[other] { $field }。
}
    .means = 它是空的、太长，或格式不对。
    .press = 请修改后按“重试”。
    .type = 请修改后再运行一次这条命令。
error-already-running = Keybearer 已在运行。
    .means = 同时开两个会互相干扰。
    .press = 请使用已经打开的窗口。
error-not-in-applications = 请先把 Keybearer 移到“应用程序”文件夹。
    .means = macOS 每次都从一个不同的临时文件夹运行下载后没有移动过的应用，终端和下次登录系统时都找不到它。没有改动任何东西。
    .press = 请退出 Keybearer，在访达里把它移到“应用程序”文件夹，再从那里打开。
    .type = 请退出 Keybearer，在访达里把它移到 /Applications 文件夹，再从那里运行这条命令。
error-clipboard = 无法使用剪贴板。
    .means = 系统不允许 Keybearer 写入剪贴板。
    .press = 请按“显示”，再手动复制。
error-internal = Keybearer 内部出了问题。
    .means = 本不该如此。你的令牌不受影响。
    .press = 请按“重试”。如果一直如此，请到“设置”复制诊断信息。
    .type = 请再运行一次这条命令。如果一直如此，请带上这里显示的内容报告问题。
error-unknown = 出了问题：{ $code }。
    .means = 这个版本还没有相应的说明。
    .press = 请按“重试”。如果一直如此，请到“设置”复制诊断信息。
    .type = 请再运行一次这条命令。如果一直如此，请带上这里显示的内容报告问题。

calendar-entry = 需要重新登录

## The tray and notifications; `%n` is a number that the shell puts in

tray-copy = 复制令牌
tray-renew = 立即续期
tray-open-account = 打开
tray-refresh = 立即全部续期
tray-open = 打开 Keybearer
tray-quit = 退出
tray-more = 更多请看窗口…
tray-locked = 已锁定：打开 Keybearer 解锁
tray-soon = 不到 1 小时
tray-hour = 1 小时
tray-hours = %n 小时
tray-day = 1 天
tray-days = %n 天
tray-data = 数据访问：{ $left }
tray-renews = { $left }后续期
tray-assumed = 预计 { $left }后到期

notice-open = 打开
notice-day = 请在 1 天内重新登录，否则令牌将失效。
notice-days = 请在 %n 天内重新登录，否则令牌将失效。
notice-data-day = 请在 1 天内重新登录，否则会失去数据访问权限。
notice-data-days = 请在 %n 天内重新登录，否则会失去数据访问权限。
notice-locked = Keybearer 已锁定
notice-locked-body = 有令牌等待续期。请打开 Keybearer 并解锁。
notice-refreshed = 长期令牌续期完毕
notice-none = 现在没有需要续期的令牌。
notice-renewed = 已续期 %n 个
notice-renewed-one = 已换上新令牌。
notice-later = 稍后重试 %n 个
notice-needs-you = %n 个待处理

## 命令行

cli-no-account = 没有名为 { $name } 的账号。
cli-see-list = `keybearer list` 会列出全部账号。
cli-no-client = 没有名为 { $name } 的应用。
cli-see-clients = `keybearer client list` 会列出全部应用。
cli-not-done = 没有执行任何操作，因为没有得到确认。请在提问时输入 y，或加上 --yes。
cli-not-offered = { $name } 所在的平台没有这项功能。
cli-pages-post = { $name } 自己不能发帖，它的主页可以。用 `keybearer account pages { $name }` 添加主页，再用主页的名称发帖。
cli-no-previous = { $name } 没有可以恢复的上一个令牌。
cli-step-back-ask = 要恢复 { $name } 的上一个令牌吗？
cli-call-ask = 这会改动平台上的内容：{ $what }。要发送吗？
cli-call-ask-costs = 要发送这个请求吗：{ $what }？
cli-post-visible = 可见范围：{ $who }
cli-post-for = 发到：{ $place }
cli-post-length = 长度：{ $length }/{ $max }
cli-post-scope = 令牌可能缺少权限 { $scope }。
cli-post-keeps = 这个令牌没有删除帖子的权限（缺少 { $scope }）。要删除这条帖子，请到平台上操作。
cli-post-no-delete = 在这里无法删除，只能到平台上删除。
cli-post-to = 请用 --to 指定发到哪里。{ $what }。例如：{ $example }
cli-post-waits = 按平台的要求，发布至少需要 { $seconds } 秒。
cli-post-not-public = 陌生人看不到它，或者不登录就无法检查陌生人能否看到。
cli-post-unclear = 之前有一条帖子可能已经发出。Keybearer 会先找它。
cli-post-ask = 要发布吗？
cli-post-delete-ask = 要在平台上删除帖子“{ $text }”吗？
cli-post-sending = 正在发布……
cli-post-looking = 先查找之前的帖子，再发布……
cli-post-not-sent = 新帖子没有发送。下面说的是之前的这条：“{ $text }”。
cli-post-none = { $name } 还没有通过 Keybearer 发过帖子。
cli-post-gone = 帖子已删除。
cli-post-may-be = 帖子可能已经发出：没有收到平台的答复。用 `keybearer post { $name } --check` 查找它。
cli-post-may-be-unseen = 帖子可能已经发出，但 Keybearer 没有在最新的帖子里认出它。请先看看你的主页，再决定是否重发。
cli-post-may-be-lost = 帖子可能已经发出：没有收到平台的答复。Keybearer 无法在那里查找，请先自己去看，再决定是否重发。
cli-post-stopped = 帖子已经发布。用 `keybearer post { $name } --check` 可以查看陌生人能否看到它。
cli-post-unsent = 什么都没有发布。
cli-post-refused = 什么都没有发布：平台拒绝了，或者 Keybearer 在发送之前就中止了。
cli-post-sent = 已发送
cli-post-there = 已在平台上
cli-post-seen = 陌生人可见
cli-post-link = 链接
cli-post-lamp = { $lamp ->
    [yes] 是
    [no] 否
    [waiting] 还没有，请稍后再查看
    [needs-login] 不登录就无法检查
    [no-reading] 无法检查：平台不允许用这个令牌读取帖子
   *[unknown] 不清楚
}
cli-post-probably = 可能的原因：{ $reason }
cli-post-delete-later = 用 `keybearer post { $name } --delete` 可以再把它删除。
post-dark-app-in-development = 应用处于“开发”模式，或尚未发布。
post-mend-app-in-development = 请在开发者后台发布应用，然后重新发帖。
post-dark-page-unpublished = 主页尚未发布。
post-mend-page-unpublished = 请在主页的设置里发布它，帖子随后就会出现。
post-dark-private-profile = 个人主页是私密的。
post-mend-private-profile = 请在平台的隐私设置里把个人主页改为公开，或者就只让关注者看。
post-dark-default-visibility = 帖子的可见范围不包括陌生人。
post-mend-default-visibility = 请选择所有人可见，并检查账号设置里的默认值。删除这条帖子，再发一次。
post-dark-local-only = 帖子只留在本服务器上。
post-mend-local-only = 请不要选“仅本服务器”，再发一次。
post-dark-duplicate = 平台把它当作以前帖子的重复。
post-mend-duplicate = 请修改正文，再发一次。
post-dark-missing-scope = 令牌缺少权限。
post-mend-missing-scope = 请重新登录，并申请发布的权限。
post-dark-unconfirmed-account = 账号的邮箱地址尚未确认。
post-mend-unconfirmed-account = 请打开确认邮件里的链接，然后再发一次。
post-dark-limited-account = 平台限制了这个账号。
post-mend-limited-account = 请打开平台，查看关于你账号的通知。
post-dark-held-back = 平台要先审核这条帖子。
post-mend-held-back = 请稍等，过后再查看。
post-dark-login-only = 这个平台或服务器只让登录的人看帖子。
post-mend-login-only = 可以在无痕窗口里打开链接，看看陌生人看到什么。服务器管理员可以更改这一点。
post-dark-removed = 帖子已经不在了。
post-mend-removed = 如果不是你删的，可能是平台移除的：请查看平台的通知。
post-dark-unexplained = Keybearer 没有找到原因。
post-mend-unexplained = 请在无痕窗口里打开这条帖子。如果那里也看不到，请检查账号的隐私设置，并查看平台有没有通知。
cli-call-none = 这个账号没有可用的测试请求。
cli-file-passphrase = 文件的密码：
cli-file-passphrase-new = 请为文件设置密码，至少 8 个字符：
cli-transfer-moved = 文件中有 { $count } 个账号，此后由另一台电脑续期。请在那台电脑上用 `keybearer account receive 文件` 或在设置中导入，然后删除这个文件。
cli-transfer-copied = 文件中有 { $count } 个账号，仍由这台电脑续期。请在另一台电脑上用 `keybearer account receive 文件` 或在设置中导入，然后删除这个文件。
cli-receive-paused = 其中一些账号仍由另一台电脑续期。要改由本机续期，请运行 `keybearer account resume 账号`。
cli-redirect-works = 这个回调地址在本机可用。
cli-certificate-trusted = { $store ->
        [nss] 证书“{ $name }”已加入你自己的 NSS 证书库，Chromium、Chrome 和其他基于 Chromium 的浏览器都会读取。请重新启动已打开的浏览器。Firefox 有自己的列表，首次打开该地址时会自行询问。
        [keychain] 证书“{ $name }”已加入你的登录钥匙串，只有你信任它用于 TLS。Firefox 可能有自己的列表，这时会自行询问。
       *[root] 证书“{ $name }”已加入你自己的受信任根证书。Firefox 可能有自己的列表，这时会自行询问。
    }
cli-certificate-removed = 你的证书库中已没有证书“{ $name }”。
cli-autostart-no-app = 这里没有 Keybearer 应用（{ $what }），登录时没有可启动的程序，设置保持不变。请安装应用；不装应用也可以运行 `keybearer service install` 来续期令牌。
cli-autostart-app-missing = 这里没有 Keybearer 应用（{ $what }），登录时没有可启动的程序，设置保持不变。请安装应用。
cli-ask-platform = 这是哪个平台的令牌？（{ $platforms }）
cli-keep-mismatch = 登录的是 { $name }，而需要的是 { $expected }。要把 { $name } 另存为一个账号吗？[y/n]
cli-show-id = 编号
cli-show-declined = 未获授权的权限
cli-show-renews = 下次续期
cli-show-assumed = 预计到期
cli-show-verified = 验证于
cli-show-step-back = 上一个令牌保留至
cli-show-sync = 同步到
cli-show-type = 类型
cli-show-stored = 已保存
cli-show-none = 没有保存
cli-show-account = 账号
cli-not-understood = 命令行的这一处不正确：{ $what }。用法见 `{ $help }`。
cli-argument-missing = 还缺少：{ $what }。用法见 `{ $help }`。
cli-ambiguous = { $name } 对应不止一个账号：
cli-unknown = 这里不认识“{ $word }”。可用的有：
cli-unanswered = 这里无法输入。还缺少：
cli-system = 系统拒绝了操作。{ $detail }
cli-passphrase = 加密文件的密码：
cli-passphrase-new = 请设置密码，至少 8 个字符：
cli-passphrase-again = 再输入一次：
cli-sealing = 令牌将保存在加密文件中，只有你的密码才能解锁。密码忘了就无法找回。
cli-store-locked = 窗口、托盘、`serve` 和 `exec --watch` 都会清除内存中的密码。程序从现在起不能再从加密文件取得令牌；已经开始的续期或导出会先完成。要解锁，请在窗口中输入密码，或重新运行相应的命令。自己读取密码的程序（例如 systemd 的单元）下次启动时会再次解锁。
cli-store-no-passphrase = 这里没有由密码解锁的加密文件，因此没有锁定任何内容。{ keychain }由系统锁定。
cli-empty = 还没有账号。用 `keybearer login 平台` 添加一个。
cli-status-practice = 这里只有练习平台的账号，不用监控。用 `keybearer login 平台` 添加真实的账号。
cli-ended = 已到期
cli-on-demand = 使用时自动续期
cli-renews = 剩 { $left }，会自动续期
cli-ends = 剩 { $left }
cli-assumed = 预计 { $left }后到期
cli-assumed-renews = 预计 { $left }后到期，会自动续期
cli-data = 数据访问还剩 { $left }
cli-days = { $count } 天
cli-hours = { $count } 小时
cli-minutes = { $count } 分钟
cli-endless = 不会过期
cli-life-unknown = 到期时间未知
cli-renamed = 之前保存的名称是 { $before }。
cli-tokens-others = 其中 { $count } 个不是为这个账号在 Keybearer 中的应用签发的。用 `keybearer account end-token` 可撤销。
cli-end-token-ask = 撤销 { $name } 为 { $app } 签发的令牌？使用它的程序会立即失去访问权。[y/n]
cli-end-token-own-ask = 这正是 Keybearer 为 { $name } 保存的令牌。撤销吗？所有使用它的程序会立即失去访问权，你需要重新登录。[y/n]
cli-no-delivery = 没有同步目标。`keybearer delivery add 账号` 可以添加。
cli-no-targets = 没有编号为“{ $id }”的同步目标：还没有任何同步目标。`keybearer delivery add 账号` 可以添加。
cli-no-target = 没有编号为“{ $id }”的同步目标，或者不止一个以它开头。现有的是：
cli-delivery-off = 已关闭，等你确认
cli-delivery-never = 尚未同步
cli-delivery-old = 里面是旧令牌
cli-delivery-current = 已同步
cli-delivery-type = 要确认，请照样输入下面这一行；直接按回车则取消。
cli-delivery-differs = 与显示的不一致。请照样输入下面这一行，或按回车取消：
cli-delivery-unconfirmed = 你没有确认令牌写到哪里，什么都没有改动。
cli-delivery-no-terminal = 什么都没有改动。同步目标要在终端里照着显示的内容输入才算确认，而这里没有终端。{ $system ->
    [windows] 请在终端窗口里运行，不要重定向标准输入和标准错误；访问凭据会在那里询问。
   *[other] 请在可以打字的地方运行这条命令。访问凭据仍可来自标准输入。
}
cli-delivery-access-key = 同步目标的访问凭据：
cli-delivery-no-access-key = 什么都没有改动：访问凭据是空的。请输入它，或从标准输入传入。
cli-delivery-key-lost = 什么都没有改动：本机没有保存这个同步目标的访问凭据。请先移除它（`keybearer delivery remove 编号`），再带上访问凭据重新添加。
cli-delivery-program-path = 什么都没有改动。请写出程序的路径，如 /usr/local/bin/update：只写名称时，启动哪个程序取决于搜索路径。
cli-delivery-remove-ask = 移除 { $name } 的同步目标 { $target }？已同步的内容会留在那里。[y/n]
cli-status-well = 一切正常，共 { $count } 个账号。
cli-status-next = { $left }后进行下一次续期。
cli-status-due = 已到下一次续期的时间。
cli-status-login = 待处理，请重新登录或查看 `keybearer list`：{ $names }。
cli-status-late = 续期推迟或正在重试：{ $names }。
cli-status-sync = 同步未完成、正在重试或未确认：{ $names }。
cli-not-synced = { $name } 没有同步到 { $target }：
cli-nothing-due = 没有需要续期的令牌。
cli-lists-none = Keybearer 无法列出 { $provider } 的帖子。
cli-export-count = { $count } 条，每秒 { $rate } 条
cli-export-wait = · 等待 { $seconds } 秒：{ $why }
cli-export-done = { $count } 条帖子已写入 { $path }。
cli-export-none = { $name } 没有这样一个已中断、且现在没有运行的导出。
cli-export-part = 已有 { $count } 条保存在目标文件旁边。一天之内，用同一条命令可以接着导出。
cli-export-partial = 不完整：{ $count } 条已写入 { $path }，跳过 { $skipped } 条。
cli-export-partial-of = 不完整：{ $count } 条已写入 { $path }，跳过 { $skipped } 条；服务器自己的计数是 { $expected } 条。
cli-export-partial-out = 不完整：已写出 { $count } 条，跳过 { $skipped } 条。
cli-export-partial-out-of = 不完整：已写出 { $count } 条，跳过 { $skipped } 条；服务器自己的计数是 { $expected } 条。
cli-type-code = 打开下面的地址，在 { $host } 上同意授权，然后在这里输入页面显示的授权码：
cli-paste-address = 打开下面的地址，在 { $host } 上同意授权，然后把浏览器最后停留页面的网址粘贴到这里：
cli-consent = 请在 { $host } 上同意授权。如果浏览器没有打开，请打开下面的地址；也可以把结果粘贴到这里：
cli-enter-code = 请在任意设备上打开下面的地址，输入授权码，在 { $host } 上同意授权：
cli-waits-for-approval = 正在等你同意授权。按 Ctrl-C 可以取消。
cli-unstored = 令牌还没有保存，目前只在内存中。请不要结束本程序。
cli-ask-token = 令牌：
cli-kept = 已保存为 { $name }。
cli-other-account = 登录的是 { $name }，而需要的是 { $expected }。没有保存任何内容。
cli-unvouched = 令牌已保存为 { $name }。你指定的是 { $expected }，但那个域名没有确认这是它的账号。
cli-keep-other = 登录的是 { $name }，你指定的是 { $expected }。那个域名没有说明两者是不是同一个账号。要保留这个令牌吗？[y/n]
cli-forget-ask = 要删除 Keybearer 在这台电脑上保存的一切吗？包括 { $count } 个账号及其令牌、应用和设置。平台不会得知：令牌到期前一直有效，除非你先撤销。[y/n]
cli-forget-account-ask = 要从本机删除 { $name } 吗？平台不会得知：令牌到期前一直有效，除非你先撤销。[y/n]
cli-forget-account-done = 已从本机删除 { $name }。它的令牌在平台上到期前仍然有效。
cli-forget-unconfirmed = 什么都没有删除。操作没有得到确认。请在提问时输入 y，或加上 --yes。
cli-forget-at-work = 什么都没有删除。Keybearer 正在使用这些数据：应用、`keybearer serve` 或 `keybearer practice` 在运行，或有登录、导出、续期、同步正在进行。请先结束它们，再运行一次。
cli-forget-done = Keybearer 在这台电脑上已不再保存任何内容。令牌在平台上到期前仍然有效。
cli-forget-providers = 你自己的平台文件还在 { $path }。
cli-forget-units = systemd 的单元可能正在使用这些数据。停止并删除它们的命令：{ $command }
cli-forget-system-units = 系统单元和为它们保存的密码还在，只有 root 才能删除。请运行 `sudo keybearer service uninstall --system`。
cli-provider-right = 没有错误。
cli-provider-address = 登录时首先打开的地址：
cli-service-not-here = `keybearer service` 安装的是 systemd 的单元，而这个系统没有 systemd。这里也不提供计划任务或 launchd。请在应用的设置里打开“登录系统时在后台启动”，或者定期运行 `keybearer refresh --due`。
cli-service-whose = 以 root 身份运行时请说明装哪一种：`keybearer service { $what } --system` 的单元以 keybearer 用户运行，有它自己的账号；--user 用 root 自己的账号。
cli-service-root = 系统单元需要 root：sudo keybearer service { $what } --system
cli-service-foreign = { $what } 不是 Keybearer 写的，所以什么都没有改动。请先移走这个文件，再运行一次。
cli-service-readable = { $what } 不够私密：别人读得到，或者它属于别人。请把它改为你所有，对它运行 `chmod 600`，再运行一次。
cli-service-file-gone = 单元从 { $what } 读取密码，但这个文件已经不在了。
cli-service-file-missing = 单元从 { $what } 读取密码，但这个文件已经不在了。请运行 `keybearer service install`，加上 --passphrase-file FILE 或 --passphrase-fd N；在终端里运行时它会询问。
cli-service-path = 单元里不能写 { $what }：其中有 systemd 在这里不接受的引号、反斜杠、控制字符或末尾的空格。什么都没有改动。请移动这个文件，再运行一次。
cli-service-hidden = 系统单元无法启动 { $what }：它们看不到 /home、/root、/run/user、/tmp 和 /var/tmp。请安装软件包，或者把程序复制到 /usr/local/bin，再用那里的程序运行 `service install`。
cli-service-remain = 这里没有运行 systemd。还需要运行：
cli-service-failed = 单元已经写好，但 systemctl 失败了。还需要运行：
cli-service-linger = 没有打开 lingering 时，你一注销 systemd 就会停掉你的单元，开机也不会启动：sudo loginctl enable-linger { $user }
cli-service-lingers = lingering 已打开：注销后单元照常运行
cli-service-login = 这些单元用的是 keybearer 用户的账号。这样添加一个：sudo -Hu keybearer keybearer login 平台 --no-browser
cli-service-plain = 单元从 { $path } 读取密码。它没有加密，只有文件的所有者和 root 读得到。
cli-service-copy-deleted = 已删除 { $path } 里的密码副本，单元不读取它。
cli-service-proxy = { $names } 里有密码，写进单元会被别人读到，所以没有写入，代理可能因此拒绝单元。请把这个变量写进只有所有者读得到的文件，再运行 { $command }，在 [Service] 下面加一行 EnvironmentFile=文件
cli-service-unconfined = 这台电脑不让用户的程序使用命名空间，所以对单元的限制少一些。
cli-service-unchanged = 单元已经就绪。
cli-service-uninstall-ask = 要停止并删除 Keybearer 的单元，以及为它们保存的密码吗？之后令牌不再在后台续期。[y/n]
cli-service-none = 没有安装 Keybearer 的单元。
cli-service-kept = 账号和令牌都还在。
cli-service-kept-user = keybearer 用户和它的账号都还在，位于 /var/lib/keybearer。
cli-service-enabled = 已安装，已启用
cli-service-not-enabled = 已安装，但没有启用：请运行 `keybearer service install`
cli-service-not-installed = 没有安装：请运行 `keybearer service install`
cli-service-no-program = 要启动的 { $path } 不存在：请再运行一次 `keybearer service install`
cli-service-ran = { $minutes } 分钟前运行过
cli-service-never-ran = 还没有运行过
cli-service-run-failed = 上一次运行失败（{ $result }）：{ $command }
cli-service-no-passphrase = 不需要密码
cli-service-reads = 从 { $path } 读取
cli-service-passphrase-missing = 单元没有加密文件的密码。请再运行一次 `keybearer service install`。
cli-service-runs-as = 单元以这个用户运行
cli-service-no-namespaces = 系统现在不让你的程序使用命名空间，单元无法启动：请重新运行 `keybearer service install`
cli-service-no-systemd = 这里没有运行
cli-forget-certificate = 这台电脑仍然信任证书“Keybearer on this computer”，未能删除它（{ $detail }）。它的密钥已删除，谁也无法再使用它。请把它也从证书库中删除。
leaks-no-secrets = 本机没有保存令牌或应用密钥，没有可查找的内容。用 `keybearer login` 或 `keybearer import` 添加账号。
leaks-progress = { $files } 个文件，{ $objects } 个 git 对象
leaks-found-access-token = 发现了 { $name } 的访问令牌。
leaks-found-previous-access-token = 发现了 { $name } 上次续期前的访问令牌。
leaks-found-refresh-token = 发现了 { $name } 的刷新令牌。
leaks-found-previous-refresh-token = 发现了 { $name } 上次续期前的刷新令牌。
leaks-found-token-secret = 发现了 { $name } 的令牌密钥。
leaks-found-previous-token-secret = 发现了 { $name } 上次续期前的令牌密钥。
leaks-found-client-secret = 发现了 { $name } 的应用密钥。
leaks-found-target-key = 发现了 { $name } 某个同步目标的访问凭据。
leaks-found-certificate-key = 发现了 Keybearer 用于 { $name } 的证书的私钥。
leaks-do-nothing = 续期时 { $platform } 已让它失效，不需要再做什么。
leaks-do-renew = 运行 `keybearer refresh { $source } --anyway` 换一个新令牌，这个随即失效。
leaks-do-renew-and-wait = 运行 `keybearer refresh { $source } --anyway` 换一个新令牌。这个最多还能用 { $minutes } 分钟。
leaks-do-wait = 不需要再做什么：它被替换后最多 { $minutes } 分钟就会自行失效。
leaks-do-list-targets = 先记下它的同步目标，因为撤销会把它们一并删除：`keybearer delivery list`。
leaks-do-revoke = 在 { $platform } 撤销它：`keybearer account revoke { $source }`，或在账号页面按“撤销”。这也会从本机删除该账号。这一步必须先做：Keybearer 只能撤销账号当前的令牌，而重新登录会替换它。
leaks-do-add-targets = 重新添加同步目标：`keybearer delivery add { $source }`。
leaks-do-end-token = 撤销旧令牌：`keybearer account end-token { $source } ID` 只撤销它，账号仍保留在本机；`keybearer account tokens { $source }` 列出编号，并标明哪个是当前的。两者都需要账号的令牌有相应权限。
leaks-do-end-at-platform = 到 { $platform } 自己的应用与令牌管理页面让它失效：Keybearer 无法从这里操作。
leaks-do-sign-in-again = 重新登录：`keybearer login { $provider }`。
leaks-do-import-another = 在 { $platform } 重新生成一个并导入：`keybearer import { $provider }`。
leaks-do-deliver = 把新令牌同步到所有使用它的地方：`keybearer deliver { $name }`。
leaks-do-replace-secret = 在 { $platform } 的开发者后台重新生成应用密钥，用 `keybearer client replace-secret` 或在应用页面保存，再到后台删除旧的。
leaks-do-register-another = 用新应用重新登录：`keybearer login { $provider }`。然后在 { $platform } 的页面上移除旧应用。
leaks-do-replace-target-key = 在那里重新生成访问凭据，用它重新添加同步目标，再删除旧的。
leaks-do-distrust-certificate = 从证书库和添加过它的浏览器中删除证书“Keybearer on this computer”。没有程序信任它，私钥就没有用处。
leaks-history = 只删除文件还不够：提交过的内容会留在 git 里，本机和每个副本都有。先按上面的步骤让它失效，再考虑改写历史。
leaks-unread-system = 未读取：{ $path }：{ $detail }
leaks-unread-broken = 已损坏，未读取：{ $path } { $detail }
leaks-unread-large = 太大，内存放不下，未读取：{ $path } { $detail }
leaks-unread-unknown = Keybearer 不认识这种 git 格式，未读取：{ $path } { $detail }
leaks-unread-elsewhere = 不在指定的文件夹里，未读取：{ $path }，属于 { $detail }。要查找它，请运行：keybearer leaks { $path }
leaks-unread-objects = 其中可能有 git 对象，但没有查看：{ $path }
leaks-unread-mounted = 在另一个文件系统上，未读取：{ $path }
leaks-unread-partial = { $path } 是部分克隆：有些对象只在服务器上，未读取。
leaks-unread-shallow = { $path } 是浅克隆：更早的历史只在服务器上，未读取。
leaks-not-looked-for = 未查找：{ $name } 有一个密钥缺失，或不足 8 个字符。
leaks-more = 另有 { $more } 项没有列出。
leaks-compressed = { $compressed } 个文件经过压缩或加密，没有查看其中的内容。
leaks-done-found = 在 { $places } 处发现。已在 { $files } 个文件和 { $objects } 个 git 对象中查找 { $secrets } 个密钥。
leaks-done-partial = 没有发现，但有内容未读取。已在 { $files } 个文件和 { $objects } 个 git 对象中查找 { $secrets } 个密钥。
leaks-done-clean = 没有发现。已在 { $files } 个文件和 { $objects } 个 git 对象中查找 { $secrets } 个密钥。
cli-practice = 练习平台正在这个地址运行，按 Ctrl-C 结束；它的账号和令牌随之失效。
    在另一个终端运行 `keybearer login practice` 登录，然后可以试 `keybearer token practice`、`keybearer exec practice -- 命令` 等命令。
cli-practice-none = 练习平台没有运行，无处登录。请在另一个终端运行 `keybearer practice`，让它保持运行，再运行一次此命令。
cli-programs-untold = macOS 不会告诉 Keybearer 是哪个程序要令牌，所以这里无法按程序决定：你自己的程序都能拿到令牌。
cli-practice-runs = 练习平台已在 { $address } 运行：在窗口中，或由 `keybearer practice` 运行。可以直接使用：`keybearer login practice`。
cli-serving = 正在 { $path } 提供令牌，按 Ctrl-C 结束。
cli-serve-forgotten = 一段时间没有程序索取令牌：密码已从内存清除，加密文件中的令牌不再提供。要重新输入密码，请再次运行此命令。
cli-serve-locked = 加密文件已锁定：密码已从内存清除，加密文件中的令牌不再提供。要再次解锁，请重新运行此命令。
cli-serve-given = systemd 传入的不是单个监听中的 Unix 流套接字。请在 .socket 单元中只写一个带路径的 ListenStream=。
cli-serve-no-folder = XDG_RUNTIME_DIR 没有设置为绝对路径，因此没有只有你能进入的文件夹来放置套接字。登录会话会设置它；在没有会话的机器上，请把它指向你自己的、权限为 0700 的文件夹。
cli-serve-folder-open = { $path } 不是你独有的文件夹，因此不在那里提供令牌。请改成由你拥有且只有你能进入的文件夹：chmod 700。
cli-serve-taken = 另一个程序已在 { $path } 提供令牌：窗口，或 `keybearer serve`。程序可以直接使用它。
cli-serve-too-long = { $path } 作为套接字的路径太长：系统只接受约 100 字节。请把 XDG_RUNTIME_DIR 指向路径较短的文件夹。
cli-serve-gone = { $path } 已不存在，程序再也找不到这里。它是由另一个程序（例如 systemd）打开的，要由那个程序重新打开：`systemctl --user restart keybearer.socket`。
cli-serve-foreign = 在 { $path } 监听的是其他用户的程序，因此没有向它索取；令牌改由本命令自己取得。
cli-serve-unusable = 在 { $path } 提供令牌的程序没有给出可用的答复，令牌改由本命令自己取得。如果再次出现，请结束那个程序（`keybearer serve` 或窗口），再重新启动。
cli-serve-silent = 在 { $path } 提供令牌的程序 5 秒内没有给出可用的答复，令牌改由本命令自己取得。如果再次出现，请结束那个程序（`keybearer serve` 或窗口），再重新启动。
cli-serve-late = 在 { $path } 提供令牌的程序超过 5 秒还没有答复，可能正在续期。加密文件在这里是锁定的，所以继续等它。
cli-tray-no-window = 这里没有 Keybearer 应用（{ $what }），托盘没有窗口可开。只要续期并给程序提供令牌的话，运行 `keybearer serve` 就够了。
cli-tray-no-bus = 当前会话没有 D-Bus，桌面无法显示托盘（{ $what }）。请改用 `keybearer serve`，它不需要托盘也能续期并提供令牌。
cli-interrupted = 已中止。
cli-ending = 正在获取或续期令牌，完成后即结束。再按一次 Ctrl-C 会立即结束，令牌可能丢失。
cli-lost = 新的令牌没能保存。它只在本程序的内存中，现已丢失。请重新登录。
cli-input-ended = 这里无法粘贴结果：标准输入已经结束。请在可以输入的地方运行。
cli-secret-typed = 命令行里的密钥，这台电脑上的每个程序都能读到。请写进文件，再用 { $question }=@FILE。
cli-no-variable = “{ $name }”不能作为环境变量名：只能用字母、数字和下划线，且不能以数字开头。
cli-variable-refused = 平台文件“{ $provider }”会为命令设置 { $name }。--env 只设置 ACME_TOKEN、ACME_APP_ID、ACME_URL 这类带有账号数据的变量，因为其他变量可能决定命令运行什么。`keybearer provider check 文件` 会列出要改的行。
cli-no-descriptor = 这里读不了 --passphrase-fd { $number }。Windows 上只有 0，即标准输入。请用 --passphrase-fd 0。
cli-program-none = { $program } 本身不是程序。脚本要写明解释器本身的文件和脚本：`keybearer settings allow-program 解释器 账号 --script 文件`。`which python3` 给出的也可能是脚本；Python 本身的文件由 `python3 -c "import sys; print(sys.executable)"` 给出。
cli-program-script = 不能这样指定 { $program }。Python 这类解释器要用 --script 写明它运行的脚本，其他程序只写程序本身。
cli-script = { $program } 是脚本。Windows 只能直接启动程序，不会去找运行脚本的程序。请把那个程序写在前面：`keybearer exec { $account } -- { $runs } { $program }`
cli-batch-argument = 没有运行 { $program }。它是批处理文件，而运行它的 cmd.exe 不接受带换行的参数。请去掉换行，或直接调用批处理文件所调用的程序。
cli-signal-alone = 仅有信号，程序拿不到新令牌：程序运行时，它的环境变量不会变。请加上 --file 或 --socket，或者去掉 --signal，让程序带着新令牌重新启动。
cli-file-not-offered = --file 需要一个在内存里、只有你能进入的文件夹，而本系统没有。请去掉它：程序会带着环境变量里的新令牌重新启动。
cli-file-no-folder = --file 需要 XDG_RUNTIME_DIR 指定的文件夹，但这个变量没有设置为绝对路径。登录系统时会设置它；在无人登录的机器上，请让该用户常驻（`loginctl enable-linger`）。
cli-file-not-private = 没有写入令牌：{ $path } 必须是你自己的、只有你能进入的文件夹（权限 0700），而且不能是链接。
cli-file-on-disk = 没有写入令牌：{ $path } 在磁盘上，而它必须在内存里（tmpfs）。
cli-file-refused = 没能把令牌写入 { $path }。{ $detail }
cli-watch-restart = { $name } 有了新令牌：{ $program } 将重新启动。
cli-watch-killed = { $program } 没有在 { $seconds } 秒内结束，已被强制终止。
cli-watch-again = { $program } 以 { $code } 结束，{ $seconds } 秒后重新启动。按 Ctrl-C 可停止。
cli-watch-login = { $program } 继续使用现有的令牌运行。你重新登录 { $name } 之后，它会得到新令牌。
cli-not-proved = 令牌已保存为 { $name }，但无法向平台验证它属于谁。`keybearer whoami` 会再问一次。
cli-would-lose = 有一个令牌只在本程序的内存里。再按一次 Ctrl-C 会结束程序，令牌随之丢失。
cli-clock = 时钟
cli-clock-unknown = 没有服务器响应
cli-proxy = 代理
cli-proxy-by = { $proxy }（来自 { $variable }）
cli-proxy-except = ，不用于 { $hosts }
cli-keychain-plain = { keychain }不支持加密会话：令牌在本会话的总线上不加密传送
cli-keychain-two = { keychain }里同一个令牌有多个条目：使用最新的一个，下次写入时会删除其他的
cli-locks-local = 数据文件夹的文件系统不支持锁：改用本机自己的锁，其他电脑不能使用这个文件夹
cli-signed-by = 证书签发者：{ $issuer }
cli-added-by = 证书签发者：{ $issuer }，只有这台电脑信任它
cli-added-means = 如果服务器属于你的公司或你自己，这没有问题。否则是中间有人（公司的代理或杀毒软件）能读到传输的内容，包括令牌。
cli-added-press = 如果你不认识 { $issuer }，请先询问管理这个网络的人，再登录。
cli-loopback = 本机回调（127.0.0.1）
cli-browser = 浏览器
cli-browser-none = 这里没有屏幕：登录时加上 --no-browser，在别处打开地址，再把结果粘贴回来
cli-other = 另外
cli-log-empty = 这段时间没有使用记录。
cli-log-off = 没有记录使用情况：已在设置中关闭。
cli-log-torn = 略过的损坏行：{ $count }
cli-log-refused = 被拒绝：{ $code }
cli-log-unrecorded = { $name } 在 { $when } 的一次使用未能记录。{ $why }

## 使用令牌

use-title = 使用令牌
use-last = 上次使用：
use-last-by = { $when }，{ $program }
use-last-what = { $when }，{ $what }
use-last-none = 开始记录以来没有使用过
use-last-off = 没有记录：已在设置中关闭
use-last-show = 最近的使用
use-last-title = { $name } 最近的使用
use-last-text = 最新的在前，最多 20 条。keybearer log 会列出最近 90 天的全部记录。
use-last-unknown = 程序未知
use-last-parent = 由 { $parent } 启动
use-last-refused = 没有交出令牌
use-last-unrecorded = { $when }的一次使用未能记录。{ $why }
use-purpose-copy = 复制
use-purpose-show = 显示
use-purpose-token = keybearer token
use-purpose-exec = keybearer exec
use-purpose-serve = keybearer serve
use-purpose-delivery = 同步
use-purpose-call = 试发请求
use-purpose-post = 发布或删除帖子
use-purpose-export = 导出帖子
use-purpose-transfer = 写入给另一台电脑的文件
use-purpose-other = 其他用途

use-try = 试一试
use-try-call = 请求
use-try-request = 将要发送的请求
use-try-send = 发送
use-try-wrong = 请检查填写的内容，这个请求无法发送。
use-try-number = 填 { $min } 到 { $max } 的整数。
use-try-answer = 回应
use-try-answered = 已回应
use-try-elsewhere = 被重定向，没有跟随
use-try-refused = 被拒绝
use-try-failed = 平台出错
use-try-ms = { $ms } 毫秒
use-try-left = 还能请求 { $left } 次
use-try-left-of = 还能请求 { $left } 次，共 { $limit } 次
use-try-used = 限额已用 { $used }%
use-try-wait = 请 { $seconds } 秒后再试
use-try-resets = { $when }恢复
use-try-empty = 回应是空的。
use-try-find = 在回应里查找
use-try-found =
    { $count ->
        [0] 没有找到
       *[other] { $count } 行里有
    }
use-try-copy = 复制回应
use-try-copied = 回应已复制，敏感内容已打码。
use-try-more = 再显示 { $count } 行
use-try-dots = 敏感内容已打码，复制时也一样。
use-ask-title = 要在 { $platform } 上做更改吗？
use-ask-text = 这个请求会做更改：{ $what }。在这里无法撤回。
use-ask-yes = 发送

use-copy = 以其他形式复制
use-copy-preview = 预览所有形式…
use-copy-save-form = 保存：{ $form }…
use-copy-plain = 只有令牌
    .means = 不带其他内容。
use-copy-header = Authorization 请求头
    .means = 用于需要填写请求头的工具。
use-copy-curl = curl 命令
    .means = 立即向平台发一个请求。令牌会留在命令行的历史记录里。
use-copy-env = .env 里的几行
    .means = 使用教程里的变量名，带上应用的密钥。
use-copy-json = JSON
    .means = 令牌及其详情。
use-copy-javascript = Cloudflare Worker
    .means = 在任何网页上显示你公开的嘟文。令牌不写在代码里，而是存成 Worker 的密钥。
use-copy-see = 预览
use-copy-copy = 复制
use-copied = 已复制：{ $what }
use-copy-save = 保存
use-copy-saved = 已保存：{ $path }

use-export = 导出帖子
use-export-which = 哪些帖子
use-export-newest = 只要最新的几条
use-export-newest-help = 填数字；留空就是全部
use-export-newest-wrong = 这里只能填整数。
use-export-format = 格式
use-export-json = JSON，一个数组
use-export-jsonl = JSON Lines，每行一条
use-export-start = 导出…
use-export-asks = 选择文件
use-export-count = { $count } 条
use-export-rate = 每秒 { $rate } 条
use-export-before = 从第 { $count } 条之后接着导出
use-export-wait = { $why }{ $time } 后接着导出。
use-export-done = { $count ->
    [0] 没有符合的帖子，文件是一个空列表。
   *[other] { $count } 条帖子已写入：
}
export-skipped = 服务器无法提供帖子 { $id }。
export-skipped-between = 服务器无法提供 { $newer } 与 { $older } 之间的一条或多条帖子。
export-repeats = 服务器反复返回相同的内容；已写入 { $count } 条，其余无法取得。
export-counts = 服务器的计数是 { $expected } 条：可能计数略有偏差，也可能有几条已不再显示。
use-export-partial = 不完整：{ $count } 条帖子已写入下面的文件，跳过 { $skipped } 条。
use-export-expected = 服务器自己的计数是 { $expected } 条。
use-export-part = 导出到第 { $count } 条时中断
use-export-go-on = 接着导出
use-export-discard = 丢弃

use-post = 发布第一条帖子
use-post-about = 发布一条帖子，看看陌生人能不能看到。
use-post-pages = { $platform } 只允许应用以主页的身份发帖，不能以个人身份发帖。
use-post-looking = 正在查找之前的帖子…
use-post-message = 正文
use-post-count = { $length }/{ $limit }
use-post-over = 超出上限 { $over }。
use-post-text-wrong = 这段文字无法发布。
use-post-image = 图片地址
use-post-image-optional = 图片地址（可选）
use-post-image-help = 图片本身的 https 地址，任何人都能打开。
use-post-image-wrong = 请填写 https 地址。
use-post-to-wrong = 请检查写法。
use-post-visibility = 谁可以看到
use-post-everyone = 所有人
use-post-hides = 陌生人看不到。
use-post-depends = 由 { $platform } 决定。
use-post-unchecked = 在 { $platform } 上，不登录就无法检查陌生人能否看到。
use-post-requests = 将要发送的 { $count } 个请求
use-post-seconds = { $platform } 至少需要 { $seconds } 秒才能发布。
use-post-keeps = 这个令牌没有删除帖子的权限（缺少 { $scope }）。要删除这条帖子，请到 { $platform } 上操作。
use-post-lacks = 缺少的权限：{ $scope }
use-post-go = 发布…
use-post-ask = 要在 { $platform } 上发布吗？
use-post-as = 账号
use-post-twice = 之前那一条可能已经发布。再发布一次就会有两条。
use-post-replaces = 上一条帖子可能还在。发布这条之后，Keybearer 只能删除新的这条。
use-post-yes = 发布
use-post-said-sending = 正在发布…
    .means = 你可以离开这个页面，结果会显示在这里。
use-post-said-all = 已发布，陌生人可以看到。
use-post-said-hidden = 已发布，但陌生人看不到。
use-post-said-absent = { $platform } 接受了这条帖子，但它并不存在。
use-post-said-early = 已发布。现在还无法判断陌生人能否看到。
use-post-said-open = 已发布。不知道陌生人能否看到。
use-post-said-maybe = 这条帖子可能已经发布。
    .means = 没有收到 { $platform } 的回应。Keybearer 不会自动再发一次。
use-post-said-refused = 没有发布。
    .means = { $platform } 上没有这条帖子。你写的内容在下面。
use-post-said-deleted = 已从 { $platform } 删除。
use-post-not-found = 上次查找（{ $when }）没有在最新的帖子里认出这条帖子。请先看看你的主页，再决定是否重发。
use-post-by = { $name }，{ $when }
use-post-lamps = 这条帖子的状态
use-post-sent = 已发送
    .now = 正在等待 { $platform } 的回应。
    .yes = { $platform } 已接受。
    .no = { $platform } 没有接受。
    .unknown = { $platform } 没有回应。
use-post-there = 已在平台上
    .yes = 用你的令牌可以查到。
    .no = 用你的令牌查不到。
    .needs-login = { $platform } 不允许用这个令牌读取帖子。
    .waiting = { $platform } 还没有返回这条帖子。
    .unknown = 尚未检查。
use-post-seen = 陌生人可见
    .yes = 不登录就能看到。
    .no = 不登录看不到。
    .waiting = { $platform } 可能需要几分钟。
    .needs-login = { $platform } 不登录就无法查询。
    .unknown = 尚未检查。
use-post-lamp-now = 正在发送
use-post-lamp-yes = 是
use-post-lamp-no = 否
use-post-lamp-waiting = 还没有
use-post-lamp-needs-login = 无法检查
use-post-lamp-unknown = 未知
use-post-later = { $time } 后自动再查一次。
use-post-likely = 这是最可能的原因，{ $platform } 没有说明。
use-post-mend = 打开页面
use-post-check = 再检查一次
use-post-look = 再找一次
use-post-open = 打开帖子
use-post-profile = 打开个人主页
use-post-delete = 删除帖子
use-post-delete-ask = 要删除 { $platform } 上的这条帖子吗？
use-post-delete-text = 删除后无法恢复。
use-post-no-delete = 在这里无法删除，只能到 { $platform } 上删除。
use-post-no-delete-link = 打开页面
use-post-look-yourself = Keybearer 无法在 { $platform } 上查找这条帖子。请先自己去看，再决定是否重发。
use-post-another = 再写一条
use-post-again = 再发布一次…

use-deliver = 同步到机器人
use-deliver-late = 有同步目标仍在使用旧令牌。
use-deliver-text = 每次登录和续期之后，Keybearer 会把新令牌写到同步目标，并检查是否成功。
use-deliver-kind = 同步到
use-deliver-env-file = .env 文件里的一行
use-deliver-file = 单独的文件
use-deliver-program = 程序
use-deliver-github = GitHub Actions 密钥
use-deliver-cloudflare = Cloudflare Worker 密钥
use-deliver-openbao = Vault 或 OpenBao
use-deliver-key = 变量名
use-deliver-file-help = 下一个按钮会打开系统的文件对话框。在 GNOME 的对话框里，Ctrl+H 显示隐藏文件。
use-deliver-words = 程序的参数，一行一个
use-deliver-words-help = 不经过 shell。令牌从标准输入传入。这台电脑上的其他程序能读到参数：不要在这里写密钥。
use-deliver-api = API 地址
use-deliver-url = 服务器地址
use-deliver-repository = 仓库
use-deliver-name = 密钥名称
use-deliver-account = 账户 ID
use-deliver-script = Worker 名称
use-deliver-mount = KV 存储（版本 2）的挂载点
use-deliver-path = 密钥的路径
use-deliver-vault-key = 密钥里的键
use-deliver-credential = 访问凭据
use-deliver-credential-github = 可以写入这个仓库密钥的细粒度令牌，保存在{ keychain }里。
use-deliver-credential-cloudflare = 可以编辑 Workers 脚本的 API 令牌，保存在{ keychain }里。
use-deliver-credential-openbao = 可以读写这个路径的令牌，保存在{ keychain }里。
use-deliver-add = 添加同步目标
use-deliver-choose = 选择文件…
use-deliver-choose-program = 选择程序…
use-deliver-next = 检查并添加…
use-deliver-now = 立即同步
use-deliver-confirm = 确认…
use-deliver-remove = 移除
use-deliver-off = 已关闭，等你确认
use-deliver-never = 还没有同步
use-deliver-old = 那里是较早的令牌，{ $when }同步
use-deliver-done = { $when }已同步
use-deliver-read-back = 已读回，内容一致
use-deliver-exited = 程序正常结束
use-deliver-updated = GitHub 报告已更新
use-deliver-listed = Cloudflare 已列出
use-deliver-version = 已读回，版本 { $number }
use-deliver-github-environment = GitHub 环境密钥
use-deliver-github-organization = GitHub 组织密钥
use-deliver-environment = 环境
use-deliver-organization = 组织
use-deliver-visibility = 可以读取新密钥的仓库
use-deliver-visibility-private = 私有和内部仓库
use-deliver-visibility-all = 所有仓库，包括公开的
use-deliver-visibility-selected = 在 GitHub 上选定的仓库
use-deliver-namespace = 命名空间（可不填）
use-deliver-credential-github-environment = 可以写入这个仓库环境密钥的细粒度令牌，保存在{ keychain }里。
use-deliver-credential-github-organization = 可以写入这个组织密钥的细粒度令牌，保存在{ keychain }里。
use-deliver-written = 已写入为第 { $number } 版；访问凭据无法读回
use-deliver-shadowed = 这些环境里有同名的密钥：{ $environments }。使用这些环境的任务读取的是那里的密钥，而不是这一个。
use-deliver-again = { $when }再试。
use-deliver-gone = 已移除。已经同步的内容留在原处。

## 由系统自己显示：启动失败

native-start-failed = 请再启动一次 Keybearer。如果一直如此，日志里有更多信息：{ $path }
native-start-silent = Keybearer 已在运行（进程 { $process }），但没有响应。请结束该进程，然后重新启动 Keybearer。
native-start-webview = Keybearer 无法显示窗口。系统缺少负责绘制窗口的 Microsoft Edge WebView2。请到微软的网页下载并安装，然后重新启动 Keybearer。
native-start-webview-download = 打开下载页面
native-start-close = 关闭

## 令牌去任何地方之前，由系统自己的对话框询问

native-save = 保存帖子
native-choose = 选择保存令牌的文件
native-title = 同步令牌
native-choose-program = 选择接收令牌的程序
native-yes = 同步到那里
native-deliver = 每次登录和续期之后，{ $name } 的访问令牌会写到：
native-env = 文件 { $path } 里的 { $key }
native-file = 文件 { $path }，里面不会有别的内容
native-link = 那里有链接指向别处，实际写入的是 { $path }
native-program = 这个程序的标准输入：
native-github = { $repository } 的 GitHub Actions 密钥 { $name }，位于 { $url }
native-github-shadow = 环境里的同名密钥优先于这一个：指定了环境的任务可能读不到它。
native-github-environment = { $repository } 的环境 { $environment } 中的密钥 { $name }，位于 { $url }
native-github-organization = 组织 { $organization } 的 GitHub Actions 密钥 { $name }，位于 { $url }。如果是新建的，可以读取它的是{ $visibility ->
    [all] 组织的所有仓库，包括公开的。
    [selected] 你在 GitHub 上选定的仓库。
   *[private] 组织的私有和内部仓库。
}
native-cloudflare = Cloudflare Worker { $script }（账户 { $account }）的密钥 { $name }，位于 { $url }
native-openbao = { $url } 的保险库里，{ $path } 的键 { $key }
