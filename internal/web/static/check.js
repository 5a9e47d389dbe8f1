// "Check this record yourself", and the memory of every visit: a browser that has seen a record notices when anything in it
// was changed or removed since.

// What checks is fetched when there is something to check.
const checking = () => import("./record.js");

const watch = document.getElementById("record-watch");
const base = watch.dataset.record;
const able = globalThis.crypto?.subtle !== undefined;

// reader fetches files: at a visit what lasts for ever may come from the browser's own store, for who presses the button nothing.
const reader = (anew) => async (path) => {
  const answer = await fetch(base + path, { credentials: "omit", cache: anew ? "reload" : path === "checkpoint" ? "no-cache" : "default" });
  if (!answer.ok) throw Object.assign(new Error(`the venue answers ${answer.status}`), { place: path, unanswered: true });
  return new Uint8Array(await answer.arrayBuffer());
};

// What was seen last, by the address of the record. A demonstration begins anew each time, so there nothing is kept.
const memory = "record " + base;
const keeps = watch.dataset.forget === undefined;
function lastSeen() {
  try {
    return (keeps && localStorage.getItem(memory)) || "";
  } catch {
    return ""; // the reader lets us keep nothing
  }
}
function keep(note) {
  try {
    if (keeps) localStorage.setItem(memory, note);
  } catch {
    // the same
  }
}

// quietly compares at every visit, and speaks only when something is wrong. What is kept has been checked.
async function quietly() {
  const before = lastSeen();
  const read = reader(false);
  const say = (what, words) => {
    watch.querySelector(what).hidden = false;
    watch.querySelector(`${what} code`).textContent = words;
    watch.hidden = false;
  };
  try {
    if (new TextDecoder().decode(await read("checkpoint")) === before) return;
    const { check } = await checking();
    const now = await check(read, before, () => {});
    keep(now.note);
    if (now.rupture) say(".record-rupture", now.rupture.reason);
  } catch (fault) {
    // A venue that cannot be asked now has said nothing wrong; and who sees a record for the first time has the button.
    if (fault.place && !fault.unanswered && before) say(".record-contradicts", `${fault.place}: ${fault.message}`);
  }
}

function show(form) {
  const list = form.querySelector("ol");
  const verdict = form.querySelector("[role=status]");
  const steps = [...list.children];
  const say = (kind, more = "") => {
    verdict.dataset.verdict = kind;
    verdict.textContent = verdict.dataset[kind] + more;
  };
  const detail = (item, words) => {
    item.querySelector(".check-found").textContent = words;
  };
  const found = {
    checkpoint: (f) => f.size,
    entries: (f) => f.size,
    genesis: (f) => f.key,
    signature: (f) => f.seen.map((w) => `${w.who} ${w.at.toISOString()}`).join(", "),
    tree: (f) => f.root,
    tiles: () => "",
    kept: (f) => f.before || "",
  };
  async function run() {
    list.hidden = false;
    for (const item of steps) {
      item.dataset.state = "waits";
      detail(item, "");
    }
    if (!able) return say("unable");
    say("runs");
    let next = 0;
    try {
      const { check } = await checking();
      const good = await check(reader(true), lastSeen(), (step, what) => {
        const item = steps.find((i) => i.dataset.step === step);
        item.dataset.state = "good";
        detail(item, found[step](what));
        next = steps.indexOf(item) + 1;
      });
      keep(good.note);
      say("good");
    } catch (fault) {
      const item = steps[next] ?? steps.at(-1);
      item.dataset.state = "bad";
      detail(item, `${fault.place ?? ""}: ${fault.message}`);
      say("bad", fault.place ?? "");
    }
  }
  form.hidden = false;
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    run();
  });
}

for (const form of document.querySelectorAll("form.record-steps")) show(form);
if (able) setTimeout(quietly, 1000); // when the page is there
