#!/usr/bin/env python3
"""A second verifier of public records, written from ../record.md alone with Python's standard library.

    python3 verify.py FOLDER...

It prints a line for each folder: "ok", or "FAILED" with the place. The exit status is 0 when all hold, 1 when one does
not. To check a record on a server, copy its files first; "portsmouth verify URL" does both.
"""

import base64
import binascii
import hashlib
import json
import os
import re
import sys


class Fault(Exception):
    """A record that does not hold: where, and why."""

    def __init__(self, where, why):
        super().__init__(f"{where}: {why}")
        self.where = where


def sha256(data):
    return hashlib.sha256(data).digest()


# --- Ed25519, RFC 8032 section 5.1: verification only, so nothing here is secret ------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - x2) % P != 0:
        return None
    return P - x if (x & 1) != sign else x


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = decompress(BASE_Y.to_bytes(32, "little"))


def point_add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_mul(s, p):
    q = (0, 1, 1, 0)
    while s > 0:
        if s & 1:
            q = point_add(q, p)
        p = point_add(p, p)
        s >>= 1
    return q


def compress(p):
    z = pow(p[2], P - 2, P)
    x, y = p[0] * z % P, p[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def signed_by(public, message, signature):
    """Tells whether the signature of 64 bytes is that of the public key under the message."""
    a = decompress(public)
    s = int.from_bytes(signature[32:], "little")
    if a is None or len(signature) != 64 or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    minus_a = (P - a[0], a[1], 1, P - a[3])
    return compress(point_add(point_mul(s, BASE), point_mul(k, minus_a))) == signature[:32]


# --- Section 1: files -----------------------------------------------------------------------------------------------

WIDTH = 256
CHECKPOINT = "checkpoint"


def tile_path(level, n, width):
    groups = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        groups.insert(0, f"x{n % 1000:03d}")
    return f"tile/{level}/{'/'.join(groups)}" + (f".p/{width}" if width < WIDTH else "")


TILE = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


def parse_tile(path):
    """Reads a tile's path: level, number, width. None when it is no path, or not the one path of its tile."""
    m = TILE.fullmatch(path)
    if not m:
        return None
    level = m[1] if m[1] == "entries" else int(m[1])
    tile = level, int(m[2].replace("x", "").replace("/", "")), int(m[3] or WIDTH)
    return tile if tile[2] <= WIDTH and tile_path(*tile) == path else None


class Folder:
    """The files of a record in a folder, and which of them were read."""

    def __init__(self, root):
        self.root, self.read_already = root, set()

    def read(self, path):
        self.read_already.add(path)
        try:
            with open(os.path.join(self.root, *path.split("/")), "rb") as f:
                return f.read()
        except OSError:
            raise Fault(path, "it is missing") from None

    def paths(self):
        for folder, _, names in os.walk(self.root):
            for name in names:
                yield os.path.relpath(os.path.join(folder, name), self.root).replace(os.sep, "/")


class Memory(Folder):
    """The same from a dictionary of paths and bytes."""

    def __init__(self, files):
        super().__init__("")
        self.files = files

    def read(self, path):
        self.read_already.add(path)
        if path not in self.files:
            raise Fault(path, "it is missing")
        return self.files[path]

    def paths(self):
        return list(self.files)


# --- Section 2: leaves ----------------------------------------------------------------------------------------------

GENESIS = ["format", "conference", "origin", "key", "at", "about"]
ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def written(value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "".join(ESCAPED.get(c, c) for c in text).encode()


def no_twins(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a field occurs twice")
    return dict(pairs)


def origin_of(public, conference):
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,128}", conference):
        conference = sha256(conference.encode()).hex()
    return f"portsmouth/{sha256(public).hex()[:16]}/{conference}"


def key_of(public, origin):
    raw = b"\x01" + public
    return f"{origin}+{key_hash(origin, raw).hex()}+{base64.b64encode(raw).decode()}"


def key_hash(origin, raw):
    return sha256(origin.encode() + b"\n" + raw)[:4]


def strict_base64(text, where, length):
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Fault(where, "it is not base64") from None
    if len(raw) != length or base64.b64encode(raw).decode() != text:
        raise Fault(where, "it is not written in the one way that it can be")
    return raw


def read_genesis(leaf):
    """Reads leaf 0 and returns it with the public key."""
    where = "leaf 0"
    try:
        g = json.loads(leaf.decode(), object_pairs_hook=no_twins)
        canonical = written(g) == leaf
    except (ValueError, RecursionError):
        raise Fault(where, "it cannot be read as JSON") from None
    if not isinstance(g, dict) or list(g) != GENESIS or not canonical:
        raise Fault(where, "it is not written in the one way that it can be")
    texts = [g[name] for name in GENESIS[:4]]
    if not all(isinstance(t, str) for t in texts) or not isinstance(g["about"], dict):
        raise Fault(where, "a field has another type")
    if g["format"] != "portsmouth-record/1" or type(g["at"]) is not int:
        raise Fault(where, "it has another format")
    parts = g["key"].split("+", 2)
    if len(parts) != 3:
        raise Fault(where, "its key is not name, hash and key")
    raw = strict_base64(parts[2], where, 33)
    if raw[0] != 1:
        raise Fault(where, "its key is no Ed25519 key")
    origin = origin_of(raw[1:], g["conference"])
    if g["origin"] != origin or g["key"] != key_of(raw[1:], origin):
        raise Fault(where, "name and key do not belong together")
    return g, raw[1:]


# --- Section 3: entries ---------------------------------------------------------------------------------------------

LARGE = b"portsmouth-large/1\n"


def read_entries(data, count, where):
    entries, at = [], 0
    for _ in range(count):
        end = at + 2 + int.from_bytes(data[at:at + 2], "big")
        if len(data) < at + 2 or len(data) < end:
            raise Fault(where, "it ends too early")
        entries.append(data[at + 2:end])
        at = end
    if at != len(data):
        raise Fault(where, "something follows the last entry")
    return entries


def write_entries(entries):
    return b"".join(len(e).to_bytes(2, "big") + e for e in entries)


def read_leaf(folder, entry, n):
    """Returns the leaf for which an entry stands."""
    if not entry.startswith(LARGE):
        return entry
    m = re.fullmatch(LARGE + rb"([0-9a-f]{64})\n(0|[1-9][0-9]*)\n", entry)
    if not m:
        raise Fault(f"leaf {n}", "it names a long leaf in another way than it can be")
    path = "large/" + m[1].decode()
    leaf = folder.read(path)
    long = len(leaf) > 65535 or leaf.startswith(LARGE)
    if str(len(leaf)) != m[2].decode() or sha256(leaf).hex() != m[1].decode() or not long:
        raise Fault(path, f"it is not what leaf {n} names")
    return leaf


# --- Section 4: checkpoint ------------------------------------------------------------------------------------------


def read_checkpoint(data):
    """Returns origin, number of leaves, hash, what is signed, and the signature's four and 64 bytes."""
    try:
        lines = data.decode().split("\n")
    except UnicodeDecodeError:
        raise Fault(CHECKPOINT, "it is not UTF-8") from None
    if len(lines) != 6 or lines[3] != "" or lines[5] != "":
        raise Fault(CHECKPOINT, "it is not three lines, an empty one and a signature")
    origin, size, root, _, signature, _ = lines
    if not re.fullmatch(r"[1-9][0-9]{0,17}", size):
        raise Fault(CHECKPOINT, "its second line is no number of leaves")
    root = strict_base64(root, CHECKPOINT, 32)
    if not signature.startswith(f"— {origin} "):
        raise Fault(CHECKPOINT, "its signature is under another name")
    signature = strict_base64(signature[len(f"— {origin} "):], CHECKPOINT, 68)
    return origin, int(size), root, "\n".join(lines[:3] + [""]).encode(), signature


def check_signature(public, origin, signed, signature):
    if signature[:4] != key_hash(origin, b"\x01" + public) or not signed_by(public, signed, signature[4:]):
        raise Fault(CHECKPOINT, "the key of the record has not signed it")


# --- Section 5: tree ------------------------------------------------------------------------------------------------


def tree_hash(hashes):
    """The hash over some hashes of one level."""
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\x01" + tree_hash(hashes[:k]) + tree_hash(hashes[k:]))


def levels_of(entries):
    """The hashes of every level that has tiles."""
    levels = [[sha256(b"\x00" + e) for e in entries]]
    while len(levels[-1]) >= WIDTH:
        below = levels[-1]
        levels.append([tree_hash(below[n:n + WIDTH]) for n in range(0, len(below) - WIDTH + 1, WIDTH)])
    return levels


# --- Section 6: what a verifier does --------------------------------------------------------------------------------


def verify(folder):
    """Checks a record and returns its leaves; raises Fault with the place when it does not hold."""
    origin, size, root, signed, signature = read_checkpoint(folder.read(CHECKPOINT))
    entries = []
    while len(entries) < size:
        path = tile_path("entries", len(entries) // WIDTH, min(WIDTH, size - len(entries)))
        entries += read_entries(folder.read(path), min(WIDTH, size - len(entries)), path)
    genesis, public = read_genesis(entries[0])
    if genesis["origin"] != origin:
        raise Fault("leaf 0", "it begins another record than that of the checkpoint")
    check_signature(public, origin, signed, signature)
    levels = levels_of(entries)
    if tree_hash(levels[0]) != root:
        raise Fault(CHECKPOINT, "the leaves give another hash than the one that was signed")
    for level, hashes in enumerate(levels):
        for first in range(0, len(hashes), WIDTH):
            part = hashes[first:first + WIDTH]
            path = tile_path(level, first // WIDTH, len(part))
            if folder.read(path) != b"".join(part):
                raise Fault(path, "its hashes are not what the leaves give")
    leaves = [read_leaf(folder, entry, n) for n, entry in enumerate(entries)]
    for path in folder.paths():
        if path not in folder.read_already:
            check_older(folder, path, entries, levels)
    return leaves


def check_older(folder, path, entries, levels):
    """Checks a file of a folder that the record of today does not need."""
    tile = parse_tile(path)
    if tile is None:
        raise Fault(path, "it is no part of this record")
    level, n, width = tile
    whole = entries if level == "entries" else levels[level] if level < len(levels) else []
    part = whole[n * WIDTH:n * WIDTH + width]
    if len(part) != width:
        raise Fault(path, "it is no part of this record")
    if folder.read(path) != (write_entries(part) if level == "entries" else b"".join(part)):
        raise Fault(path, "it is not what the leaves give")


def main(folders):
    if not folders:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    status = 0
    for root in folders:
        try:
            print(f"ok      {root}: {len(verify(Folder(root)))} leaves")
        except Fault as fault:
            print(f"FAILED  {root}: {fault}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
