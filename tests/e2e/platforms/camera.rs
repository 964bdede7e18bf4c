//! Pictures of the walks: each screen from top to bottom, light and dark, where axe finds nothing serious.

use std::path::PathBuf;
use std::time::Duration;

use fantoccini::Client;
use serde_json::{Value, json};

use crate::app::picture;

/// Scrolls the screen on, and says whether it moved.
const ON: &str = "const at = document.querySelector('main [data-scrolls]') ?? document.querySelector('main .scroll'); \
    if (!at) return false; const before = at.scrollTop; at.scrollBy(0, at.clientHeight - 60); return at.scrollTop > before;";
const TOP: &str = "(document.querySelector('main [data-scrolls]') ?? document.querySelector('main .scroll'))?.scrollTo(0, 0)";
/// What axe finds that is serious.
const AXE: &str = "const done = arguments[0]; axe.run(document, { resultTypes: ['violations'] }).then(\
    ({ violations }) => done(violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)) \
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)), \
    (error) => done([String(error)]))";
const THEME: &str = "document.documentElement.dataset.theme = arguments[0]";

/// Where the pictures go.
pub struct Camera {
    folder: PathBuf,
    platform: String,
    step: usize,
}

impl Camera {
    /// Pictures below this folder.
    pub fn new(folder: PathBuf) -> Camera {
        Camera {
            folder,
            platform: String::new(),
            step: 0,
        }
    }

    /// The next pictures are this platform's.
    pub fn turn_to(&mut self, platform: &str) {
        (self.platform, self.step) = (platform.to_owned(), 0);
        std::fs::create_dir_all(self.folder.join(platform)).unwrap();
    }

    /// PLATFORM/STEP-WHAT.LANGUAGE.THEME.png, with a number for each further part of a long screen.
    pub async fn take(&mut self, window: &Client, what: &str, language: &str) {
        self.step += 1;
        // A picture that is taken right after a click may be a frame old.
        tokio::time::sleep(Duration::from_millis(300)).await;
        window.execute(TOP, vec![]).await.unwrap();
        for part in 1.. {
            for theme in ["dark", "light"] {
                window.execute(THEME, vec![json!(theme)]).await.unwrap();
                tokio::time::sleep(Duration::from_millis(200)).await;
                let found = self.axe(window).await;
                assert_eq!(found, json!([]), "{what} of {} in {theme}", self.platform);
                let name = format!("{}-{what}{part}.{language}.{theme}.png", self.step);
                let path = self.folder.join(&self.platform).join(name);
                std::fs::write(path, picture(window).await.unwrap()).unwrap();
            }
            if window.execute(ON, vec![]).await.unwrap() != json!(true) {
                break;
            }
        }
    }

    async fn axe(&self, window: &Client) -> Value {
        if window.execute("return window.axe === undefined", vec![]).await.unwrap() == json!(true) {
            let source = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/node_modules/axe-core/axe.min.js");
            window.execute(&std::fs::read_to_string(source).unwrap(), vec![]).await.unwrap();
        }
        window.execute_async(AXE, vec![]).await.unwrap()
    }
}
