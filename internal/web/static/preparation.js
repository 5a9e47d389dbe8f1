// What script adds to the preparation: rows that move where they are, by button or by dragging, and the bars beside
// the figures. Without it the same buttons send the form, and the page comes back in the new order.
(() => {
  "use strict";
  if (window.portsmouthPreparation) return; // a live update may bring the script again
  window.portsmouthPreparation = true;

  // Moving a row changes no field that the live update would notice, so the form says itself that it was touched.
  const touch = (list) => {
    const mark = list.closest("form")?.elements.touched;
    if (mark) mark.value = "yes";
  };

  const renumber = (list) => {
    const rows = [...list.children];
    rows.forEach((row, k) => {
      row.querySelector("[name=up]").disabled = k === 0;
      row.querySelector("[name=down]").disabled = k === rows.length - 1;
    });
  };

  const say = (list, row) => {
    const said = list.closest("form").querySelector("[data-order-said]");
    const rows = [...list.children];
    said.textContent = list.dataset.moved
      .replace("{what}", row.dataset.name)
      .replace("{place}", rows.indexOf(row) + 1)
      .replace("{count}", rows.length);
  };

  const moved = (list, row) => {
    touch(list);
    renumber(list);
    say(list, row);
  };

  document.addEventListener("click", (e) => {
    const button = e.target.closest("[data-order] .order-move");
    if (!button) return;
    e.preventDefault();
    const row = button.closest("li");
    const list = row.parentElement;
    const up = button.name === "up";
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (up) other.before(row);
    else other.after(row);
    moved(list, row);
    const twin = row.querySelector(up ? "[name=down]" : "[name=up]");
    (button.disabled ? twin : button).focus();
  });

  // Dragging by a grip: the rest of the row still scrolls under a thumb.
  const drag = (grip) => {
    const row = grip.closest("li");
    const list = row.parentElement;
    grip.addEventListener("pointerdown", (e) => {
      e.preventDefault();
      grip.setPointerCapture(e.pointerId);
      row.classList.add("is-dragged");
    });
    grip.addEventListener("pointermove", (e) => {
      if (!row.classList.contains("is-dragged")) return;
      for (const other of list.children) {
        if (other === row) continue;
        const box = other.getBoundingClientRect();
        const middle = box.top + box.height / 2;
        const below = row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
        if (below && e.clientY > middle) other.after(row);
        else if (!below && e.clientY < middle) {
          other.before(row);
          break;
        }
      }
    });
    const drop = () => {
      if (!row.classList.contains("is-dragged")) return;
      row.classList.remove("is-dragged");
      moved(list, row);
    };
    grip.addEventListener("pointerup", drop);
    grip.addEventListener("pointercancel", drop);
  };

  // A bar beside each figure. Until it is touched the figure is empty, and the bar has no handle: nothing was said yet.
  const show = (line) => {
    const [bar, figure] = [line.querySelector("[type=range]"), line.querySelector("[type=number]")];
    const unset = figure.value === "";
    bar.classList.toggle("is-unset", unset);
    bar.value = unset ? 50 : figure.value;
    if (unset) bar.setAttribute("aria-valuetext", line.dataset.bar);
    else bar.removeAttribute("aria-valuetext");
  };

  const slide = (line) => {
    if (line.querySelector("[type=range]")) return;
    const figure = line.querySelector("[type=number]");
    const bar = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 100, step: 1 });
    bar.setAttribute("aria-labelledby", figure.id.replace("bar-", "bar-label-"));
    bar.autocomplete = "off";
    const set = () => {
      figure.value = bar.value;
      show(line);
    };
    bar.addEventListener("input", set);
    bar.addEventListener("click", set); // also where the pointer did not move the handle
    figure.before(bar);
    show(line);
  };

  const enhance = () => {
    for (const row of document.querySelectorAll("[data-order] > li:not(.has-grip)")) {
      row.querySelector(".order-grip")?.remove(); // a live update took the class and left the grip
      const grip = document.createElement("span");
      grip.className = "order-grip";
      grip.setAttribute("aria-hidden", "true"); // the buttons do the same for who cannot drag
      grip.title = row.parentElement.dataset.drag;
      grip.textContent = "⠿";
      row.querySelector(".order-label").before(grip);
      row.classList.add("has-grip");
      drag(grip);
    }
    for (const line of document.querySelectorAll(".bar-line[data-bar]")) slide(line);
  };

  document.addEventListener("input", (e) => {
    const line = e.target.closest(".bar-line[data-bar]");
    if (line && e.target.type === "number") show(line);
  });
  document.addEventListener("portsmouth:updated", enhance);
  enhance();
})();
