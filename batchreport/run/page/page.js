(() => {
  "use strict";
  const body = document.body.dataset;
  const fill = (text, ...values) => values.reduce((said, value) => said.replace("{}", value), text);
  const day = (moment) => Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate()) / 864e5;
  const two = (number) => String(number).padStart(2, "0");

  // Days and times are the viewer's: the file holds none of its own, so that the same input gives the same bytes.
  const deadline = document.getElementById("deadline");
  const due = deadline ? Date.parse(`${deadline.dateTime}T00:00Z`) / 864e5 : null;
  for (const time of document.querySelectorAll("time.moment")) {
    const at = new Date(time.dateTime);
    const date = `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    time.textContent = time.matches(".day") ? date : `${date} ${two(at.getHours())}:${two(at.getMinutes())}`;
    time.title = at.toLocaleString(document.documentElement.lang);
  }

  const rows = [...document.querySelectorAll(".board tbody tr")].map((row) => ({
    row,
    chunk: row.parentElement,
    state: row.dataset.state,
    group: row.dataset.group || "",
    text: row.cells[0].textContent.normalize("NFKC").toLowerCase(),
    details: null,
  }));
  const byNumber = new Map(rows.map((one) => [one.row.dataset.n, one]));
  for (const details of document.querySelectorAll("details.of")) {
    byNumber.get(details.dataset.n).details = details;
  }

  let told = null;
  const tellDays = () => {
    const over = due === null ? 0 : day(new Date()) - due;
    if (due === null || over === told) return;
    told = over;
    const left = document.getElementById("left");
    left.textContent = over > 0 ? fill(body.over, over) : over < 0 ? fill(body.due, -over) : body.today;
    left.className = over > 0 ? "over" : "";
    left.hidden = false;
    for (const { row, state } of rows) {
      const cell = row.querySelector(".state");
      const old = cell.querySelector(".late");
      if (old) old.remove();
      if (over > 0 && state !== "good") {
        const late = document.createElement("small");
        late.className = "late";
        late.textContent = fill(body.late, over);
        cell.append(late);
      }
    }
  };
  tellDays();
  document.addEventListener("visibilitychange", tellDays);

  const search = document.getElementById("search");
  const group = document.getElementById("group");
  const tiles = [...document.querySelectorAll(".tile")];
  const shown = document.getElementById("shown");
  const nothing = document.getElementById("nothing");
  const chunks = [...document.querySelectorAll(".chunk")];
  let state = "";

  const hide = (element, hidden) => {
    if (element.hidden !== hidden) element.hidden = hidden;
  };
  const filter = () => {
    const words = search.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = group ? group.value : "";
    const counts = new Map(chunks.map((chunk) => [chunk, 0]));
    let count = 0;
    for (const one of rows) {
      const fits =
        (!state || one.state === state) &&
        (!wanted || one.group === wanted) &&
        words.every((word) => one.text.includes(word));
      hide(one.row, !fits);
      if (one.details) hide(one.details, !fits);
      if (fits) {
        count += 1;
        counts.set(one.chunk, counts.get(one.chunk) + 1);
        if (one.details) counts.set(one.details.parentElement, counts.get(one.details.parentElement) + 1);
      }
    }
    for (const [chunk, lines] of counts) {
      hide(chunk, lines === 0);
      chunk.style.setProperty("--lines", lines);
    }
    hide(nothing, count > 0);
    shown.textContent = fill(body.shown, count, rows.length);
  };

  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 60);
  };
  search.addEventListener("input", soon);
  if (group) group.addEventListener("change", filter);
  for (const tile of tiles) {
    tile.disabled = false;
    tile.addEventListener("click", () => {
      state = tile.getAttribute("aria-pressed") === "true" ? "" : tile.dataset.state;
      for (const each of tiles) each.setAttribute("aria-pressed", String(each.dataset.state === state));
      filter();
    });
  }
  const tools = document.getElementById("tools");
  tools.addEventListener("submit", (event) => event.preventDefault());
  tools.hidden = false;
  filter();

  // A link to findings opens them, and takes the keyboard there.
  const open = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (target && target.matches("details.of")) {
      target.open = true;
      target.scrollIntoView({ block: "start" });
      target.querySelector("summary").focus({ preventScroll: true });
    }
  };
  addEventListener("hashchange", open);
  open();

  // On paper nothing can be opened.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });
})();
