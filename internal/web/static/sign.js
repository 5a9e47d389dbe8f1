// Signing in the browser. The key is made here, kept in this browser's own store in a form that cannot be taken out, and
// never sent. What is signed is the statement of docs/spec/treaty.md; the digest in it is worked out anew from the text
// that the server hands over, so that a page that shows one text and asks for a signature under another is caught.
"use strict";

(() => {
  const form = document.querySelector("form[data-sign]");
  if (!form) return;
  const say = form.querySelector("[data-sign-status]");
  const button = form.querySelector("[data-sign-button]");
  const utf8 = new TextEncoder();

  const netstrings = (values) => {
    const parts = values.flatMap((s) => {
      const bytes = utf8.encode(s);
      return [utf8.encode(bytes.length + ":"), bytes, utf8.encode("\n")];
    });
    const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
    let at = 0;
    for (const p of parts) { out.set(p, at); at += p.length; }
    return out;
  };
  const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");

  // The canonical form of a text, as its digest is taken (docs/spec/treaty.md).
  const byBytes = (a, b) => (a < b ? -1 : a > b ? 1 : 0); // language tags are ASCII
  const text = (t) => {
    const tags = Object.keys(t || {}).sort(byBytes);
    return [String(tags.length), ...tags.flatMap((l) => [l, t[l]])];
  };
  const article = (a) => {
    const from = a.from || [];
    return [
      a.id, a.number, a.annex ? "annex" : "article", ...text(a.heading), ...text(a.body),
      String(from.length), ...from.flatMap((o) => [o.issue, o.option]),
    ];
  };
  const canonical = (d) => netstrings([
    "portsmouth-treaty/1", String(d.languages.length), ...d.languages, d.prevails || "", ...text(d.title), ...text(d.preamble),
    String(d.articles.length), ...d.articles.flatMap(article), ...text(d.closing),
  ]);
  const digestOf = async (d) => hex(await crypto.subtle.digest("SHA-256", canonical(d)));

  const store = () => new Promise((done, failed) => {
    const open = indexedDB.open("portsmouth-keys", 1);
    open.onupgradeneeded = () => open.result.createObjectStore("keys");
    open.onsuccess = () => done(open.result);
    open.onerror = () => failed(open.error);
  });
  const request = (r) => new Promise((done, failed) => {
    r.onsuccess = () => done(r.result);
    r.onerror = () => failed(r.error);
  });

  // One key for each seat in each conference: the same key never signs for two parties.
  const keyPair = async (name) => {
    const db = await store();
    const kept = await request(db.transaction("keys").objectStore("keys").get(name));
    if (kept) return kept;
    const made = await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
    await request(db.transaction("keys", "readwrite").objectStore("keys").put(made, name));
    return made;
  };

  const sign = async () => {
    const { conference, party, digest, bundle } = form.dataset;
    const got = await fetch(bundle, { credentials: "same-origin", cache: "no-store" });
    if (!got.ok) throw new Error("text");
    if (await digestOf((await got.json()).document) !== digest) throw new Error("digest");
    const statement = netstrings([
      "portsmouth-signature/1", conference, party, form.elements.name.value, form.elements.capacity.value, digest,
    ]);
    const pair = await keyPair(conference + "/" + party);
    form.elements.signature.value = base64(await crypto.subtle.sign("Ed25519", pair.privateKey, statement));
    form.elements.public_key.value = base64(await crypto.subtle.exportKey("raw", pair.publicKey));
  };

  if (!window.isSecureContext || !window.indexedDB || !crypto.subtle) {
    say.textContent = say.dataset.unable;
    return;
  }
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (!form.reportValidity()) return;
    button.disabled = true;
    say.textContent = say.dataset.working;
    try {
      await sign();
      form.requestSubmit();
    } catch (e) {
      say.textContent = e.message === "digest" ? say.dataset.other : say.dataset.unable;
      button.disabled = false;
    }
  });
})();
