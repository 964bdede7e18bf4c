//! The decision: Deny, a form that cannot be forged, codes to copy, and `iss`.

use keybearer_practice::Flavor;

use crate::client::*;

#[tokio::test]
async fn denying() {
    for flavor in ALL {
        let practice = start(flavor).await;
        let app = register(&practice, &format!("{CALLBACK}\n{OOB}"), "read").await;
        let page = open(&practice, &request(&app, CALLBACK, "read")).await;
        assert_eq!(page.text.contains("id=\"deny\""), flavor != Flavor::GoToSocial);
        let answer = press(&practice, &ticket(&page), "ada", "deny").await;
        let location = answer.header("location");
        if flavor == Flavor::GoToSocial {
            // It has no such button, and what it does not know it does not read.
            assert!(location.contains("?code="), "{location}");
            continue;
        }
        let denied = "error=access_denied&error_description=The+resource+owner+or+authorization+server+denied+the+request.&state=s";
        assert_eq!(location, format!("{CALLBACK}?{denied}"));
        let page = open(&practice, &request(&app, OOB, "read")).await;
        assert_eq!(press(&practice, &ticket(&page), "ada", "deny").await.status, 400);
    }
}

#[tokio::test]
async fn the_form_cannot_be_forged_and_not_be_used_twice() {
    for flavor in ALL {
        let practice = start(flavor).await;
        let app = register(&practice, CALLBACK, "read").await;
        assert!(post(&practice, "/oauth/authorize", &[("decision", "allow")]).await.status >= 400);
        let (one, two) = (
            open(&practice, &request(&app, CALLBACK, "read")).await,
            open(&practice, &request(&app, CALLBACK, "read")).await,
        );
        assert_ne!(ticket(&one), ticket(&two));
        assert!(one.headers.get("access-control-allow-origin").is_none());
        // A double click is one decision.
        let first = press(&practice, &ticket(&one), "ada", "allow").await;
        let again = press(&practice, &ticket(&one), "ada", "deny").await;
        assert_eq!(first.header("location"), again.header("location"));
        // Another site's script may not even ask.
        let url = address(&practice, &request(&app, CALLBACK, "read"));
        let foreign = Answer::of(http().get(url).header("origin", "https://evil.example").send().await.unwrap()).await;
        assert!(foreign.headers.get("access-control-allow-origin").is_none());
    }
}

#[tokio::test]
async fn out_of_band() {
    for (flavor, path) in [(Flavor::GoToSocial, "/oauth/oob"), (Flavor::Mastodon, "/oauth/authorize/native")] {
        let practice = start(flavor).await;
        let app = register(&practice, OOB, "read").await;
        let location = allow(&practice, &request(&app, OOB, "read")).await;
        let code = param(&location, "code").unwrap();
        assert_eq!(location, format!("{path}?code={code}"));
        let page = get(&practice, &location).await;
        assert!(
            page.status == 200
                && page
                    .text
                    .contains(&format!("<code id=\"code\" class=\"code\" tabindex=\"0\">{code}</code>"))
        );
        assert_eq!(post(&practice, "/oauth/token", &exchange(&app, OOB, &code)).await.status, 200);
        assert_eq!(get(&practice, &format!("{path}?code=%3Cscript%3E")).await.status, 400);
    }
}

#[tokio::test]
async fn iss_right_or_wrong() {
    for flavor in ALL {
        let practice = start(flavor).await;
        let app = register(&practice, CALLBACK, "read").await;
        practice.send_iss(Some("https://other.example".to_owned()));
        let location = allow(&practice, &request(&app, CALLBACK, "read")).await;
        let code = param(&location, "code").unwrap();
        assert_eq!(location, format!("{CALLBACK}?code={code}&iss=https%3A%2F%2Fother.example&state=s"));
        practice.send_iss(None);
        assert_eq!(param(&allow(&practice, &request(&app, CALLBACK, "read")).await, "iss"), None);
    }
}
