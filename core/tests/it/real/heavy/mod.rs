//! Servers with a part of their own, because something of theirs is compiled for minutes the first time:
//! `script/test real-heavy`.

mod bluesky;
