"""For script/bench: an app with a hundred accounts, and a screen that is looked at. Xvfb keeps it in a file, so that nothing is
asked of the program that draws on it. To be imported inside script/desktop."""
import json, mmap, os, struct, subprocess, sys, time
from pathlib import Path

PATIENCE = 30
WIDTH, HEIGHT = 1024, 768  # the size of WebKitGTK's MiniBrowser, which cannot be chosen
LOOK = 0.002  # seconds between two looks
SHOWN = 12  # so many lines of text in the column are a list
PLATFORMS = {"mastodon": "6364ff", "gotosocial": "d65d0e", "practice": "5b6068"}  # with the colour of each
desk = Path(os.environ["DESK"])

clients, accounts = [], []
for id in PLATFORMS:
    server = f"https://{id}.example"
    clients.append({"id": f"client-{id}", "provider": id, "hosts": {"server": server}, "server": server, "name": "Keybearer",
        "client_id": f"id-{id}", "has_secret": True, "store": "keychain", "redirect_uris": ["http://127.0.0.1:40000/callback"],
        "scopes": ["read"], "created": 1795312600, "registered": True})
for n in range(100):
    id = list(PLATFORMS)[n % 3]
    accounts.append({"id": f"account-{n}", "provider": id, "client": f"client-{id}", "name": f"@person{n}@{id}.example",
        "display_name": f"Person {n}", "user_id": str(n), "server": f"https://{id}.example", "url": f"https://{id}.example/@person{n}",
        "scopes": ["read"], "obtained": 1795312700 + n, "redirect": "loopback", "store": "keychain", "verified": 1795312700 + n})
settings = {"language": "en", "theme": "light", "on_close": "keep"}
book = {"v": 1, "settings": settings, "store": "keychain", "clients": clients, "accounts": accounts}
data = Path(os.environ["XDG_DATA_HOME"], "io.github.keybearer")
data.mkdir(mode=0o700)
(data / "book.json").write_text(json.dumps(book))
# The app opens as a person left it.
config = Path(os.environ["XDG_CONFIG_HOME"], "io.github.keybearer")
config.mkdir(mode=0o700)
left = {"width": WIDTH, "height": HEIGHT, "x": 0, "y": 0, "prev_x": 0, "prev_y": 0}
left |= {"maximized": False, "visible": True, "decorated": True, "fullscreen": False}
(config / ".window-state.json").write_text(json.dumps({"main": left}))

read_end, write_end = os.pipe()
xvfb = subprocess.Popen(["Xvfb", "-displayfd", str(write_end), "-fbdir", str(desk), "-screen", "0", "1280x800x24",
    "-nolisten", "tcp", "-noreset"], pass_fds=[write_end], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
os.close(write_end)
os.environ["DISPLAY"] = ":" + os.read(read_end, 16).decode().strip()
screen = mmap.mmap(os.open(desk / "Xvfb_screen0", os.O_RDONLY), 0, prot=mmap.PROT_READ)
head = struct.unpack(">25I", screen[:100])  # XWDFile.h: header size, …, [12] bytes a line, …, [19] colours of 12 bytes
pixels, line = head[0] + head[19] * 12, head[12]


def lines():
    """How many lines of text are in the left of the window: dark on light, where the names of accounts are."""
    count, inside = 0, False
    for y in range(0, HEIGHT, 4):
        row = screen[pixels + y * line + 48 * 4 : pixels + y * line + 160 * 4]
        green = row[1::4]  # a pixel is blue, green, red, nothing
        now = min(green) < 0x60 and max(green) > 0xE0
        count, inside = count + (now and not inside), now
    return count


def until(what, ask):
    begun = time.monotonic()
    while not ask():
        if time.monotonic() - begun > PATIENCE:
            sys.exit(f"{what} did not come")
        time.sleep(LOOK)


def start(name, *command):
    """A process in a group of its own."""
    log = open(desk / f"{name}.log", "ab")
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)


def gone(group):
    try:
        os.killpg(group, 0)
        return False
    except ProcessLookupError:
        return True


def close():
    xvfb.terminate()
    xvfb.wait()
