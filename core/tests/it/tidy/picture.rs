//! Draws which room uses which, as docs/design/rooms.svg: the rooms of core by their imports, and the keeper's by their imports and
//! method calls. Like the UI's types, the picture is written again by its test, which fails if the committed one differed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::rooms::{self, ORDER};
use super::{ARROWS, code, room, root, rust};

/// From a room to a room that it uses.
type Arrows = BTreeSet<(String, String)>;

/// Pixels between two rooms, and around everything.
const ROW: usize = 28;
const MARGIN: usize = 20;
/// Where the arrows of a column begin, and how wide a column is.
const NAMES: usize = 110;
const COLUMN: usize = 380;

fn arrows_of_core() -> Arrows {
    let known: BTreeSet<&str> = ARROWS.iter().map(|(room, _)| *room).collect();
    let mut arrows = Arrows::new();
    for (path, source) in rust("core/src") {
        let own = room(&path);
        // Tests may use what they like.
        let source = code(&source);
        for (at, _) in source.match_indices("crate::") {
            let rest = &source[at + "crate::".len()..];
            let names = match rest.strip_prefix('{') {
                Some(group) => group.split('}').next().unwrap_or_default().split(',').collect(),
                None => vec![rest],
            };
            for name in names {
                let name: String = name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if name != own && known.contains(name.as_str()) && own != "lib" {
                    arrows.insert((own.clone(), name));
                }
            }
        }
    }
    arrows
}

/// One column: rooms from top to bottom, and an arc from each room to each that it uses, which is further down.
fn column(out: &mut String, left: usize, title: &str, rooms: &[&str], arrows: &Arrows) -> std::fmt::Result {
    let y: BTreeMap<&str, usize> = rooms
        .iter()
        .enumerate()
        .map(|(at, room)| (*room, MARGIN + (at + 2) * ROW))
        .collect();
    writeln!(
        out,
        "<text class=\"title\" x=\"{left}\" y=\"{}\">{title}: {} arrows, all downwards</text>",
        MARGIN + ROW / 2,
        arrows.len()
    )?;
    for (from, to) in arrows {
        let (Some(top), Some(bottom)) = (y.get(from.as_str()), y.get(to.as_str())) else {
            continue;
        };
        let (x, reach) = (left + NAMES, left + NAMES + 20 + (bottom.abs_diff(*top)) / 3);
        let class = if bottom > top { "" } else { " class=\"up\"" };
        writeln!(out, "<path{class} d=\"M{x} {top}C{reach} {top} {reach} {bottom} {x} {bottom}\"/>")?;
        writeln!(out, "<circle cx=\"{x}\" cy=\"{bottom}\" r=\"2.5\"/>")?;
    }
    for (room, y) in y {
        writeln!(out, "<text x=\"{left}\" y=\"{}\">{room}</text>", y + 4)?;
    }
    Ok(())
}

fn picture() -> Result<String, std::fmt::Error> {
    let core: Vec<&str> = ARROWS.iter().map(|(room, _)| *room).filter(|room| *room != "lib").collect();
    let keeper: Vec<&str> = ORDER.iter().rev().copied().collect();
    let (width, height) = (2 * COLUMN + 2 * MARGIN, MARGIN * 2 + (core.len().max(keeper.len()) + 2) * ROW);
    let mut out = String::new();
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">"
    )?;
    writeln!(out, "<title>Which room uses which</title>")?;
    out.push_str(concat!(
        "<style>text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-weight:600}",
        "path{fill:none;stroke:#7a7f87;stroke-opacity:.6}circle{fill:#7a7f87}.up{stroke:#c62828}",
        "@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>\n",
    ));
    column(&mut out, MARGIN, "Rooms of core", &core, &arrows_of_core())?;
    column(&mut out, MARGIN + COLUMN, "Rooms of the keeper", &keeper, &rooms::arrows())?;
    out.push_str("</svg>\n");
    Ok(out)
}

#[test]
fn the_picture_shows_the_rooms_as_they_are() {
    let (path, drawn) = (root().join("docs/design/rooms.svg"), picture().unwrap());
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    if kept != drawn {
        std::fs::write(&path, &drawn).unwrap();
    }
    assert!(kept == drawn, "docs/design/rooms.svg was drawn again: commit it");
    assert!(!drawn.contains("class=\"up\"") && drawn.matches("<path").count() > 60);
}
