// A checker of signed texts written from docs/spec/treaty.md: reads a bundle from standard input, exits with 0 or 1.
// Everything but the first and the last line also runs in a browser.
import { readFileSync } from "node:fs"

const utf8 = s => new TextEncoder().encode(s)
const hex = b => [...new Uint8Array(b)].map(x => x.toString(16).padStart(2, "0")).join("")
const sha256 = async b => hex(await crypto.subtle.digest("SHA-256", b))
const bytes = base64 => Uint8Array.from(atob(base64), c => c.charCodeAt(0))

const join = parts => {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of parts) { out.set(p, at); at += p.length }
  return out
}
const item = s => { const b = utf8(String(s)); return join([utf8(b.length + ":"), b, utf8("\n")]) }
const items = values => join(values.map(item))

// Tags are ASCII, so that the order of strings is the order of bytes.
const text = t => { const tags = Object.keys(t ?? {}).sort(); return [tags.length, ...tags.flatMap(l => [l, t[l]])] }
const article = a => [a.id, a.number, a.annex ? "annex" : "article", ...text(a.heading), ...text(a.body)]
const origins = f => [f.length, ...f.flatMap(o => [o.issue, o.option])]

const canonical = d => items([
  "portsmouth-treaty/1", d.languages.length, ...d.languages, d.prevails ?? "", ...text(d.title), ...text(d.preamble),
  d.articles.length, ...d.articles.flatMap(a => [...article(a), ...origins(a.from ?? [])]), ...text(d.closing),
])

const statement = (conference, s, digest) =>
  items(["portsmouth-signature/1", conference, s.party, s.name, s.capacity, digest])

async function valid(conference, s, digest) {
  const key = await crypto.subtle.importKey("raw", bytes(s.public_key), { name: "Ed25519" }, false, ["verify"])
  return crypto.subtle.verify("Ed25519", key, bytes(s.sig), statement(conference, s, digest))
}

export async function check(file) {
  const b = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file))
  const tail = utf8(`,\n  "seal": "${b.seal}"\n}\n`)
  const head = file.slice(0, file.length - tail.length)
  if (hex(file.slice(head.length)) !== hex(tail)) throw "the file does not end in its seal"
  if (await sha256(join([head, utf8("\n}\n")])) !== b.seal) throw "the seal does not match"
  const digest = await sha256(canonical(b.document))
  if (digest !== b.digest) throw "the digest does not match the text"
  const all = b.attestation ? [...b.signatures, b.attestation] : b.signatures
  for (const s of all) if (!await valid(b.conference, s, digest)) throw `the signature of ${s.name} does not match`
  if (new Set(all.map(s => s.public_key)).size !== all.length) throw "one key signs twice"
  if (b.attestation && b.attestation.party !== "mediator") throw "the attestation is not the mediator's"
  const parties = b.parties.map(p => p.id)
  if (parties.length < 2 || !parties.every(p => b.signatures.some(s => s.party === p))) throw "a party has not signed"
  if (!b.signatures.every(s => parties.includes(s.party))) throw "a stranger has signed"
  return digest
}

check(new Uint8Array(readFileSync(0))).then(d => console.log("ok", d), e => { console.log("FAILED", e); process.exit(1) })
