// The public record, checked from its files alone, as docs/spec/record.md says. It asks nobody for a verdict: what is
// wrong is thrown as a Fault with the name of the place.

export class Fault extends Error {
  constructor(place, what) {
    super(what);
    this.place = place;
  }
}

const utf8 = new TextEncoder();
const text = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
const bytesOf = (...parts) => {
  const all = parts.map((p) => (typeof p === "string" ? utf8.encode(p) : p));
  const out = new Uint8Array(all.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of all) {
    out.set(p, at);
    at += p.length;
  }
  return out;
};
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(...parts)));
const hex = (b) => [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
const same = (a, b) => a.length === b.length && a.every((x, k) => x === b[k]);

// base64 is strict: one way to write each string of bytes.
function base64(s, place) {
  let raw;
  try {
    raw = atob(s);
  } catch {
    throw new Fault(place, "no base64");
  }
  if (btoa(raw) !== s) throw new Fault(place, "base64 that could be written in another way");
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

async function signed(key, message, signature) {
  const k = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, k, signature, bytesOf(message));
}

// checkpoint reads a signed checkpoint (section 4).
export function checkpoint(note, place = "checkpoint") {
  const m = /^([^\n]+)\n([1-9][0-9]{0,15})\n([^\n]+)\n\n((?:— [!-*,-~]{1,200} [^\n]+\n)+)$/.exec(note);
  if (!m) throw new Fault(place, "not written as a checkpoint");
  const root = base64(m[3], place);
  if (root.length !== 32) throw new Fault(place, "the hash has not 32 bytes");
  const signatures = m[4].trimEnd().split("\n").map((line) => {
    const [, name, data] = line.split(" ");
    const raw = base64(data, place);
    if (raw.length < 5) throw new Fault(place, "a signature is too short");
    return { name, hash: hex(raw.slice(0, 4)), signature: raw.slice(4) };
  });
  const whose = signatures.map((s) => s.name + "+" + s.hash);
  if (signatures.length > 100 || new Set(whose).size !== whose.length) throw new Fault(place, "a signature stands twice, or there are too many");
  return { origin: m[1], size: Number(m[2]), root, body: m.slice(1, 4).join("\n") + "\n", signatures };
}

// keyOf reads a key "name+hash+base64" of the kind (1 the venue's, 4 a witness's).
async function keyOf(written, kind, place) {
  const m = /^([!-*,-~]{1,200})\+([0-9a-f]{8})\+(.+)$/.exec(written);
  if (!m) throw new Fault(place, "no key");
  const raw = base64(m[3], place);
  const hash = hex((await sha256(m[1], "\n", raw)).slice(0, 4));
  if (raw.length !== 33 || raw[0] !== kind || hash !== m[2]) throw new Fault(place, "the key is not of its name");
  return { name: m[1], hash, key: raw.slice(1) };
}

const pathOf = (level, n, width) => {
  let digits = String(n % 1000).padStart(3, "0");
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) digits = "x" + String(rest % 1000).padStart(3, "0") + "/" + digits;
  return `tile/${level}/${digits}` + (width < 256 ? `.p/${width}` : "");
};

// tiles lists the tiles of a level with so many hashes.
function* tiles(level, count) {
  for (let n = 0; n * 256 < count; n++) yield { path: pathOf(level, n, Math.min(256, count - n * 256)), first: n * 256, width: Math.min(256, count - n * 256) };
}

function entriesOf(data, width, place) {
  const found = [];
  let at = 0;
  while (at < data.length && found.length < width) {
    const end = at + 2 + (data[at] << 8) + (data[at + 1] ?? 0);
    if (at + 2 > data.length || end > data.length) throw new Fault(place, `entry ${found.length} is cut off at byte ${at}`);
    found.push(data.slice(at + 2, end));
    at = end;
  }
  if (found.length !== width || at !== data.length) throw new Fault(place, `it does not hold ${width} entries`);
  return found;
}

// rootOf is the hash of a tree over hashes (section 5).
export async function rootOf(hashes) {
  if (hashes.length === 1) return hashes[0];
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return sha256(Uint8Array.of(1), await rootOf(hashes.slice(0, k)), await rootOf(hashes.slice(k)));
}

const escaped = { "<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029" };
const canonical = (value) => JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => escaped[c]);

// genesis reads leaf 0 (section 2).
async function genesis(leaf, origin) {
  const place = "leaf 0";
  let g;
  const written = text(leaf);
  try {
    g = JSON.parse(written);
  } catch {
    throw new Fault(place, "no JSON");
  }
  if (canonical(g) !== written || Object.keys(g).join() !== "format,conference,origin,key,at,about") throw new Fault(place, "not written in the one way");
  if (g.format !== "portsmouth-record/1" || g.origin !== origin) throw new Fault(place, "it is of another record");
  const venue = await keyOf(g.key, 1, place);
  const id = /^[A-Za-z0-9._-]{1,128}$/.test(g.conference) ? g.conference : hex(await sha256(g.conference));
  if (venue.name !== origin || `portsmouth/${hex(await sha256(venue.key)).slice(0, 16)}/${id}` !== origin) throw new Fault(place, "the key is not that of the record");
  return { ...g, venue };
}

// bodyOf is what a leaf says, where it is an act: what cannot be read says nothing.
function bodyOf(leaf) {
  try {
    return JSON.parse(text(leaf)).body ?? {};
  } catch {
    return {};
  }
}

// witnessesOf follows the witnesses through the leaves (docs/spec/event.md): those of leaf 0, keys declared and taken back.
// former are keys that counted once: a line of theirs is no fault, and counts for nobody.
export function witnessesOf(about, leaves) {
  let quorum = about.policy?.quorum ?? 0;
  let now = [...(about.policy?.witnesses ?? [])];
  const all = new Set(now.map((w) => w.key));
  for (const body of leaves.slice(1).map(bodyOf)) {
    if (body.item === "convened" && body.rules) quorum = body.rules.witnesses?.quorum ?? 0;
    for (const k of Array.isArray(body.keys) ? body.keys : []) {
      if (k.purpose !== "witness" || typeof k.key !== "string") continue;
      all.add(k.key);
      now = now.filter((w) => w.key !== k.key);
      const name = k.party || (k.role === "observer" ? k.key.split("+")[0] : "");
      if (name && body.item !== "key-retracted") now.push({ name, key: k.key });
    }
  }
  return { now, all: [...all], quorum };
}

// seenBy checks the lines of witnesses (section 6) and says who of those that count has signed, and when.
async function seenBy(point, { now, all, quorum }) {
  const keys = await Promise.all(all.map(async (key) => ({ ...(await keyOf(key, 4, "the leaves")), written: key })));
  const seen = new Map();
  for (const line of point.signatures.slice(1)) {
    const able = keys.filter((k) => k.name === line.name && k.hash === line.hash);
    if (able.length === 0) throw new Fault("checkpoint", `the signature of ${line.name} is of nobody whom the record names`);
    const time = line.signature.length === 72 ? new DataView(line.signature.buffer, line.signature.byteOffset).getBigUint64(0) : 0n;
    let good;
    for (const k of able) if (await signed(k.key, `cosignature/v1\ntime ${time}\n${point.body}`, line.signature.slice(8))) good = k;
    if (!good || line.signature.length !== 72) throw new Fault("checkpoint", `the signature of ${line.name} does not hold`);
    const who = now.find((w) => w.key === good.written)?.name;
    if (who) seen.set(who, { who, at: new Date(Number(time) * 1000) });
  }
  return { seen: [...seen.values()], of: new Set(now.map((w) => w.name)).size, quorum };
}

async function large(entry, number, read) {
  const m = /^portsmouth-large\/1\n([0-9a-f]{64})\n([0-9]+)\n$/.exec(new TextDecoder("latin1").decode(entry));
  if (!m) return entry;
  const path = "large/" + m[1];
  const leaf = await read(path);
  if (leaf.length !== Number(m[2]) || hex(await sha256(leaf)) !== m[1]) throw new Fault(path, `it is not leaf ${number}`);
  return leaf;
}

// check goes through a record. read(path) gives a file's bytes; kept is a checkpoint that was kept earlier, or "". It calls
// done(step, found) after each step: checkpoint, entries, genesis, signature, tree, tiles, kept.
export async function check(read, kept, done) {
  const note = text(await read("checkpoint"));
  const point = checkpoint(note);
  done("checkpoint", { size: point.size });

  const entries = [];
  for (const t of tiles("entries", point.size)) entries.push(...entriesOf(await read(t.path), t.width, t.path));
  const leaves = [];
  for (const [k, e] of entries.entries()) leaves.push(await large(e, k, read));
  done("entries", { size: leaves.length });

  const first = await genesis(leaves[0], point.origin);
  done("genesis", { key: first.key });

  const [own] = point.signatures;
  if (own.name !== point.origin || own.hash !== first.venue.hash || own.signature.length !== 64 || !(await signed(first.venue.key, point.body, own.signature)))
    throw new Fault("checkpoint", "the signature of the venue does not hold");
  done("signature", await seenBy(point, witnessesOf(first.about, leaves)));

  const hashes = await Promise.all(entries.map((e) => sha256(Uint8Array.of(0), e)));
  await tilesHold(hashes, read);
  done("tiles", {});

  if (!same(await rootOf(hashes), point.root)) throw new Fault("checkpoint", "its hash is not that of the entries");
  done("tree", { root: hex(point.root) });

  const rupture = kept ? await continues(point, hashes, kept, leaves) : null;
  done("kept", { before: kept && !rupture ? checkpoint(kept).size : 0 });
  return { note, leaves, rupture, ...point };
}

// tilesHold computes every tile of hashes and compares it with its file.
async function tilesHold(hashes, read) {
  for (let level = 0, here = hashes; here.length > 0; level++) {
    const above = [];
    for (const t of tiles(level, here.length)) {
      const file = await read(t.path);
      if (file.length !== 32 * t.width) throw new Fault(t.path, `it has ${file.length} bytes, not ${32 * t.width}`);
      for (let k = 0; k < t.width; k++) {
        if (!same(file.slice(32 * k, 32 * k + 32), here[t.first + k])) throw new Fault(t.path, level === 0 ? `leaf ${t.first + k} is not what it was` : `hash ${k} is another`);
      }
      if (t.width === 256) above.push(await rootOf(here.slice(t.first, t.first + 256)));
    }
    here = above;
  }
}

// continues compares with a checkpoint that was kept earlier. Where the record itself says that it does not continue exactly
// that one, it returns what was said: somebody has to know, and it is no secret.
async function continues(point, hashes, kept, leaves) {
  const before = checkpoint(kept, "the checkpoint that was kept");
  const root = btoa(String.fromCharCode(...before.root));
  for (const { rupture: r } of leaves.slice(1).map(bodyOf)) {
    if (r && r.size === before.size && r.root === root && String(r.key).startsWith(before.origin + "+")) return r;
  }
  if (before.origin !== point.origin) throw new Fault("checkpoint", "the record that was seen here earlier had another key");
  if (before.size > point.size) throw new Fault("checkpoint", `${before.size} entries were seen here earlier, now there are ${point.size}`);
  if (!same(await rootOf(hashes.slice(0, before.size)), before.root)) throw new Fault("checkpoint", `the first ${before.size} entries are not those that were seen here earlier`);
  return null;
}
