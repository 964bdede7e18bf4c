//! What a server's `Date` says of this computer's clock, and what it does not: caches, and single servers.

use std::time::{Duration, SystemTime};

use keybearer_core::ask::clock_or;
use keybearer_core::http::client::Client;
use keybearer_core::http::{Request, Response};
use keybearer_core::provider::answer;
use keybearer_core::provider::check::read;
use keybearer_core::token::Secret;

use crate::mastodon_mock::Family;
use crate::raw_server::{http, socket};
use crate::rig::Rig;

/// A server that says that it is so many seconds later than it is.
async fn server(ahead: i64, headers: &'static str) -> url::Url {
    let origin = socket(move |_| {
        let by = Duration::from_secs(ahead.unsigned_abs());
        let now = SystemTime::now();
        let date = httpdate::fmt_http_date(if ahead < 0 { now - by } else { now + by });
        http("200 OK", &format!("Date: {date}\r\n{headers}"), b"{}")
    })
    .await;
    url::Url::parse(&origin).unwrap()
}

fn now() -> i64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() as i64
}

/// By how many seconds servers are ahead, to a few.
async fn ahead_by(servers: &[(i64, &'static str)]) -> Option<i64> {
    let client = Client::default();
    for (ahead, headers) in servers {
        let url = server(*ahead, headers).await;
        client.warm(&url).await;
        client.send(&Request::get("test", url)).await.unwrap();
    }
    let by = client.server_time()? - now();
    Some((by + 5).div_euclid(10) * 10)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_out_of_a_cache_measures_no_clock() {
    for cached in [
        "Age: 2400\r\n",
        "Age: 2400\r\nX-Cache: Hit from cloudfront\r\n",
        "X-Cache: HIT, MISS\r\n",
        "CF-Cache-Status: HIT\r\n",
        "Cache-Status: example; hit; ttl=3\r\n",
        "X-Varnish: 12 7\r\n",
        "X-Proxy-Cache: STALE\r\n",
    ] {
        assert_eq!(ahead_by(&[(-2400, cached)]).await, None, "{cached}");
        assert_eq!(ahead_by(&[(-2400, cached), (0, "")]).await, Some(0), "{cached}");
    }
    for fresh in [
        "",
        "Age: 0\r\n",
        "X-Cache: MISS\r\n",
        "CF-Cache-Status: DYNAMIC\r\n",
        "X-Varnish: 12\r\n",
    ] {
        assert_eq!(ahead_by(&[(-2400, fresh)]).await, Some(-2400), "{fresh}: one alone is believed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_single_server_outvotes_the_others() {
    assert_eq!(ahead_by(&[(-2400, ""), (0, "")]).await, Some(0));
    assert_eq!(ahead_by(&[(0, ""), (-2400, "")]).await, Some(0), "whoever answers last");
    assert_eq!(ahead_by(&[(0, ""), (2400, ""), (0, "")]).await, Some(0));
    assert_eq!(ahead_by(&[(2400, ""), (2400, "")]).await, Some(2400), "two agree");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_age_of_an_answer_is_added_to_its_date() {
    let url = server(-2400, "Age: 2400\r\n").await;
    let response = Client::default().send(&Request::get("test", url)).await.unwrap();
    assert!((response.date.unwrap() - now()).abs() < 5);
    assert_eq!(response.clock(), None);
}

#[test]
fn a_signature_that_a_cache_refuses_blames_no_clock() {
    let path = format!("{}/providers/x-oauth1.toml", env!("CARGO_MANIFEST_DIR"));
    let provider = read(&std::fs::read_to_string(path).unwrap()).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let message = provider.messages.identity.as_ref().unwrap();
    let refused = |headers: &[(&str, &str)]| {
        let response = Response {
            status: 401,
            content_type: "application/json".into(),
            location: None,
            retry_after: None,
            date: Some(now() - 2400),
            headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            body: Secret::new(r#"{"errors":[{"code":32,"message":"Could not authenticate you."}]}"#),
        };
        let error = answer::read("identity", message, &provider, &response).err().unwrap();
        clock_or(error, message, &response, now()).code()
    };
    assert_eq!(refused(&[]), "clock-wrong");
    assert_eq!(refused(&[("age", "2400")]), "client-auth");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cache_before_a_server_blames_no_clock_of_ours() {
    let (rig, family) = (Rig::new(), Family::new().await);
    let old = httpdate::fmt_http_date(SystemTime::now() - Duration::from_secs(2400));
    let cached = |body: String| {
        http(
            "200 OK",
            &format!("Content-Type: application/json\r\nDate: {old}\r\nAge: 2400\r\n"),
            body.as_bytes(),
        )
    };
    let links = serde_json::json!({ "links": [{ "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": format!("{}/nodeinfo/2.0", family.origin) }] });
    family.answers("/.well-known/nodeinfo", cached(links.to_string()));
    family.answers("/nodeinfo/2.0", cached("{\"software\":{\"name\":\"mastodon\"}}".into()));
    family.answers("/", cached(String::new()));
    family.log_in(&rig).await;
    assert!(rig.keeper.view().problems.is_empty(), "{:?}", rig.keeper.view().problems);
}
