"""Writes a secret, which comes by standard input, into one file for each way that programs write one. Arguments: the folder."""

import base64
import binascii
import codecs
import html
import json
import os
import quopri
import shlex
import sys
import textwrap
import urllib.parse

folder = sys.argv[1]
secret = sys.stdin.read()


def write(name, content):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())


raw = secret.encode()
write("plain.txt", f"one\ntwo\nTOKEN={secret}\n")
write("binary.bin", bytes(range(256)) * 50 + raw + b"\0\xff")
os.mkdir(os.path.join(folder, ".hidden"))
write(".hidden/.env", f"TOKEN={secret}")
write("quote.txt", urllib.parse.quote(secret, safe=""))
write("quote-plus.txt", urllib.parse.urlencode({"token": secret}))
write("quote-lower.txt", "".join(c if c.isalnum() or c in "-._~" else "".join(f"%{b:02x}" for b in c.encode()) for c in secret))
write("component.txt", urllib.parse.quote(secret, safe="-_.!~*'()"))
write("uri.txt", "https://x.example/?t=" + urllib.parse.quote(secret, safe="-_.!~*'();/?:@&=+$,#"))
write("twice.txt", urllib.parse.quote(urllib.parse.quote(secret, safe=""), safe=""))
write("minimal.json", json.dumps({"token": secret}, ensure_ascii=False))
write("ascii.json", json.dumps({"token": secret}))
write("slashes.json", json.dumps({"token": secret}, ensure_ascii=False).replace("/", "\\/"))
safe = json.dumps({"token": secret}, ensure_ascii=False)
for c in "<>&":
    safe = safe.replace(c, f"\\u{ord(c):04x}")
write("for-html.json", safe)
write("in-json.json", json.dumps({"inner": json.dumps({"token": secret}, ensure_ascii=False)}, ensure_ascii=False))
write("quoted.sh", "export TOKEN=" + shlex.quote(secret))
write("backslash.sh", "export TOKEN='" + secret.replace("'", "'\\''") + "'")
doubled = secret
for c in "\\$`\"":
    doubled = doubled.replace(c, "\\" + c)
write("double.sh", f'export TOKEN="{doubled}"')
write("escaped.html", f"<b>{html.escape(secret)}</b>")
write("text.html", f"<b>{html.escape(secret, quote=False)}</b>")
for before in range(4):
    write(f"base64-{before}.txt", base64.b64encode(b"x" * before + raw + b"tail"))
    write(f"base64url-{before}.txt", base64.urlsafe_b64encode(b"x" * before + raw).rstrip(b"="))
for client in ["a", "id", "app", "a-longer-client-id"]:
    write(f"basic-{len(client)}.txt", b"Authorization: Basic " + base64.b64encode(f"{client}:{secret}".encode()))
    pair = f"{client}:{urllib.parse.quote(secret, safe='')}"
    write(f"basic-rfc6749-{len(client)}.txt", b"Authorization: Basic " + base64.b64encode(pair.encode()))
for lead in [0, 20, 40, 50, 55]:
    write(f"mime-{lead}.txt", base64.encodebytes(b"y" * lead + raw + b"z" * 60))
    encoded = base64.b64encode(b"y" * lead + raw + b"z" * 60).decode()
    write(f"pem-{lead}.txt", "\r\n".join(textwrap.wrap(encoded, 64)))
    write(f"yaml-{lead}.txt", "key: |\n" + textwrap.indent("\n".join(textwrap.wrap(encoded, 70)), "    "))
write("mail.txt", quopri.encodestring(b"y" * 60 + raw))
write("hex.txt", binascii.hexlify(raw))
write("upper-hex.txt", binascii.hexlify(raw).upper())
write("little.txt", codecs.BOM_UTF16_LE + f"one\ntwo {secret}\n".encode("utf-16-le"))
write("big.txt", codecs.BOM_UTF16_BE + f"one\ntwo {secret}\n".encode("utf-16-be"))
write("powershell.txt", base64.b64encode(f"$t = '{secret}'".encode("utf-16-le")))
write("all-percent.txt", "".join(f"%{b:02x}" for b in raw))
# As templates write it: Handlebars, mustache.js, Go.
for name, escapes in [
    ("handlebars", {"'": "&#x27;", '"': "&quot;", "`": "&#x60;", "=": "&#x3D;"}),
    ("mustache", {"'": "&#39;", '"': "&quot;", "`": "&#x60;", "=": "&#x3D;", "/": "&#x2F;"}),
    ("go", {"'": "&#39;", '"': "&#34;", "+": "&#43;"}),
]:
    escapes |= {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
    write(f"{name}.html", "<b>" + "".join(escapes.get(c, c) for c in secret) + "</b>")
write("java.properties", "token=" + "".join("\\" + c if c in "\\:=#!" else c for c in secret))
write("single.yaml", "token: '" + secret.replace("'", "''") + "'")
write("table.csv", 'name,token\nbot,"' + secret.replace('"', '""') + '"\n')
for name, way in [("x", "\\x{:02x}"), ("upper-x", "\\x{:02X}"), ("octal", "\\{:03o}")]:
    special = "".join(c if c.isascii() and c.isalnum() else "".join(way.format(b) for b in c.encode()) for c in secret)
    write(f"special-{name}.c", f'"{special}"')
    write(f"all-{name}.c", '"' + "".join(way.format(b) for b in raw) + '"')
write("colons.txt", raw.hex(":"))
write("dump.txt", raw.hex(" "))
write("bytes.c", ", ".join(f"0x{b:02x}" for b in raw))
for before in range(5):
    write(f"base32-{before}.txt", base64.b32encode(b"x" * before + raw + b"tail"))
docker = json.dumps({"auths": {"registry.example": {"auth": base64.b64encode(f"bot:{secret}".encode()).decode()}}})
write("pull-secret.yaml", b".dockerconfigjson: " + base64.b64encode(docker.encode()))
for path, _, files in os.walk(folder):
    for name in files:
        print(os.path.join(path, name))
