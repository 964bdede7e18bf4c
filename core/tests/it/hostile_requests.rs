//! Everything that reaches a loopback redirect and is not the answer: what is sent, and the status it must get.

use crate::loopback_redirect::Siege;

/// The requests, against a login that waits. Status 0 is a connection that is closed without an answer.
pub fn hostile(s: &Siege) -> Vec<(&'static str, Vec<u8>, &'static [u16])> {
    let (path, query, state) = (s.path.clone(), s.query.clone(), s.state.clone());
    let older = "b".repeat(43);
    let port = s.redirect.rsplit(':').next().unwrap().to_owned();
    let get = |target: String| s.request(&format!("GET {target}"), "");
    let with = |headers: &str| s.request(&format!("GET {path}?{query}"), headers);
    let host = |host: &str| format!("GET {path}?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let bytes = |text: String| text.into_bytes();

    vec![
        ("wrong state", bytes(get(format!("{path}?code=x&state={older}"))), &[404]),
        ("no state", bytes(get(format!("{path}?code=x"))), &[404]),
        ("empty state", bytes(get(format!("{path}?code=x&state="))), &[404]),
        ("state twice", bytes(get(format!("{path}?{query}&state={state}"))), &[400]),
        (
            "state twice, the wrong one first",
            bytes(get(format!("{path}?state={older}&{query}"))),
            &[400],
        ),
        (
            "state in other letters",
            bytes(get(format!("{path}?code=x&state={}", swap_case(&state)))),
            &[404],
        ),
        (
            "a piece of the state",
            bytes(get(format!("{path}?code=x&state={}", &state[..42]))),
            &[404],
        ),
        ("more than the state", bytes(get(format!("{path}?code=x&state={state}A"))), &[404]),
        (
            "the state as an array",
            bytes(get(format!("{path}?code=x&state[]={state}"))),
            &[404],
        ),
        ("code twice", bytes(get(format!("{path}?code=evil&{query}"))), &[400]),
        ("right state, nothing else", bytes(get(format!("{path}?state={state}"))), &[400]),
        ("right state, empty code", bytes(get(format!("{path}?code=&state={state}"))), &[400]),
        (
            "an error for another login",
            bytes(get(format!("{path}?error=access_denied&state={older}"))),
            &[404],
        ),
        ("broken %-escape", bytes(get(format!("{path}?{query}&x=%zz"))), &[400]),
        ("half a %-escape", bytes(get(format!("{path}?{query}%4"))), &[400]),
        (
            "escaped bytes that are no UTF-8",
            bytes(get(format!("{path}?{query}&x=%ff%fe"))),
            &[400],
        ),
        ("an escaped NUL", bytes(get(format!("{path}?{query}%00"))), &[400]),
        ("no query", bytes(get(path.clone())), &[404]),
        ("an empty query", bytes(get(format!("{path}?"))), &[404]),
        ("/", bytes(get("/".into())), &[404]),
        ("favicon", bytes(get("/favicon.ico".into())), &[404]),
        ("robots", bytes(get("/robots.txt".into())), &[404]),
        ("another path", bytes(get(format!("/elsewhere?{query}"))), &[404]),
        ("a slash more", bytes(get(format!("{path}/?{query}"))), &[404]),
        ("the path with dots", bytes(get(format!("/x/../elsewhere?{query}"))), &[404]),
        ("the last page", bytes(get(format!("/done?{query}"))), &[200]),
        ("HEAD", bytes(s.request(&format!("HEAD {path}?{query}"), "")), &[405]),
        (
            "PUT",
            bytes(s.request(&format!("PUT {path}?{query}"), "Content-Length: 0\r\n")),
            &[405],
        ),
        ("DELETE", bytes(s.request(&format!("DELETE {path}?{query}"), "")), &[405]),
        (
            "OPTIONS",
            bytes(s.request(
                &format!("OPTIONS {path}?{query}"),
                "Origin: https://evil.example\r\nAccess-Control-Request-Private-Network: true\r\n",
            )),
            &[405],
        ),
        (
            "POST text",
            bytes(
                s.request(
                    &format!("POST {path}"),
                    &format!("Content-Type: text/plain\r\nContent-Length: {}\r\n", query.len()),
                ) + &query,
            ),
            &[405],
        ),
        (
            "POST JSON",
            bytes(
                s.request(
                    &format!("POST {path}?{query}"),
                    "Content-Type: application/json\r\nContent-Length: 2\r\n",
                ) + "{}",
            ),
            &[405],
        ),
        (
            "absolute form",
            bytes(s.request(&format!("GET http://{}{path}?{query}", s.redirect), "")),
            &[421],
        ),
        (
            "absolute form elsewhere",
            bytes(s.request(&format!("GET http://evil.example{path}?{query}"), "")),
            &[421],
        ),
        (
            "HTTP/1.0 without Host",
            bytes(format!("GET {path}?{query} HTTP/1.0\r\n\r\n")),
            &[421],
        ),
        ("no Host", bytes(format!("GET {path}?{query} HTTP/1.1\r\n\r\n")), &[421, 400]),
        ("two Hosts", bytes(with(&format!("Host: {}\r\n", s.redirect))), &[421, 400]),
        ("two Hosts, one evil", bytes(with("Host: evil.example\r\n")), &[421, 400]),
        ("an empty Host", bytes(host("")), &[421, 400]),
        ("evil.example", bytes(host("evil.example")), &[421]),
        ("evil.example with the port", bytes(host(&format!("evil.example:{port}"))), &[421]),
        ("127.0.0.1.evil", bytes(host(&format!("127.0.0.1.evil:{port}"))), &[421]),
        ("localhost.evil", bytes(host(&format!("localhost.evil:{port}"))), &[421]),
        (
            "userinfo in Host",
            bytes(host(&format!("127.0.0.1:{port}@evil.example"))),
            &[421, 400],
        ),
        ("decimal IP", bytes(host(&format!("2130706433:{port}"))), &[421]),
        ("127.1", bytes(host(&format!("127.1:{port}"))), &[421]),
        ("a final dot", bytes(host(&format!("localhost.:{port}"))), &[421]),
        ("another port", bytes(host("127.0.0.1:1")), &[421]),
        ("no port", bytes(host("127.0.0.1")), &[421]),
        ("the other spelling", bytes(host(&format!("localhost:{port}"))), &[404]),
        (
            "an image",
            bytes(with("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: image\r\n")),
            &[403],
        ),
        (
            "a script",
            bytes(with("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: script\r\n")),
            &[403],
        ),
        (
            "a fetch",
            bytes(with("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: empty\r\n")),
            &[403],
        ),
        (
            "a frame",
            bytes(with("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: iframe\r\n")),
            &[403],
        ),
        ("a prefetch", bytes(with("Sec-Purpose: prefetch;prerender\r\n")), &[403]),
        ("an older prefetch", bytes(with("Purpose: prefetch\r\n")), &[403]),
        (
            "16 KiB and more",
            bytes(get(format!("{path}?{query}&x={}", "a".repeat(16 * 1024)))),
            &[431, 414, 0],
        ),
        ("100 KB", bytes(get(format!("/{}?{query}", "a".repeat(100_000)))), &[431, 414, 0]),
        ("200 headers", bytes(with(&"X-Padding: y\r\n".repeat(200))), &[431, 0]),
        (
            "a header of 20 KB",
            bytes(with(&format!("X-Padding: {}\r\n", "y".repeat(20_000)))),
            &[431, 0],
        ),
        ("a raw NUL", bytes(get(format!("{path}?{query}\0"))), &[400, 0]),
        (
            "raw bytes that are no UTF-8",
            [b"GET /\xff\xfe?x HTTP/1.1\r\nHost: ".as_slice(), s.redirect.as_bytes(), b"\r\n\r\n"].concat(),
            &[400, 404, 0],
        ),
        ("a space in the target", bytes(get(format!("{path}?{query} x"))), &[400, 0]),
        (
            "a TLS hello",
            vec![0x16, 3, 1, 0, 0xf8, 1, 0, 0, 0xf4, 3, 3, 0x2f, 0, 0, 0],
            &[400, 0],
        ),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), &[400, 0]),
        ("garbage", b"\x01\x02\x03 hello\r\n\r\n".to_vec(), &[400, 0]),
        (
            "line feeds only",
            bytes(format!("GET {path}?code=x HTTP/1.1\nHost: {}\n\n", s.redirect)),
            &[404, 400, 0],
        ),
        (
            "two lengths",
            bytes(s.request(&format!("POST {path}?{query}"), "Content-Length: 1\r\nContent-Length: 2\r\n")),
            &[400, 405, 0],
        ),
        (
            "chunks and a length",
            bytes(s.request(&format!("POST {path}"), "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n") + "0\r\n\r\n"),
            &[400, 405, 0],
        ),
        (
            "a second request behind the first",
            bytes(get("/favicon.ico".into()) + &s.genuine()),
            &[404],
        ),
    ]
}

fn swap_case(text: &str) -> String {
    let swap = |c: char| {
        if c.is_ascii_lowercase() {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    };
    text.chars().map(swap).collect()
}
