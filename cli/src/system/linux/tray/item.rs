//! The tray's icon and menu: a StatusNotifierItem, drawn again when its texts change.

use std::io::Cursor;
use std::sync::LazyLock;

use keybearer_core::desktop::{self, Click, Line, TrayText};
use ksni::menu::{StandardItem, SubMenu};
use ksni::{Icon, MenuItem, ToolTip, TrayMethods as _};
use tokio::sync::{mpsc, oneshot, watch};

/// The icon brings its own background, because no desktop tells its panel's colour (the colour scheme is that of windows: a light GNOME
/// has a dark panel): a brass key on a dark tile, and if attention is needed a red mark in a white ring.
const USUAL: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../icons/tray.png"));
const ATTENTION: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../icons/tray-attention.png"));

static ICONS: LazyLock<[Vec<Icon>; 2]> = LazyLock::new(|| [USUAL, ATTENTION].map(|file| pixels(file).into_iter().collect()));

/// What the panel shows.
pub struct Item {
    text: TrayText,
    clicks: mpsc::UnboundedSender<Click>,
}

impl Item {
    /// An item with these texts, which sends what is clicked.
    pub fn new(text: TrayText, clicks: mpsc::UnboundedSender<Click>) -> Item {
        Item { text, clicks }
    }
}

/// Shows an item until the end. A panel may come later than it.
pub async fn keep(item: Item, mut texts: watch::Receiver<Option<TrayText>>, mut end: oneshot::Receiver<()>) {
    let shown = tokio::select! {
        shown = item.assume_sni_available(true).spawn() => shown,
        _ = &mut end => return,
    };
    let shown = match shown {
        Ok(shown) => shown,
        Err(error) => return tracing::warn!(%error, "no tray"),
    };
    let kept = async {
        while texts.changed().await.is_ok() {
            let Some(text) = texts.borrow_and_update().clone() else { continue };
            shown.update(|item| item.text = text).await;
        }
    };
    tokio::select! {
        () = kept => {}
        _ = &mut end => {}
    }
    // Its thread panics if it finds this handle gone and the bus, too.
    shown.shutdown().await;
}

impl ksni::Tray for Item {
    // A click opens the menu: all that can be done is there.
    const MENU_ON_ACTIVATE: bool = true;

    fn id(&self) -> String {
        "keybearer".into()
    }

    fn title(&self) -> String {
        "Keybearer".into()
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip {
            title: self.title(),
            ..ToolTip::default()
        }
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        ICONS[usize::from(self.text.attention)].clone()
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        self.text.lines.iter().map(line).collect()
    }
}

fn line(line: &Line) -> MenuItem<Item> {
    match line {
        Line::Item(line) => item(line),
        Line::Separator => MenuItem::Separator,
        Line::Account { title, items } => SubMenu {
            label: literal(title),
            submenu: items.iter().map(item).collect(),
            ..SubMenu::default()
        }
        .into(),
    }
}

fn item(item: &desktop::Item) -> MenuItem<Item> {
    let click = item.click.clone();
    StandardItem {
        label: literal(&item.label),
        // Who hears it has ended only with this process.
        activate: Box::new(move |tray: &mut Item| drop(tray.clicks.send(click.clone()))),
        ..StandardItem::default()
    }
    .into()
}

/// Escapes a text for a label, in which `_` marks an access key.
fn literal(text: &str) -> String {
    text.replace('_', "__")
}

/// A PNG file's pixels as the specification wants them: ARGB in network byte order.
fn pixels(file: &[u8]) -> Option<Icon> {
    let mut reader = png::Decoder::new(Cursor::new(file)).read_info().ok()?;
    let mut data = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut data).ok()?;
    if (info.color_type, info.bit_depth) != (png::ColorType::Rgba, png::BitDepth::Eight) {
        return None;
    }
    data.truncate(info.buffer_size());
    for pixel in data.chunks_exact_mut(4) {
        pixel.rotate_right(1);
    }
    Some(Icon {
        width: info.width.try_into().ok()?,
        height: info.height.try_into().ok()?,
        data,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_icons_are_shown() {
        for icons in &*ICONS {
            let [icon] = &icons[..] else { panic!("one picture each") };
            assert_eq!((icon.width, icon.height, icon.data.len()), (64, 64, 64 * 64 * 4));
            // A corner is clear, the middle is not: the first byte is alpha.
            assert_eq!((icon.data[0], icon.data[(32 * 64 + 32) * 4]), (0, 255));
        }
        assert_ne!(ICONS[0][0].data, ICONS[1][0].data);
    }

    #[test]
    fn an_underscore_is_no_access_key() {
        assert_eq!(literal("@ada_l – 5 days"), "@ada__l – 5 days");
    }
}
