//! `.env` files that people really have: all but the one key stays byte for byte, and shells read what was written.

use std::process::Command;

use keybearer_core::deliver::env_file::set;
use proptest::prelude::*;
use tempfile::TempDir;

use crate::system::SHELL;

fn changed(content: &str, value: &str) -> String {
    String::from_utf8(set(content.as_bytes(), "TOKEN", value).unwrap()).unwrap()
}

#[test]
fn lines_are_changed_where_they_stand() {
    for (before, after) in [
        ("", "TOKEN=new\n"),
        ("A=1", "A=1\nTOKEN=new\n"),
        ("A=1\r\n", "A=1\r\nTOKEN=new\r\n"),
        ("TOKEN=", "TOKEN=new"),
        ("TOKEN=old", "TOKEN=new"),
        ("  TOKEN=old  \nB = 2", "  TOKEN=new\nB = 2"),
        ("export TOKEN=old\r\nB=2\r\n", "export TOKEN=new\r\nB=2\r\n"),
        ("  export\tTOKEN='old'\nB='2' # why\n", "  export\tTOKEN='new'\nB='2' # why\n"),
        ("TOKEN=\"old # no comment\"\n", "TOKEN=\"new\"\n"),
        ("TOKEN=old#no-comment\n", "TOKEN=new\n"),
        // Behind a blank it would be a command to a shell.
        ("TOKEN=  \nB=2\n", "TOKEN=new\nB=2\n"),
        ("TOKEN=\"two\nlines\"\nB=2\n", "TOKEN=\"new\"\nB=2\n"),
        ("TOKEN=\"a \\\" b\"\n", "TOKEN=\"new\"\n"),
        // Of two of them readers take the first or the last.
        ("TOKEN=a\nB=2\nTOKEN=b", "TOKEN=new\nB=2\nTOKEN=new"),
        // Others, and comments.
        ("#TOKEN=old\n", "#TOKEN=old\nTOKEN=new\n"),
        ("#! mind the quotes\nTOKEN=old\n", "#! mind the quotes\nTOKEN=new\n"),
        ("#!\nTOKEN=old\n", "#!\nTOKEN=new\n"),
        ("MY_TOKEN=a\nTOKEN_2=b\ntoken=c\n", "MY_TOKEN=a\nTOKEN_2=b\ntoken=c\nTOKEN=new\n"),
        // What stands in another key's lines is that key's.
        ("B='\nOTHER=inside\n'\nTOKEN=a", "B='\nOTHER=inside\n'\nTOKEN=new"),
        // What is behind it does not concern it.
        ("TOKEN=a\nB=it's\n", "TOKEN=new\nB=it's\n"),
        ("\u{feff}A=1\nTOKEN=old\n", "\u{feff}A=1\nTOKEN=new\n"),
    ] {
        assert_eq!(changed(before, "new"), after, "{before:?}");
    }
}

#[test]
fn a_line_that_readers_read_differently_is_left_alone() {
    for (before, line) in [
        ("A=1\nTOKEN=\"ab\"'cd'\n", "2"),
        ("TOKEN=\"abc\nOTHER=\"x\"\n", "1"),
        ("B=\"abc\nTOKEN=old\nOTHER=\"x\"\n", "1"),
        ("TOKEN='it'\\''s'\n", "1"),
        ("A=1\nB=2\nTOKEN=old; export TOKEN\n", "3"),
        ("TOKEN=old && export TOKEN\n", "1"),
        ("TOKEN=\"old\"; export TOKEN\n", "1"),
        ("TOKEN=\"old\" command\n", "1"),
        ("TOKEN=\"old\"# glued\n", "1"),
        ("TOKEN=goes\\\non\n", "1"),
        // UTF-16, in both orders.
        ("\u{feff}T\0O\0K\0E\0N\0=\0", "1"),
        ("\0A\0=\x001\0\n\0T\0O\0K\0E\0N\0=", "1"),
    ] {
        let error = set(before.as_bytes(), "TOKEN", "new").unwrap_err().view();
        assert_eq!(
            (error.code.as_str(), error.params["line"].as_str()),
            ("env-line-unclear", line),
            "{before:?}"
        );
    }
    // What other lines do does not matter while they end where they seem to.
    for before in ["B=\"ab\"'cd'; export B\nTOKEN=old", "B=a;b # \"; export B\nTOKEN=old"] {
        assert_eq!(changed(before, "new"), before.replace("old", "new"));
    }
}

/// What a shell that reads the file has then.
fn sourced(content: &str) -> String {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("env"), content).unwrap();
    let script = "set -eu; . ./env; printf %s \"$TOKEN\"";
    let output = Command::new("sh").args(["-c", script]).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{content:?}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(!folder.path().join("pwned").exists());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn hostile_values_are_values() {
    for value in [
        "$(touch pwned)",
        "`touch pwned`",
        "a|b",
        "a b # c",
        "it's",
        "\"quoted\"",
        "; touch pwned",
        "*",
        "~",
        "账号",
    ] {
        for before in [
            "",
            "TOKEN=x\n",
            "TOKEN='x'\n",
            "TOKEN=\"x\"\n",
            "export TOKEN=x\n",
            "TOKEN=\"a\nb\"\n",
            "TOKEN=\n",
            "TOKEN=   \n",
            "# put it here\nTOKEN=\n",
            "export TOKEN=\t\n",
            "TOKEN=#x\n",
        ] {
            let after = changed(before, value);
            assert!(!SHELL || sourced(&after) == value, "{before:?}");
        }
    }
    for value in ["a\nPATH=/evil", "a\rb", "a\0b", "a\\", "both ' and \"", "${HOME}"] {
        assert!(set(b"", "TOKEN", value).is_err());
    }
    for key in ["", "1A", "A B", "A=B", "A\nB", "账"] {
        assert!(set(b"", key, "x").is_err());
    }
}

/// A line of another key's, or none, as people write them; none of them opens a quote that it does not close.
fn other_line() -> impl Strategy<Value = String> {
    prop_oneof![
        // Not "#!": with a path behind it that begins a program.
        "[ \t]{0,2}#([ \"-\\[\\]-~][ -\\[\\]-~]{0,19})?",
        "(export )?[A-S][A-Z_]{0,8} ?= ?([0-9$%/-][a-z0-9$%/.-]{0,11})?( # [a-z ]{0,8})?",
        "[A-S][A-Z_]{0,8}='[a-zA-Z =#\n]{0,20}'",
        "[A-S][A-Z_]{0,8}=\"([a-zA-Z =#\n]|\\\\\"){0,20}\"",
        "[ \t]{0,3}",
    ]
}

proptest! {
    /// Whatever stands around it: only the value changes, and doing it twice changes nothing more.
    #[test]
    fn all_but_the_value_stays(
        before in proptest::collection::vec(other_line(), 0..6),
        after in proptest::collection::vec(other_line(), 0..6),
        lead in "[ \t]{0,2}(export )?TOKEN=",
        quote in "['\"]?",
        end in prop_oneof![Just("\n"), Just("\r\n")],
        closed: bool,
        value in "[A-Za-z0-9_.-]{1,30}",
    ) {
        let mut head = before.join(end);
        if !before.is_empty() {
            head.push_str(end);
        }
        let mut rest = String::new();
        for line in &after {
            rest.push_str(end);
            rest.push_str(line);
        }
        if closed {
            rest.push_str(end);
        }
        let file = |value: &str| format!("{head}{lead}{quote}{value}{quote}{rest}");
        let now = changed(&file("old"), &value);
        prop_assert_eq!(&now, &file(&value));
        prop_assert_eq!(changed(&now, &value), now);
    }

    /// Random bytes never make it fall over: what is not there is added behind all that is, or the file stays as it is.
    #[test]
    fn any_bytes_are_kept(content in proptest::collection::vec(any::<u8>(), 0..200)) {
        match set(&content, "NOBODY_HAS_THIS", "x") {
            Ok(out) => prop_assert!(out.starts_with(&content)),
            Err(error) => prop_assert!(["env-line-unclear", "env-file-foreign", "file-sealed"].contains(&error.code().as_str())),
        }
    }
}
