//! What the pages say, in the three languages of the app. Texts only; the markup is in `page`.

use axum::http::{HeaderMap, header};

/// One language's words.
pub struct Words {
    /// For `<html lang>`.
    pub tag: &'static str,
    pub practice: &'static str,
    pub banner: &'static str,
    /// Before and after the app's name.
    pub asks: (&'static str, &'static str),
    pub who: &'static str,
    pub back_to: &'static str,
    pub back_code: &'static str,
    pub allow: &'static str,
    pub deny: &'static str,
    pub no_deny: &'static str,
    pub code_title: &'static str,
    pub code_text: &'static str,
    pub problem_title: &'static str,
    pub problem_text: &'static str,
    pub problem_next: &'static str,
    pub invented: &'static str,
    /// About ada, about grace.
    pub about: [&'static str; 2],
    /// The column of this language in tables of texts.
    pub column: usize,
}

const EN: Words = Words {
    tag: "en",
    practice: "Practice",
    banner: "This is practice: nothing here is real, and nothing leaves this computer.",
    asks: ("", " asks for access to an account. It wants to:"),
    who: "Who do you want to be?",
    back_to: "Afterwards your browser returns to",
    back_code: "Afterwards you get a code to copy.",
    allow: "Allow",
    deny: "Deny",
    no_deny: "This kind of server has no Deny button. To refuse, close the page.",
    code_title: "Your code",
    code_text: "Copy it into the app that is waiting for it. It works once, and not for long.",
    problem_title: "That did not work",
    problem_text: "The practice server refused, as a real one would. In its words:",
    problem_next: "You can close this page and start again in the app.",
    invented: "This person is invented.",
    about: ["writes about engines that calculate", "writes about compilers and moths"],
    column: 0,
};

const HANS: Words = Words {
    tag: "zh-Hans",
    practice: "练习",
    banner: "这只是练习：这里的一切都不是真的，也没有任何数据离开这台电脑。",
    asks: ("", " 请求访问一个账号，它想要："),
    who: "您想扮演谁？",
    back_to: "之后浏览器会回到",
    back_code: "之后您会得到一个可以复制的授权码。",
    allow: "允许",
    deny: "拒绝",
    no_deny: "这类服务器没有“拒绝”按钮。若要拒绝，关闭此页即可。",
    code_title: "您的授权码",
    code_text: "把它复制到正在等待的应用里。只能用一次，且很快失效。",
    problem_title: "没有成功",
    problem_text: "练习服务器拒绝了请求，真实的服务器也会这样。它的原话：",
    problem_next: "您可以关闭此页，在应用里重新开始。",
    invented: "这个人是虚构的。",
    about: ["写关于计算机器的文章", "写关于编译器和飞蛾的文章"],
    column: 1,
};

const HANT: Words = Words {
    tag: "zh-Hant",
    practice: "練習",
    banner: "這只是練習：這裡的一切都不是真的，也沒有任何資料離開這台電腦。",
    asks: ("", " 請求存取一個帳號，它想要："),
    who: "您想扮演誰？",
    back_to: "之後瀏覽器會回到",
    back_code: "之後您會得到一組可以複製的授權碼。",
    allow: "允許",
    deny: "拒絕",
    no_deny: "這類伺服器沒有「拒絕」按鈕。若要拒絕，關閉此頁即可。",
    code_title: "您的授權碼",
    code_text: "把它複製到正在等待的應用程式裡。只能用一次，而且很快失效。",
    problem_title: "沒有成功",
    problem_text: "練習伺服器拒絕了請求，真實的伺服器也會這樣。它的原話：",
    problem_next: "您可以關閉此頁，在應用程式裡重新開始。",
    invented: "這個人是虛構的。",
    about: ["寫關於計算機器的文章", "寫關於編譯器和飛蛾的文章"],
    column: 2,
};

/// The words for a browser, by its Accept-Language header; English if it names none of these languages.
pub fn of(headers: &HeaderMap) -> &'static Words {
    choose(
        headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default(),
    )
}

fn choose(accepted: &str) -> &'static Words {
    let mut best: (f32, &'static Words) = (0.0, &EN);
    for range in accepted.split(',') {
        let mut parts = range.split(';');
        let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        let words = match tag.split('-').next() {
            Some("zh") if tag.contains("hans") => &HANS,
            Some("zh") if ["hant", "-tw", "-hk", "-mo"].iter().any(|part| tag.contains(part)) => &HANT,
            Some("zh") => &HANS,
            Some("en") => &EN,
            _ => continue,
        };
        if weight > best.0 {
            best = (weight, words);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::choose;

    #[test]
    fn languages() {
        let tag = |accepted| choose(accepted).tag;
        assert_eq!(tag(""), "en");
        assert_eq!(tag("fr, de;q=0.8"), "en");
        assert_eq!(tag("zh-CN,zh;q=0.9,en;q=0.8"), "zh-Hans");
        assert_eq!(tag("en;q=0.5,zh-TW;q=0.9"), "zh-Hant");
        assert_eq!(tag("zh-Hant-HK"), "zh-Hant");
        assert_eq!(tag("zh-Hans-TW"), "zh-Hans");
    }
}
