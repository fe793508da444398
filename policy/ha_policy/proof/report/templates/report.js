"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const dialog = document.getElementById("detail");
  const body = dialog.querySelector(".content");
  const picker = document.getElementById("failure");
  const make = (tag, text, cls) => {
    const e = document.createElement(tag);
    if (text !== undefined) e.textContent = text;
    if (cls) e.className = cls;
    return e;
  };
  const time = (s) => (s >= 7200 ? `${+(s / 3600).toFixed(1)} h` : s >= 180 ? `${+(s / 60).toFixed(1)} min` : `${+s.toFixed(1)} s`);
  const outcome = (f, e) => data.failures[f].outcomes[e] ?? data.entry_points[e].with_nothing_lost;
  const slug = (v) => v.replace(" ", "-");

  function show(f, e) {
    const failure = data.failures[f], entry = data.entry_points[e], o = outcome(f, e);
    body.replaceChildren();
    const title = make("h2", `${failure.name} is lost`);
    title.id = "detail-title";
    body.append(title);
    const line = make("p");
    line.append(`${entry.name} (${entry.kind}): `, make("span", o.verdict, `chip ${slug(o.verdict)}`));
    body.append(line);
    const say = [];
    if (o.verdict === "cannot tell") say.push(`Between ${Math.floor(1e-9 + o.capacity * 100)} % and ${Math.floor(1e-9 + o.possible_capacity * 100)} % of the capacity remains: what is not known decides.`);
    else if (o.verdict !== "down") say.push(`${Math.floor(1e-9 + o.capacity * 100)} % of the capacity remains before any scaling.`);
    if (o.recovery_seconds) say.push(`Recovery time: ${time(o.recovery_seconds)}.`);
    if (o.recovery_point_seconds !== null) say.push(`Recovery point: ${o.recovery_point_seconds ? time(o.recovery_point_seconds) + " of accepted writes" : "nothing is lost"}.`);
    if (say.length) body.append(make("p", say.join(" ")));
    for (const limit of o.limits) body.append(make("p", limit, "note"));
    if (o.broken.length) {
      body.append(make("h3", o.path ? `The path that broke (${o.path})` : "The path that broke"));
      const chain = make("ol", undefined, `chain ${slug(o.verdict)}`);
      o.broken.forEach((step, i) => { const li = make("li", step); li.style.setProperty("--step", i); chain.append(li); });
      body.append(chain);
    }
    for (const index of o.recoveries) {
      const s = data.recoveries[index];
      body.append(make("h3", `${s.label}${s.mode === "manual" ? " (a person decides)" : ""}`));
      const table = make("table");
      for (const step of s.steps) {
        const row = make("tr");
        row.append(make("td", step.phase), make("td", step.what), make("td", time(step.seconds), "num"), make("td", step.source, "small soft"));
        table.append(row);
      }
      if (s.recovery_point_seconds !== null) {
        const row = make("tr");
        row.append(make("td", "recovery point"), make("td", s.recovery_point_source), make("td", time(s.recovery_point_seconds), "num"), make("td", ""));
        table.append(row);
      }
      body.append(table);
    }
    body.append(make("h3", "Game day"));
    const x = failure.experiment;
    body.append(make("p", x.template ? `Experiment template ${x.template}: ${x.actions.join(", ")}.${x.note ? " Note: " + x.note + "." : ""}` : `No experiment: ${x.note}.`));
    const go = make("button", "Show on the architecture", "tool");
    go.type = "button";
    go.addEventListener("click", () => { dialog.close(); pick(f); document.getElementById("architecture").scrollIntoView(); picker.focus(); });
    body.append(go);
    dialog.showModal();
  }

  function pick(f) {
    picker.value = f === null ? "" : String(f);
    const failure = f === null ? null : data.failures[f];
    const name = failure ? failure.id.split(" ")[1] : "";
    for (const e of document.querySelectorAll("[data-keys]")) {
      const keys = JSON.parse(e.dataset.keys);
      const hit = failure && (failure.kind === "zone" ? e.dataset.zone === name : failure.kind === "region" ? e.dataset.region === name : keys.includes(failure.id));
      const all = hit && (failure.kind !== "component" || keys.length === 1);
      e.classList.toggle("lost", Boolean(all));
      e.classList.toggle("partly", Boolean(hit && !all));
    }
    for (const e of document.querySelectorAll("svg .zone")) e.classList.toggle("gone", Boolean(failure && failure.kind === "zone" && e.dataset.zone === name));
    for (const e of document.querySelectorAll("svg .region")) e.classList.toggle("gone", Boolean(failure && failure.kind === "region" && e.dataset.region === name));
    const words = document.getElementById("consequence");
    words.textContent = failure ? data.entry_points.map((e, i) => { const o = outcome(f, i); return `${e.name}: ${o.verdict}${o.verdict === "degrades" ? " to " + Math.floor(1e-9 + o.capacity * 100) + " %" : ""}`; }).join(" · ") : "";
    for (const b of document.querySelectorAll(".pick")) b.setAttribute("aria-pressed", String(failure !== null && b.dataset.f === String(f)));
  }

  document.addEventListener("click", (event) => {
    const cell = event.target.closest(".cell");
    if (cell) return show(+cell.dataset.f, +cell.dataset.e);
    const row = event.target.closest(".pick");
    if (row) { pick(picker.value === row.dataset.f ? null : +row.dataset.f); return; }
    if (event.target === dialog) dialog.close();
  });
  picker.addEventListener("change", () => pick(picker.value === "" ? null : +picker.value));
  const rest = document.getElementById("rest");
  if (rest) rest.addEventListener("click", () => {
    const open = rest.getAttribute("aria-expanded") !== "true";
    rest.setAttribute("aria-expanded", String(open));
    for (const row of document.querySelectorAll(".quiet")) row.hidden = !open;
  });
  document.querySelector(".matrix")?.addEventListener("keydown", (event) => {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    const cell = event.target.closest(".cell");
    if (!step || !cell) return;
    const rows = [...document.querySelectorAll(".matrix tbody tr:not([hidden])")].filter((r) => r.querySelector(".cell"));
    const at = rows.indexOf(cell.closest("tr"));
    const next = rows[at + step[0]]?.querySelectorAll(".cell")[+cell.dataset.e + step[1]];
    if (next) { event.preventDefault(); next.focus(); }
  });
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
})();
