//! `.env` files that other programs write: what programs read differently is left alone with the reason.

use keybearer_core::deliver::env_file::set;
use keybearer_core::error::ErrorView;
use keybearer_core::words::{Language, explain};
use proptest::prelude::*;

/// Why nothing is written there.
pub fn refused(content: &[u8]) -> ErrorView {
    match set(content, "TOKEN", "new") {
        Err(error) => error.view(),
        Ok(out) => panic!("{:?} became {:?}", String::from_utf8_lossy(content), String::from_utf8_lossy(&out)),
    }
}

#[test]
fn ambiguous_lines_are_refused_with_the_reason() {
    for (before, line, why) in [
        // Several on one line: the others would be lost.
        ("export TOKEN=old OTHER=keep\n", 1, "words"),
        ("TOKEN=old OTHER=keep\n", 1, "words"),
        ("export OTHER=keep TOKEN=old\n", 1, "used"),
        ("OTHER=keep TOKEN=old\n", 1, "used"),
        ("OTHER=keep; TOKEN=old\n", 1, "used"),
        ("OTHER=keep;export TOKEN=old\n", 1, "used"),
        ("A=1\nB=2\nTOKEN=old; export TOKEN\n", 3, "words"),
        ("TOKEN=old && export TOKEN\n", 1, "words"),
        ("TOKEN=old bot --run\n", 1, "words"),
        ("TOKEN=\"old\"; export TOKEN\n", 1, "words"),
        ("TOKEN=old\nexport TOKEN\n", 2, "used"),
        ("TOKEN=\"\"\nunset TOKEN\n", 2, "command"),
        // systemd and docker know no comments behind a value.
        ("TOKEN=old # my bot\n", 1, "comment"),
        ("export TOKEN='old' # my bot\n", 1, "comment"),
        ("TOKEN= # put it here\n", 1, "comment"),
        ("TOKEN=\t#\n", 1, "comment"),
        ("TOKEN=old#no comment\n", 1, "words"),
        // For systemd a comment goes on behind a backslash; a value does for a shell, too.
        ("# my bot \\\nTOKEN=old\n", 1, "continued"),
        ("A=1\n; # my bot \\\nTOKEN=old\n", 2, "command"),
        ("A=1\n# my bot \\\r\nTOKEN=old\r\n", 2, "continued"),
        ("A=1 \\\nTOKEN=old\n", 1, "continued"),
        ("DIR=C:\\bots\\\n", 1, "continued"),
        ("TOKEN=goes\\\non\n", 1, "continued"),
        ("A=1 |\nTOKEN=old\n", 1, "continued"),
        ("A=1 &&\nTOKEN=old\n", 1, "continued"),
        ("A=\"x\" <<END\nTOKEN=old\nEND\n", 1, "continued"),
        // A shell takes these for commands.
        ("TOKEN = old\n", 1, "blanks"),
        ("TOKEN =old\n", 1, "blanks"),
        ("TOKEN= old\n", 1, "blanks"),
        ("A=1\nif true; then\nTOKEN=old\nfi\n", 2, "command"),
        ("A=1\ncat <<END\nTOKEN=old\nEND\n", 2, "command"),
        ("A=1\nTOKEN: old\n", 2, "command"),
        ("A=1\nTOKEN+=old\n", 2, "command"),
        ("A=1\n'TOKEN'=old\n", 2, "command"),
        ("A=1\n. ./other.env\nTOKEN=old\n", 2, "command"),
        ("A=1; exit\nTOKEN=old\n", 1, "command"),
        ("A=1\n<<<<<<< HEAD\nTOKEN=a\n=======\nTOKEN=b\n>>>>>>> main\n", 2, "command"),
        ("FROM=Bot <bot@example.com>\nTOKEN=old\n", 1, "computed"),
        // Quotes that end elsewhere.
        ("TOKEN=\"ab\"'cd'\n", 1, "quotes"),
        ("TOKEN=ab'cd'\n", 1, "quotes"),
        ("TOKEN='it'\\''s'\n", 1, "quotes"),
        ("TOKEN=\"old\" command\n", 1, "words"),
        ("TOKEN=\"old\"# glued\n", 1, "quotes"),
        ("TOKEN=\"abc\nOTHER=\"x\"\n", 1, "quotes"),
        ("TOKEN=\"abc\nOTHER=\"\n", 1, "quotes"),
        ("B=\"abc\nTOKEN=old\nOTHER=\"x\"\n", 1, "quotes"),
        ("A=1\nB=it's\nTOKEN=old\n", 2, "quotes"),
        ("A=1\nB=it's\nC='x'\n", 2, "quotes"),
        ("B='it\\'s'\nTOKEN=old\n", 1, "quotes"),
        ("B=\"ends in \\\\\"\nTOKEN=old\n", 1, "quotes"),
        ("B=`date\nTOKEN=old\n", 1, "quotes"),
        ("B=\"$(date\nTOKEN=old\n", 1, "quotes"),
        ("B='\nTOKEN=inside\n'\nTOKEN=old\n", 1, "used"),
        ("B=(one\nTOKEN=old\n)\n", 1, "computed"),
        // A shell computes it.
        ("TOKEN=$(cat secret)\n", 1, "computed"),
        ("TOKEN=`cat secret`\n", 1, "computed"),
        ("TOKEN=${OTHER}\n", 1, "computed"),
        ("TOKEN=\"$OTHER\"\n", 1, "computed"),
        ("TOKEN=old\nAUTH=\"Bearer $TOKEN\"\n", 2, "used"),
        ("AUTH='Bearer ${TOKEN}'\nTOKEN=old\n", 1, "used"),
        ("AUTH=${TOKEN:-none}\n", 1, "used"),
        // Characters that are an end of a line, or a part of a name, for some.
        ("\u{feff}TOKEN=old\n", 1, "encoding"),
        ("A=1\u{2028}TOKEN=old\n", 1, "encoding"),
        ("A=1\u{b}\nTOKEN=old\n", 1, "encoding"),
        ("A=1\rTOKEN=old\n", 1, "ends"),
        ("A=1\nTOKEN=old\r\nB=2\n", 2, "ends"),
    ] {
        let error = refused(before.as_bytes());
        let got = (error.code.as_str(), error.params["line"].as_str(), error.params["why"].as_str());
        assert_eq!(got, ("env-line-unclear", line.to_string().as_str(), why), "{before:?}");
        let general = ErrorView {
            params: [("why".to_owned(), "?".to_owned())].into(),
            ..error.clone()
        };
        for language in Language::ALL {
            let means = |view: &ErrorView| explain(language, view)[1].clone();
            assert_ne!(means(&error), means(&general), "{}: {why} has no words", language.tag());
        }
    }
    for bytes in [
        b"\xff\xfeT\0O\0K\0E\0N\0=\0x\0".as_slice(),
        b"\xfe\xff\0T\0O\0K\0E\0N\0=\0x",
        b"T\0O\0K\0E\0N\0=\0x\0\n\0",
        b"\0A\0=\x001\0\n\0T\0O\0K\0E\0N\0=",
        b"# caf\xe9\nTOKEN=old\n",
        b"A=\x1b[0m\nTOKEN=old\n",
    ] {
        let error = refused(bytes);
        assert_eq!(
            (error.code.as_str(), error.params["why"].as_str()),
            ("env-line-unclear", "encoding")
        );
    }
}

#[test]
fn unambiguous_lines_are_changed() {
    for (before, after) in [
        ("A=1\nTOKEN=old", "A=1\nTOKEN=new"),
        // Another line's trouble behind the key's line does not reach it.
        ("TOKEN=old\nB=it's\n", "TOKEN=new\nB=it's\n"),
        ("TOKEN=old\n# my bot \\\n", "TOKEN=new\n# my bot \\\n"),
        // Nor does a backslash that ends with the next line.
        ("# one \\\n# two\nTOKEN=old\n", "# one \\\n# two\nTOKEN=new\n"),
        ("A=a\\\nB=2\nTOKEN=old\n", "A=a\\\nB=2\nTOKEN=new\n"),
        ("A=a\\\n\nTOKEN=old\n", "A=a\\\n\nTOKEN=new\n"),
        // Blanks at the end are a part of the value for docker.
        ("TOKEN=old  \nB=2  \n", "TOKEN=new\nB=2  \n"),
        ("TOKEN=   \n", "TOKEN=new\n"),
        ("TOKEN='old' \t\n", "TOKEN='new'\n"),
        ("set -a\nexport A\nTOKEN=old\nset +a\n", "set -a\nexport A\nTOKEN=new\nset +a\n"),
        (
            "URL=postgres://u:p@db/x?a=1&b=2\nTOKEN=old\n",
            "URL=postgres://u:p@db/x?a=1&b=2\nTOKEN=new\n",
        ),
        (
            "KEY=\"-----BEGIN KEY-----\nabc=\n-----END KEY-----\"\n",
            "KEY=\"-----BEGIN KEY-----\nabc=\n-----END KEY-----\"\nTOKEN=new\n",
        ),
        (
            "B=\"it's \\\"it\\\"\" # c'est ça\n",
            "B=\"it's \\\"it\\\"\" # c'est ça\nTOKEN=new\n",
        ),
        ("HOSTS=[\"a\",\"b\"]\n", "HOSTS=[\"a\",\"b\"]\nTOKEN=new\n"),
        (
            "A=\"$(date)\"\nB=${HOME:-/tmp}/x\n",
            "A=\"$(date)\"\nB=${HOME:-/tmp}/x\nTOKEN=new\n",
        ),
        (
            "NOTE=\"no TOKEN here\"\n#TOKEN=older\n",
            "NOTE=\"no TOKEN here\"\n#TOKEN=older\nTOKEN=new\n",
        ),
        ("\u{feff}A=1\n", "\u{feff}A=1\nTOKEN=new\n"),
        ("\u{feff}", "\u{feff}\nTOKEN=new\n"),
        ("TOKEN=<your token here>\nB=2\n", "TOKEN=new\nB=2\n"),
        ("A=1\r\nB=2\n", "A=1\r\nB=2\nTOKEN=new\n"),
        (" \n\n", " \n\nTOKEN=new\n"),
    ] {
        let out = set(before.as_bytes(), "TOKEN", "new").unwrap_or_else(|e| panic!("{before:?}: {e}"));
        assert_eq!(String::from_utf8(out).unwrap(), after, "{before:?}");
    }
}

#[test]
fn a_value_is_written_as_all_programs_read_it_or_not_at_all() {
    for (value, written) in [
        ("EAAB-x_1.2:3/4+5=6@7%8,9", "EAAB-x_1.2:3/4+5=6@7%8,9"),
        ("123|abc", "'123|abc'"),
        ("a b # c", "'a b # c'"),
        ("it's", "\"it's\""),
        ("say \"x\"", "'say \"x\"'"),
        ("$(touch pwned)", "'$(touch pwned)'"),
        ("账号", "'账号'"),
        (" a ", "' a '"),
    ] {
        assert_eq!(set(b"", "T", value).unwrap(), format!("T={written}\n").as_bytes());
    }
    for value in ["a\\b", "${HOME}", "both ' and \"", "it's $5", "a\nb", "a\0b", "a\u{2028}b", "a\rb"] {
        assert_eq!(set(b"", "T", value).unwrap_err().code(), "input-invalid", "{value:?}");
    }
}

/// Pieces of lines that mean something to some program, and lines that people write.
pub fn piece() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "A", "B_2", "TOKEN", "=", "=", "'", "\"", "`", "\\", "$", "${", "}", "$(", ")", "(", ";", "&", "|", "<", ">", "<<END", "#", " ",
        "\t", ":", "export ", "x", "1", "é", "[", "{", "!", "~", "*", "\r", "exit", "if ", "-",
    ]);
    prop_oneof![
        3 => prop::collection::vec(parts, 0..9).prop_map(|parts| parts.concat()),
        2 => "[ \t]{0,2}#[ -~]{0,12}",
        4 => "(export )?[A-F][0-9]?=[a-z0-9./:%@-]{0,9}",
        2 => "[A-F]='[ -&(-~\n]{0,9}'( # [a-z' ]{0,5})?",
        2 => "[A-F]=\"[ -!#-\\[\\]-~\n]{0,9}\"( # [a-z' ]{0,5})?",
        1 => "[A-F]=[ -~]{0,9}",
        1 => "[A-F] = [a-z ]{0,6}",
        1 => "set [-+]a|export [A-F]",
        1 => "",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    /// Whatever stands there: nothing is changed but whole lines that set the key, doing it twice is doing it once, and
    /// refusing is an error that names a line or what the file is.
    #[test]
    fn any_file_keeps_its_other_lines(lines in prop::collection::vec(piece(), 0..6), quote in "['\"]?", is_there: bool, ends: bool) {
        let mut lines = lines;
        if is_there {
            lines.insert(lines.len() / 2, format!("TOKEN={quote}old{quote}"));
        }
        let content = lines.join("\n") + if ends { "\n" } else { "" };
        match set(content.as_bytes(), "TOKEN", "new") {
            Ok(out) => {
                let after = String::from_utf8(out).unwrap();
                let others = |text: &str| {
                    let lines = text.lines().filter(|l| !l.trim_start().trim_start_matches("export").trim_start().starts_with("TOKEN="));
                    lines.map(str::to_owned).collect::<Vec<_>>()
                };
                // A value of several lines becomes one of one.
                if after.lines().count() >= content.lines().count() {
                    prop_assert_eq!(others(&after), others(&content));
                }
                prop_assert!(after.lines().any(|l| l.contains("TOKEN=") && l.contains("new")));
                prop_assert_eq!(set(after.as_bytes(), "TOKEN", "new").unwrap(), after.as_bytes());
            }
            Err(error) => prop_assert!(["env-line-unclear", "file-sealed", "env-file-foreign"].contains(&error.code().as_str())),
        }
    }
}
