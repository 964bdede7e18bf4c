//! What may be looked at, and what may not.

use keybearer_core::provider::redact::{DOTS, Redaction};

const TOKEN: &str = "THAA/x+y=%2Fz\"q";

fn redaction(pointers: &[&str]) -> Redaction {
    let pointers: Vec<String> = pointers.iter().map(|p| (*p).to_owned()).collect();
    Redaction::new(&pointers, [TOKEN])
}

#[test]
fn every_digit_and_the_order_stay() {
    let json = r#" {"z":18446744073709551616,"a":[1.10,1e400,-0,[],{}],"é\u4e2d":"a\/b","z":null}"#;
    let pretty = redaction(&[]).json(json).unwrap();
    let lines = [
        "{",
        "  \"z\": 18446744073709551616,",
        "  \"a\": [",
        "    1.10,",
        "    1e400,",
        "    -0,",
        "    [],",
        "    {}",
        "  ],",
        "  \"é中\": \"a/b\",",
        "  \"z\": null",
        "}",
    ];
    assert_eq!(pretty, lines.join("\n"));
    assert_eq!(redaction(&[]).json("\u{feff}true").unwrap(), "true");
    for no_json in ["", "<html>", "{\"a\":", "{}{}", "{'a':1}"] {
        assert!(redaction(&[]).json(no_json).is_none(), "{no_json}");
    }
    let deep = |levels: usize| "[".repeat(levels) + "\"\\\"[[\"" + &"]".repeat(levels);
    assert!(redaction(&[]).json(&deep(128)).is_some());
    assert!(redaction(&[]).json(&deep(100_000)).is_none(), "no deep end");
}

#[test]
fn what_the_file_points_to_is_dots() {
    let json = r#"{"data":[{"id":"1","key":"page one"},{"id":"2","key":{"of":["page two"]}}],"key":"stays","a/b":7}"#;
    let pretty = redaction(&["/data/*/key", "/a~1b"]).json(json).unwrap();
    assert!(!pretty.contains("page"), "{pretty}");
    assert!(pretty.contains("\"key\": \"stays\"") && pretty.contains("\"id\": \"2\""));
    assert_eq!(pretty.matches(DOTS).count(), 3);
    let whole: serde_json::Value = serde_json::from_str(&pretty).unwrap();
    assert_eq!(whole["data"][1]["key"], DOTS);
}

#[test]
fn a_known_secret_is_redacted_in_every_encoding() {
    let encoded: String = url::form_urlencoded::byte_serialize(TOKEN.as_bytes()).collect();
    let encodings = [
        TOKEN.to_owned(),
        encoded.clone(),
        "THAA%2fx%2by%3d%252Fz%22q".to_owned(),
        "THAA/x+y=/z\"q".to_owned(),
    ];
    for encoding in &encodings {
        let said = format!("Malformed access token {encoding}.");
        let json = serde_json::json!({ "error": { "message": said, encoding.as_str(): 1 } }).to_string();
        for answer in [redaction(&[]).json(&json).unwrap(), redaction(&[]).text(&said)] {
            assert!(!answer.contains("THAA"), "{encoding}: {answer}");
            assert!(answer.contains(DOTS) && (answer.contains("Malformed access token")), "{answer}");
        }
        // Every character as an escape of its own.
        let escapes: String = said.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        let answer = redaction(&[]).json(&format!("{{\"m\":\"{escapes}\"}}")).unwrap();
        assert!(!answer.contains("THAA") && answer.contains("Malformed"), "{answer}");
    }
    assert!(
        !redaction(&[]).text("<p>THAA\\/x+y=%2Fz\\\"q</p>").contains("THAA"),
        "JSON that was cut off"
    );
    assert_eq!(
        Redaction::new(&[], ["1234567"]).json("[1234567,1234568]").unwrap(),
        format!("[\n  \"{DOTS}\",\n  1234568\n]")
    );
    assert_eq!(Redaction::new(&[], ["", "a"]).text("banana"), "banana", "what is no secret stays");
}

#[test]
fn what_is_called_like_a_secret_is_one_in_any_text() {
    let inner = r#"{"access_token":"GONE\"GONE","code":190}"#;
    let twice = serde_json::json!({ "of": inner }).to_string();
    for text in [
        r#"{"access_token":"GONE","cut": "#,
        r#"<p>{ "refresh_token" : "GONE\/GONE" }"#,
        r#"{"token":"GONE"#,
        r#"{'client_secret': 'GONE'}"#,
        r#"{token: "GONE"}"#,
        r#"<a access_token="GONE">"#,
        r#"{"id_token":190GONE}"#,
        r#"{"secret":["GONE","GONE"],"#,
        r#"token=GONE]"#,
        inner,
        &twice,
        &serde_json::json!({ "message": twice }).to_string(),
        r#"{"token":["GONE",{"id":"GONE"}],"secret":[["GONE"]]}"#,
    ] {
        for shown in [Some(redaction(&[]).text(text)), redaction(&[]).json(text)].into_iter().flatten() {
            assert!(!shown.contains("GONE") && shown.contains(DOTS), "{text}: {shown}");
        }
        if serde_json::from_str::<serde_json::Value>(text).is_ok() && text.contains("190") {
            let shown = redaction(&[]).json(text).unwrap();
            assert!(shown.contains("190"), "{text}: {shown}");
            serde_json::from_str::<serde_json::Value>(&shown).unwrap();
        }
    }
    for text in [
        r#"{"access_token":"","token":null,"secret":true,'"#,
        "Invalid access_token: the session has expired; token = none",
        r#"{"token": {"id": "1"}, "#,
        "token: ",
        "password:",
        "password=",
    ] {
        assert_eq!(redaction(&[]).text(text), text, "nothing to hide");
    }
}

#[test]
fn what_is_deep_and_long_is_not_laid_out_for_ever() {
    let long = format!("{}{}1{}", "[".repeat(120), "1,".repeat(1_000_000), "]".repeat(120));
    let shown = redaction(&[]).json(&long).unwrap();
    assert!(shown.len() < 10 << 20, "{} bytes", shown.len());
    assert!(shown.lines().all(|line| line.len() < 300) && shown.lines().count() > 1_000_000);
}

#[test]
fn what_is_called_like_a_secret_is_one() {
    let json = r#"{"access_token":"EAAx","Refresh-Token":"r","token":{"id":"1","secret":5},"token_type":"bearer","code":190,
        "next":"https://h/me?fields=id&access_token=EAAy&after=Q0","client_secret":"","password":null}"#;
    let pretty = redaction(&[]).json(json).unwrap();
    for gone in ["EAA", "\"r\"", ": 5"] {
        assert!(!pretty.contains(gone), "{gone}: {pretty}");
    }
    for stays in [
        "\"token_type\": \"bearer\"",
        "\"code\": 190",
        "fields=id",
        "after=Q0",
        "\"client_secret\": \"\"",
        "\"password\": null",
    ] {
        assert!(pretty.contains(stays), "{stays}: {pretty}");
    }
    assert_eq!(
        redaction(&[]).text("oauth_token=abc&x=1 a=b=c ü=token="),
        format!("oauth_token={DOTS}&x=1 a=b=c ü=token=")
    );
}
