#!/usr/bin/env python3
"""A second verifier of public records, written from ../record.md and ../event.md alone with Python's standard library.

    python3 verify.py [--witness KEY]... FOLDER...
    python3 verify.py --proof KEY FILE.tlog-proof...

It prints a line for each folder or file: "ok", or "FAILED" with the place. The exit status is 0 when all hold, 1 when one
does not. A witness is a key besides those that the record names. With --proof, KEY is the venue's key for the record. To
check a record on a server, copy its files first; "portsmouth verify URL" does both.
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


def strict_base64(text, where, length=None):
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Fault(where, "it is not base64") from None
    if length not in (None, len(raw)) or base64.b64encode(raw).decode() != text:
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


class Checkpoint:
    """A checkpoint that was read: origin, size, root, what is signed, and the signature lines."""

    def __init__(self, data, where=CHECKPOINT):
        try:
            lines = data.decode().split("\n")
        except UnicodeDecodeError:
            raise Fault(where, "it is not UTF-8") from None
        if len(lines) < 6 or lines[3] != "" or lines[-1] != "":
            raise Fault(where, "it is not three lines, an empty one and signatures")
        self.where, self.origin = where, lines[0]
        if not re.fullmatch(r"[1-9][0-9]{0,17}", lines[1]):
            raise Fault(where, "its second line is no number of leaves")
        self.size, self.root = int(lines[1]), strict_base64(lines[2], where, 32)
        self.signed = "\n".join(lines[:3] + [""]).encode()
        self.lines = [signature_line(line, where) for line in lines[4:-1]]
        if len(self.lines) > 100 or len({line[:2] for line in self.lines}) != len(self.lines):
            raise Fault(where, "there are too many signatures, or two of the same key")
        if self.lines[0][0] != self.origin:
            raise Fault(where, "its first signature is under another name")

    def check(self, public):
        """Checks the venue's signature."""
        _, key, signature = self.lines[0]
        if key != key_hash(self.origin, b"\x01" + public) or not signed_by(public, self.signed, signature):
            raise Fault(self.where, "the key of the record has not signed it")


def signature_line(line, where):
    """Returns the name, the hash of the key and the signature."""
    m = re.fullmatch(r"\u2014 ([!-*,-~]{1,200}) ([A-Za-z0-9+/=]+)", line)
    if not m:
        raise Fault(where, "a signature is not written as it has to be")
    raw = strict_base64(m[2], where)
    if len(raw) < 5:
        raise Fault(where, "a signature is too short")
    return m[1], raw[:4], raw[4:]


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


# --- Section 6: witnesses -------------------------------------------------------------------------------------------


def read_witness(key, where):
    """Reads the key of a witness: its name, the hash of the key, the public key."""
    m = re.fullmatch(r"([!-*,-~]{1,200})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)", key)
    if not m:
        raise Fault(where, "the key of a witness is not written as it has to be")
    raw = strict_base64(m[3], where, 33)
    if raw[0] != 4 or key_hash(m[1], raw).hex() != m[2]:
        raise Fault(where, "this is not the key of a witness")
    return m[1], bytes.fromhex(m[2]), raw[1:]


def read_policy(about):
    """Returns the witnesses of leaf 0: for each its name, and its key as it is written."""
    where, policy = "leaf 0", about.get("policy", {"witnesses": [], "quorum": 0})
    if not isinstance(policy, dict) or list(policy) != ["witnesses", "quorum"]:
        raise Fault(where, "its policy is not written as it has to be")
    witnesses, quorum = policy["witnesses"], policy["quorum"]
    if not isinstance(witnesses, list) or type(quorum) is not int or quorum < 0:
        raise Fault(where, "its policy has no such quorum")
    found = []
    for w in witnesses:
        if not isinstance(w, dict) or list(w) != ["name", "key"] or not all(isinstance(x, str) for x in w.values()) or not w["name"]:
            raise Fault(where, "a witness of its policy is not written as it has to be")
        found.append((w["name"], w["key"]))
    return found


def field(value, name, kind):
    """A field of a JSON object, where there is an object and the field is of this kind; else an empty one."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, kind) else kind()


def follow_policy(about, entries):
    """Returns the witnesses after all leaves, name and key as read_witness returns it, and the keys that are no longer theirs."""
    witnesses, was = read_policy(about), []
    for entry in entries[1:]:
        try:
            act = json.loads(entry.decode())
        except (ValueError, RecursionError):
            continue
        body = field(act, "body", dict) if field(act, "kind", str) == "published" else {}
        for k in field(body, "keys", list):
            if field(k, "purpose", str) != "witness":
                continue
            key, party = field(k, "key", str), field(k, "party", str)
            name = party or (key.partition("+")[0] if field(k, "role", str) == "observer" else "")
            was.append(key)
            witnesses = [w for w in witnesses if w[1] != key]
            if name and field(body, "item", str) != "key-retracted":
                witnesses.append((name, key))
    now = [key for _, key in witnesses]
    found = [(name, read_witness(key, "the leaves")) for name, key in witnesses]
    if len({key[2] for _, key in found}) != len(found):
        raise Fault("the leaves", "two witnesses have the same key")
    return found, [read_witness(key, "the leaves") for key in was if key not in now]


def cosigned_at(checkpoint, key):
    """Returns the seconds since 1970 at which a witness cosigned, None when it did not."""
    name, key_id, public = key
    for line_name, line_id, signature in checkpoint.lines[1:]:
        if (line_name, line_id) != (name, key_id):
            continue
        seconds = int.from_bytes(signature[:8], "big")
        message = b"cosignature/v1\ntime %d\n" % seconds + checkpoint.signed
        if len(signature) != 72 or seconds > 253402300799 or not signed_by(public, message, signature[8:]):
            raise Fault(checkpoint.where, f"{name} has not cosigned it")
        return seconds
    return None


def check_witnesses(checkpoint, witnesses, former, given):
    """Checks every further signature line and returns the names of the witnesses who have cosigned."""
    keys = [key for _, key in witnesses] + former + given
    for name, key_id, _ in checkpoint.lines[1:]:
        if (name, key_id) not in [key[:2] for key in keys]:
            raise Fault(checkpoint.where, f"{name} is no witness that the record names, nor was its key given")
    for key in former:
        cosigned_at(checkpoint, key)
    if any(cosigned_at(checkpoint, key) is None for key in given):
        raise Fault(checkpoint.where, "a witness whose key was given has not cosigned it")
    return list(dict.fromkeys(name for name, key in witnesses if cosigned_at(checkpoint, key) is not None))


# --- Section 7: proof files -----------------------------------------------------------------------------------------


def number_of(line, word, where):
    m = re.fullmatch(word + " (0|[1-9][0-9]{0,17})", line)
    if not m:
        raise Fault(where, f"there is no line with the {word}")
    return int(m[1])


def check_proof(data, key, where):
    """Checks a proof file under the venue's key and returns the number of the leaf and the leaf."""
    head, cut, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode().split("\n")
    except UnicodeDecodeError:
        raise Fault(where, "it is not UTF-8") from None
    if not cut or len(lines) < 3 or lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("extra "):
        raise Fault(where, "it is no proof file")
    leaf = strict_base64(lines[1][len("extra "):], where)
    index = number_of(lines[2], "index", where)
    path = [strict_base64(line, where, 32) for line in lines[3:]]
    c = Checkpoint(checkpoint, where)
    raw = strict_base64(key.split("+", 2)[-1], "the key", 33)
    if raw[0] != 1 or key != key_of(raw[1:], c.origin):
        raise Fault(where, "it is of another record or another key")
    c.check(raw[1:])
    if root_of(sha256(b"\x00" + entry_of(leaf)), index, c.size, path) != c.root:
        raise Fault(where, "the leaf is not shown to be in the record")
    return index, leaf


def entry_of(leaf):
    if len(leaf) <= 65535 and not leaf.startswith(LARGE):
        return leaf
    return LARGE + b"%s\n%d\n" % (sha256(leaf).hex().encode(), len(leaf))


def root_of(own, index, size, path):
    """The hash of a tree from that of one leaf and its path; None when the path has another length than it can have."""
    if index >= size:
        return None
    if size == 1:
        return own if not path else None
    if not path:
        return None
    k = 1 << (size - 1).bit_length() - 1
    if index < k:
        left, right = root_of(own, index, k, path[:-1]), path[-1]
    else:
        left, right = path[-1], root_of(own, index - k, size - k, path[:-1])
    return None if left is None or right is None else sha256(b"\x01" + left + right)


# --- event.md, section 4: rounds and openings -----------------------------------------------------------------------


def commit(*parts):
    return sha256(b"".join(len(p).to_bytes(8, "big") + p for p in parts)).hex()


def payload_of(leaf):
    """The bytes of the payload of an opening, as they stand in the leaf."""
    text = leaf.decode()
    at = text.index('"payload":', text.index('"opening":{')) + len('"payload":')
    return text[at:json.JSONDecoder().raw_decode(text, at)[1]].encode()


def check_openings(conference, leaves):
    """Checks that what was opened of a round is what had been committed to, and returns how many were opened."""
    rounds, opened = {}, 0
    for n, leaf in enumerate(leaves):
        where = f"leaf {n}"
        try:
            act = json.loads(leaf.decode())
        except (ValueError, RecursionError):
            continue
        body = field(act, "body", dict) if field(act, "kind", str) == "published" else {}
        if body.get("item") == "round":
            of = [(field(c, "party", str), field(c, "commitment", str)) for c in field(body, "commitments", list)]
            if field(body, "round", str) in rounds or len(dict(of)) != len(of) or not all(re.fullmatch("[0-9a-f]{64}", c) for _, c in of):
                raise Fault(where, "the round has been there before, or its commitments are not one for each party")
            rounds[field(body, "round", str)] = dict(of)
        elif body.get("item") == "opening":
            o, opened = field(body, "opening", dict), opened + 1
            of, party, salt = field(o, "round", str), field(o, "party", str), strict_base64(field(o, "salt", str), where, 32)
            parts = [x.encode() for x in ("portsmouth/commitment/1", conference, of, party)]
            if rounds.get(of, {}).get(party) != commit(*parts, salt, payload_of(leaf)):
                raise Fault(where, f"what {party} opens is not what it had committed to")
    return opened


# --- Section 8: what a verifier does --------------------------------------------------------------------------------


class Verified:
    """A record that holds: its leaves, the names of its witnesses, and of those who have cosigned."""

    def __init__(self, leaves, witnesses, seen):
        self.leaves, self.witnesses, self.seen = leaves, list(dict.fromkeys(name for name, _ in witnesses)), seen

    def __str__(self):
        text = f"{len(self.leaves)} leaves"
        return text + f", seen by {len(self.seen)} of {len(self.witnesses)}" if self.witnesses else text


def verify(folder, given=()):
    """Checks a record; raises Fault with the place when it does not hold. given are keys of further witnesses."""
    c = Checkpoint(folder.read(CHECKPOINT))
    entries = []
    while len(entries) < c.size:
        path = tile_path("entries", len(entries) // WIDTH, min(WIDTH, c.size - len(entries)))
        entries += read_entries(folder.read(path), min(WIDTH, c.size - len(entries)), path)
    genesis, public = read_genesis(entries[0])
    if genesis["origin"] != c.origin:
        raise Fault("leaf 0", "it begins another record than that of the checkpoint")
    c.check(public)
    witnesses, former = follow_policy(genesis["about"], entries)
    seen = check_witnesses(c, witnesses, former, [read_witness(key, "the key of a witness") for key in given])
    levels = levels_of(entries)
    if tree_hash(levels[0]) != c.root:
        raise Fault(CHECKPOINT, "the leaves give another hash than the one that was signed")
    for level, hashes in enumerate(levels):
        for first in range(0, len(hashes), WIDTH):
            part = hashes[first:first + WIDTH]
            path = tile_path(level, first // WIDTH, len(part))
            if folder.read(path) != b"".join(part):
                raise Fault(path, "its hashes are not what the leaves give")
    leaves = [read_leaf(folder, entry, n) for n, entry in enumerate(entries)]
    check_openings(genesis["conference"], leaves)
    for path in folder.paths():
        if path not in folder.read_already:
            check_older(folder, path, entries, levels)
    return Verified(leaves, witnesses, seen)


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


def checked_file(path, key):
    try:
        with open(path, "rb") as f:
            data = f.read()
    except OSError as why:
        raise Fault(path, str(why)) from None
    index, leaf = check_proof(data, key, path)
    return f"leaf {index}, {len(leaf)} bytes"


def main(words):
    given, key = [], None
    while words[:1] in (["--witness"], ["--proof"]) and len(words) > 2:
        if words[0] == "--witness":
            given.append(words[1])
        else:
            key = words[1]
        words = words[2:]
    if not words or words[0].startswith("--"):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    status = 0
    for word in words:
        try:
            print(f"ok      {word}: {checked_file(word, key) if key else verify(Folder(word), given)}")
        except Fault as fault:
            print(f"FAILED  {word}: {fault}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
