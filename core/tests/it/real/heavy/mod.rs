//! Servers with a part of their own, because they are large, or something of theirs is compiled for minutes the first time:
//! `script/test real-heavy`.

mod bluesky;
mod wordpress;
