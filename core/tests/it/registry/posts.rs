//! What `[post]` may not be, and lists that say twice where their next page is.

use keybearer_core::provider::registry::Registry;

use super::{RIGHT, faults};

/// Whole, with each key at least once.
const POST: &str = r#"
[post]
image = "optional"
scope = ["read"]
key_minutes = 5
hosts = { web = "https://www.example.org" }
link = "{web}/{post_id}"
visibilities = [
    { id = "all", default = true, meaning = "everyone" },
    { id = "one", hides = true, meaning = "one person", with = { lists = "no" } },
]
[post.to]
visibilities = ["one"]
meaning = "who"
[post.no_delete]
text = "by hand"
link = "https://www.example.org/posts"
[[post.steps]]
id = "media"
when = "image"
upload = "file"
keep = { media = "/id" }
[post.steps.request]
url = "{api}/media"
[[post.steps]]
id = "post"
publishes = true
repeated = [409]
keep = { post_id = "/id" }
[post.steps.request]
url = "{api}/posts"
authenticate = "bearer"
header = { key = "{idempotency_uuid}" }
json = { text = "{text}", to = "{to}", media = "{media}", listed = "{lists}" }
[post.public]
[[post.public.unanswered]]
pointer = "/error/code"
equals = ["4", "10"]
[post.public.request]
method = "GET"
url = "{web}/oembed"
query = { url = "{link}" }
[post.recent]
text = "/text"
keep = { post_id = "/id" }
[post.recent.request]
method = "GET"
url = "{api}/posts"
authenticate = "bearer"
list = { items = "", next = "/next" }
[[post.unseen]]
reason = "held-back"
in = "publish"
pointer = "/state"
equals = "waiting"
[[post.unseen]]
reason = "private-profile"
"#;

#[test]
fn each_fault_of_a_post_is_refused_with_a_sentence() {
    assert_eq!(faults(&format!("{RIGHT}{POST}")), "");
    for (from, to, sentence) in [
        (
            "scope = [\"read\"]",
            "scope = [\"write\"]",
            "post.scope: none of them is among the scopes",
        ),
        ("default = true, ", "", "post.visibilities: one of them is the default"),
        (
            "reason = \"private-profile\"",
            "reason = \"unexplained\"",
            "post.unseen[1].reason: names no reason",
        ),
        (
            "visibilities = [\"one\"]",
            "visibilities = [\"two\"]",
            "post.to.visibilities: no visibility “two”",
        ),
        ("lists = \"no\"", "text = \"no\"", "“text” is taken"),
        (
            "link = \"https://www.example.org/posts\"",
            "link = \"http://a.example\"",
            "post.no_delete.link: an https address",
        ),
        (
            "[post.public]",
            "[post.delete]\nurl = \"{api}/posts/{post_id}\"\n[post.public]",
            "post.no_delete: delete or no_delete, not both",
        ),
        (
            "publishes = true\n",
            "",
            "post.steps: 0 steps publish a post without an image; exactly one does",
        ),
        ("upload = \"file\"", "upload = \"\"", "post.steps[0].upload: the name of the part"),
        (
            "url = \"{api}/media\"",
            "url = \"{api}/media\"\njson = { a = \"b\" }",
            "post.steps[0].upload: belongs to a form that is posted",
        ),
        (
            "when = \"image\"\n",
            "",
            "post.steps[0].upload: belongs to a step for posts with an image",
        ),
        (
            "image = \"optional\"\n",
            "",
            "post.steps[0].upload: belongs to a step for posts with an image",
        ),
        (
            "upload = \"file\"",
            "repeated = [409]",
            "post.steps[0].repeated: belongs to the step that publishes",
        ),
        ("{idempotency_uuid}", "{uuid}", "“{uuid}” is not one of"),
        (
            "equals = [\"4\", \"10\"]\n",
            "",
            "post.public.unanswered[0]: says what the answer looks like",
        ),
        ("equals = [\"4\", \"10\"]", "colour = 4", "unknown field `colour`"),
        ("equals = \"waiting\"", "equals = \"waiting\"\ncolour = 1", "unknown field `colour`"),
        (
            "equals = \"waiting\"",
            "equals = \"waiting\"\nabsent = true",
            "post.unseen[0].absent: what is absent has no text",
        ),
        (
            "pointer = \"/state\"\nequals = \"waiting\"",
            "older = true",
            "post.unseen[0].older: needs a pointer",
        ),
        ("in = \"publish\"\n", "", "post.unseen[0].in: says whose answer its tests are for"),
        (
            "reason = \"private-profile\"",
            "reason = \"private-profile\"\n[[post.unseen]]\nreason = \"removed\"",
            "post.unseen[1]: the one without a test is the last",
        ),
        (
            "[\n    { id = \"all\"",
            "[\n    { id = \"All\"",
            "post.visibilities[0].id: lower-case letters",
        ),
        (
            "next = \"/next\"",
            "next = \"/next\", links = true",
            "post.recent.request.list: next or links, not both",
        ),
        (
            "[post.recent]\n",
            "[post.recent]\nshort_links = \"https://\"\n",
            "post.recent.short_links: must begin with https:// and a host",
        ),
        (
            "url = \"{web}/oembed\"",
            "url = \"{web}/oembed\"\nauthenticate = \"bearer\"",
            "nothing authenticates it",
        ),
        (
            "{ url = \"{link}\" }",
            "{ url = \"{access_token}\" }",
            "is a secret, and a stranger has none",
        ),
    ] {
        assert!(POST.contains(from), "{from}");
        let said = faults(&format!("{RIGHT}{}", POST.replacen(from, to, 1)));
        assert!(said.contains(sentence), "{from} → {to} said: {said}");
    }
}

#[test]
fn a_list_says_once_where_its_next_page_is() {
    let list = |list: &str| {
        let message = format!("[messages.sub_accounts]\nmethod = \"GET\"\nurl = \"{{api}}/pages\"\nlist = {{ items = \"/data\"{list} }}\n");
        faults(&RIGHT.replacen("[[errors]]", &format!("{message}[[errors]]"), 1))
    };
    let both = "messages.sub_accounts.list: next or links, not both";
    for (more, is_wrong) in [
        ("", false),
        (", next = \"/next\"", false),
        (", links = true", false),
        (", next = \"/next\", links = true", true),
    ] {
        assert_eq!(list(more).contains(both), is_wrong, "{more}");
    }
}

#[test]
fn a_wording_takes_no_other_keys() {
    let said = faults(&RIGHT.replace("equals = \"bad\"", "equals = \"bad\"\ncolour = 1"));
    assert!(said.contains("unknown field `colour`"), "{said}");
}

#[test]
fn each_shipped_platform_posts_or_the_documentation_says_why_not() {
    let registry = Registry::shipped();
    let mut silent: Vec<&str> = registry
        .iter()
        .filter(|e| e.provider.post.is_none())
        .map(|e| e.provider.id.as_str())
        .collect();
    silent.sort_unstable();
    // docs/providers.md, “Shipped platforms without a post”.
    assert_eq!(
        silent,
        [
            "google",
            "microsoft",
            "microsoft-device",
            "notion",
            "notion-oauth",
            "other",
            "wechat",
            "x-app"
        ]
    );
    // Where nothing deletes a post, the person is told what to do.
    for entry in registry.iter() {
        let tells = entry
            .provider
            .post
            .as_ref()
            .is_none_or(|post| post.delete.is_some() || post.no_delete.is_some());
        assert!(tells, "{}: delete, or no_delete", entry.provider.id);
    }
}
