//! The programs that tests' syncs start, alike on every system: this one, as an ignored test that takes a list of steps.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// The words of a program that takes these steps in this folder.
pub fn words(folder: &Path, steps: &[&str]) -> Vec<String> {
    let this = std::env::current_exe().unwrap();
    let test = ["--ignored", "--exact", "delivery::programs::child_takes_its_steps", "--"];
    let start = [this.to_str().unwrap()].into_iter().chain(test).chain(folder.to_str());
    start.chain(steps.iter().copied()).map(str::to_owned).collect()
}

#[test]
#[ignore = "a child's"]
fn child_takes_its_steps() {
    let mut words = std::env::args().skip_while(|word| word != "--").skip(1);
    let folder = words.next().unwrap();
    for step in words {
        let (verb, what) = step.split_once(' ').unwrap();
        let file = Path::new(&folder).join(what);
        match verb {
            "need" => assert!(file.exists(), "no {what}"),
            "end-without" if file.exists() => {}
            "end-without" => return,
            "touch" => fs::write(file, "").unwrap(),
            "await" => {
                while !file.exists() {
                    sleep(Duration::from_millis(100));
                }
            }
            "sleep" => sleep(Duration::from_secs(what.parse().unwrap())),
            "save" => {
                let mut token = String::new();
                std::io::stdin().read_to_string(&mut token).unwrap();
                fs::write(file, token).unwrap();
            }
            "copy" => _ = fs::copy(file, Path::new(&folder).join("copy")).unwrap(),
            _ => panic!("{step}"),
        }
    }
}
