// What script adds to pages that work without it: live updates that do not disturb, passkeys, copying of links, the
// reader's time zone.
(() => {
  "use strict";

  // The reader's zone, so that times are theirs. The server falls back to the venue's.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) {
    const encrypted = location.protocol === "https:"; // only then may a cookie have the prefix
    const [name, secure] = encrypted ? ["__Host-tz", "; Secure"] : ["tz", ""];
    document.cookie = `${name}=${encodeURIComponent(zone)}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    if (encrypted) document.cookie = "tz=; Path=/; Max-Age=0"; // what it was called before
  }

  // A form that is sent twice counts once; pressing twice should look so too.
  document.addEventListener("submit", (e) => {
    if (e.defaultPrevented || e.target.method !== "post") return;
    if (e.target.dataset.sent) {
      e.preventDefault();
      return;
    }
    e.target.dataset.sent = "yes";
    setTimeout(() => delete e.target.dataset.sent, 4000);
  });

  // Links that are shown once.
  const offerCopies = (root) => {
    for (const button of root.querySelectorAll("button[data-copy]")) {
      const input = button.parentElement.querySelector("input");
      if (!navigator.clipboard || !input || button.dataset.ready) continue;
      button.dataset.ready = "yes";
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(input.value);
        button.textContent = button.dataset.copied;
      });
      input.addEventListener("focus", () => input.select());
    }
  };
  offerCopies(document);

  // Passkeys. The server sends what the browser is to be asked, and checks the answer.
  const fromBase64 = (s) => Uint8Array.from(atob(s.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const toBase64 = (b) =>
    btoa(String.fromCharCode(...new Uint8Array(b))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  // A seat of the demonstration is part of the address; passkeys do not exist there.
  const post = async (path, body) => {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: body ? JSON.stringify(body) : null,
      redirect: "manual",
    });
    if (answer.type === "opaqueredirect") throw { rule: "fresh-proof" };
    const said = await answer.json();
    if (!answer.ok) throw said;
    return said;
  };

  // A tick beside the button, where there is one, ends the person's other devices too.
  const register = async (box) => {
    const { publicKey } = await post("/passkey/register/begin");
    publicKey.challenge = fromBase64(publicKey.challenge);
    publicKey.user.id = fromBase64(publicKey.user.id);
    for (const c of publicKey.excludeCredentials ?? []) c.id = fromBase64(c.id);
    const made = await navigator.credentials.create({ publicKey });
    const others = box.querySelector("[name=others]")?.checked ? "?others=end" : "";
    await post("/passkey/register/finish" + others, {
      id: made.id,
      rawId: toBase64(made.rawId),
      type: made.type,
      clientExtensionResults: made.getClientExtensionResults(),
      response: {
        clientDataJSON: toBase64(made.response.clientDataJSON),
        attestationObject: toBase64(made.response.attestationObject),
        transports: made.response.getTransports?.() ?? [],
      },
    });
  };

  // Asks a passkey to sign in, or to answer the input that a reading key is unlocked with.
  const login = async (at, passkey) => {
    const { publicKey } = await post(at + "/begin" + (passkey ? "?passkey=" + passkey : ""));
    publicKey.challenge = fromBase64(publicKey.challenge);
    for (const c of publicKey.allowCredentials ?? []) c.id = fromBase64(c.id);
    const input = publicKey.extensions?.prf?.eval;
    if (input) input.first = fromBase64(input.first);
    const got = await navigator.credentials.get({ publicKey });
    const first = got.getClientExtensionResults().prf?.results?.first;
    await post(at + "/finish", {
      id: got.id,
      rawId: toBase64(got.rawId),
      type: got.type,
      clientExtensionResults: first ? { prf: { results: { first: toBase64(first) } } } : {},
      response: {
        clientDataJSON: toBase64(got.response.clientDataJSON),
        authenticatorData: toBase64(got.response.authenticatorData),
        signature: toBase64(got.response.signature),
        userHandle: got.response.userHandle ? toBase64(got.response.userHandle) : null,
      },
    });
  };

  for (const box of document.querySelectorAll("[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    box.hidden = false;
    const problem = box.querySelector("[data-failed]");
    box.querySelector("button").addEventListener("click", async () => {
      problem.textContent = "";
      try {
        await (box.dataset.passkey === "register" ? register(box) : login(box.dataset.at ?? "/passkey/login", box.dataset.id));
        location.assign(box.dataset.next);
      } catch (e) {
        if (e?.rule === "fresh-proof" && box.dataset.confirm) location.assign(box.dataset.confirm);
        else problem.textContent = e?.problem ?? problem.dataset.failed;
      }
    });
  }

  // Live updates. The stream says "look"; the page fetches itself and is morphed into what is there.
  const live = document.getElementById("live");
  if (!live || !window.htmx) return;
  const note = document.getElementById("live-note");
  let fetching = false;
  let again = false;

  // A form in which somebody is, or has written something, stays as it is.
  const dirty = (form) =>
    [...form.elements].some((f) => {
      if (f.type === "hidden" || f.tagName === "BUTTON" || f.tagName === "FIELDSET" || f.tagName === "OUTPUT") return false;
      if (f.type === "checkbox" || f.type === "radio") return f.checked !== f.defaultChecked;
      if (f.tagName === "SELECT") {
        const preset = [...f.options].some((o) => o.defaultSelected);
        return [...f.options].some((o, k) => o.selected !== (preset ? o.defaultSelected : k === 0));
      }
      return f.value !== f.defaultValue;
    });
  const protect = () => {
    for (const form of document.querySelectorAll("main form")) {
      const keep = form.contains(document.activeElement) || dirty(form) || form.dataset.sent;
      form.toggleAttribute("hx-morph-skip", Boolean(keep));
    }
  };

  const look = async () => {
    if (fetching) {
      again = true;
      return;
    }
    fetching = true;
    try {
      const answer = await fetch(live.dataset.page + (live.dataset.query ?? ""), { headers: { Accept: "text/html" } });
      if (answer.status === 404 || answer.redirected) return location.reload();
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      protect();
      for (const id of ["main", "demo-strip"]) {
        const target = document.getElementById(id);
        const fresh = page.getElementById(id);
        if (!target || !fresh) continue;
        await htmx.swap({ sourceElement: target, target, text: fresh.innerHTML, swap: "innerMorph show:none" });
      }
      document.title = page.title;
      offerCopies(document);
      say(note.dataset.updated);
      document.dispatchEvent(new CustomEvent("portsmouth:updated"));
    } catch {
      say(note.dataset.lost);
    } finally {
      fetching = false;
      if (again) {
        again = false;
        look();
      }
    }
  };

  let quiet;
  const say = (words) => {
    clearTimeout(quiet);
    note.textContent = words;
    quiet = setTimeout(() => (note.textContent = ""), 2500);
  };

  live.addEventListener("poke", look);
})();
