// The platforms' icons, by the names that provider files use: the data of one SVG path each, in a square of 24 by 24. Fetched beside
// the first screen, which does not wait for them.
import {
  siBluesky,
  siDiscord,
  siFacebook,
  siGoogle,
  siInstagram,
  siLine,
  siMastodon,
  siMisskey,
  siTelegram,
  siThreads,
  siWechat,
  siX,
} from "simple-icons";

export const ICONS: Record<string, string> = {
  mastodon: siMastodon.path,
  misskey: siMisskey.path,
  threads: siThreads.path,
  instagram: siInstagram.path,
  facebook: siFacebook.path,
  x: siX.path,
  bluesky: siBluesky.path,
  line: siLine.path,
  discord: siDiscord.path,
  telegram: siTelegram.path,
  wechat: siWechat.path,
  google: siGoogle.path,
};
