//! Files that are whole or absent, files of the person's own, files in the making, and the paths that people see.

use std::fs;
use std::path::Path;

use keybearer_core::book::{file, part};
use keybearer_core::deliver::file as delivered;
use keybearer_core::token::Secret;
use tempfile::TempDir;

use crate::{IS_WINDOWS, secret};

#[test]
fn written_whole() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("book ü令.json");
    file::write_atomically(&path, b"one").unwrap();
    file::write_atomically(&path, b"two").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"two");
    assert!(!file::write_new(&path, b"three").unwrap());
    assert_eq!(fs::read(&path).unwrap(), b"two");
    assert!(file::write_new(&home.path().join("new"), b"three").unwrap());
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2, "nothing lies beside them");
}

#[test]
fn what_is_not_written_leaves_nothing_behind() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("folder");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("file"), "x").unwrap();
    assert_eq!(file::write_atomically(&folder, b"one").unwrap_err().code(), "disk");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[test]
fn written_for_another_program() {
    let home = TempDir::new().unwrap();
    let path = home.path().join(".env");
    fs::write(&path, "A=1\r\nTOKEN=old\r\n").unwrap();
    let place = delivered::place(&path).unwrap();
    assert_eq!(place.path, path.to_str().unwrap());
    delivered::set_key(&place, "TOKEN", &secret("new")).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "A=1\r\nTOKEN=new\r\n");
    let whole = delivered::place(&home.path().join("token")).unwrap();
    delivered::set_whole(&whole, &secret("whole")).unwrap();
    assert_eq!(fs::read_to_string(home.path().join("token")).unwrap(), "whole");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2, "nothing lies beside them");
}

#[test]
fn paths_are_as_people_know_them() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("posts ü.json");
    for exists in [false, true] {
        if exists {
            fs::write(&path, "x").unwrap();
        }
        let shown = part::place(&path).unwrap();
        assert!(!shown.to_str().unwrap().starts_with(r"\\?\"), "{}", shown.display());
        assert_eq!(shown.canonicalize().ok(), path.canonicalize().ok());
        let place = delivered::place(&path).unwrap();
        for path in [Some(place.path), place.leads_to].into_iter().flatten() {
            assert!(!path.starts_with(r"\\?\"), "{path}");
        }
    }
}

/// What became a link between the question and the writing is not followed.
#[test]
fn a_link_is_no_file() {
    let home = TempDir::new().unwrap();
    let (target, link) = (home.path().join("target"), home.path().join("link"));
    fs::write(&target, "theirs").unwrap();
    if let Err(error) = symlink(&target, &link) {
        println!("not run: links cannot be made here ({error})");
        return;
    }
    if !link.is_symlink() {
        println!("not run: links are invisible here, as under Wine");
        return;
    }
    assert_eq!(file::read_theirs(&link, 100).unwrap_err().code(), "disk");
    assert_eq!(file::write_theirs(&link, b"ours", file::Mode::Kept).unwrap_err().code(), "disk");
    assert_eq!(fs::read_to_string(&target).unwrap(), "theirs");
    assert!(link.is_symlink());
    // Where the person has confirmed where it leads, that file is written.
    let place = delivered::place(&link).unwrap();
    assert!(!place.leads_to.as_deref().unwrap().starts_with(r"\\?\"));
    delivered::set_whole(&place, &Secret::new("token")).unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), "token");
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(windows)]
fn symlink(target: &Path, link: &Path) -> std::io::Result<()> {
    std::os::windows::fs::symlink_file(target, link)
}

#[test]
fn a_file_in_the_making() {
    let home = TempDir::new().unwrap();
    let target = home.path().join("out.json");
    fs::write(&target, "before").unwrap();
    let mut one = part::Part::begin(&target).unwrap();
    one.add(b"half").unwrap();
    one.sync().unwrap();
    assert!(part::grows(&target));
    assert!(part::Part::go_on(&target, 4).is_err());
    // Others may look at it meanwhile, whatever its lock is, by any way of writing its name.
    assert_eq!(fs::read_to_string(part::path_of(&target)).unwrap(), "half");
    if IS_WINDOWS {
        assert!(part::grows(&home.path().join("OUT.json")));
    }
    drop(one);
    // Until a program that another test starts at this moment has begun, it shares the file's lock.
    let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while part::grows(&target) {
        assert!(std::time::Instant::now() < until);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let mut two = part::Part::go_on(&target, 2).unwrap().unwrap();
    let mut again = String::new();
    two.read_again(2, |bytes| _ = bytes.read_line(&mut again).unwrap()).unwrap();
    assert_eq!(again, "ha");
    two.add(b"whole").unwrap();
    // Others have both the part and what is there under its name open.
    let readers = [fs::File::open(part::path_of(&target)).unwrap(), fs::File::open(&target).unwrap()];
    let reading = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(200));
        drop(readers);
    });
    two.finish().unwrap();
    reading.join().unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), "hawhole");
    let three = part::Part::begin(&target).unwrap();
    three.discard().unwrap();
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}
