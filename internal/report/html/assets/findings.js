"use strict";
// The table of all findings. Data: one JSON object of columns, gzipped, in
// base64. Strings are indexes into "dict". Everything shown goes through
// textContent: nothing of the evidence is ever parsed as markup.
// The address says what is shown: #ID opens a finding, #technique=ID,
// #tactic=…, #detector=… and #host=… set a filter.
(async () => {
  const $ = id => document.getElementById(id);
  const state = $("state");
  if (!("DecompressionStream" in window)) {
    state.textContent = "This browser is too old for the table; all findings are in findings.jsonl.";
    return;
  }
  state.textContent = "Unpacking…";
  let d;
  try {
    const packed = Uint8Array.from(atob($("data").textContent), c => c.charCodeAt(0));
    d = JSON.parse(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text());
  } catch (e) {
    state.textContent = "The data in this file is damaged (" + e.message + "); all findings are in findings.jsonl.";
    return;
  }
  const severities = ["informational", "low", "medium", "high", "critical"];
  const confidences = ["low", "medium", "high"];
  const rowHeight = 30;
  for (let i = 1; i < d.n; i++) d.first[i] += d.first[i - 1];
  const time = s => s ? new Date(s * 1000).toISOString().slice(0, 19).replace("T", " ") : "";
  const el = (tag, text, cls) => {
    const e = document.createElement(tag);
    if (text !== undefined) e.textContent = text;
    if (cls) e.className = cls;
    return e;
  };

  const columns = [
    {name: "Severity", key: i => d.sev[i], text: i => severities[d.sev[i]], down: true, cls: i => severities[d.sev[i]]},
    {name: "First seen (UTC)", key: i => d.first[i], text: i => time(d.first[i])},
    {name: "Finding", dict: "title"},
    {name: "Host", dict: "host"},
    {name: "User", dict: "user"},
    {name: "Events", key: i => d.count[i], text: i => d.count[i], down: true, cls: () => "n"},
    {name: "Detector", dict: "det"},
  ];
  // Strings sort by their rank, worked out once for the whole dictionary.
  let ranks;
  const rank = () => {
    if (!ranks) {
      const order = d.dict.map((_, i) => i).sort((a, b) => d.dict[a] < d.dict[b] ? -1 : d.dict[a] > d.dict[b] ? 1 : 0);
      ranks = new Uint32Array(order.length);
      order.forEach((index, r) => { ranks[index] = r; });
    }
    return ranks;
  };
  for (const c of columns) if (c.dict) {
    c.text = i => d.dict[d[c.dict][i]];
    c.key = i => rank()[d[c.dict][i]];
  }

  let rows = [], selected = -1, sortBy = null, sortDown = false, technique = "";
  const show = [true, true, true, true, true];

  // Filters mark the strings of the dictionary that fit, and look up marks.
  let lower;
  const matching = text => {
    text = text.trim().toLowerCase();
    if (!text) return null;
    lower ||= d.dict.map(s => s.toLowerCase());
    const hit = new Uint8Array(d.dict.length);
    lower.forEach((s, i) => { if (s.includes(text)) hit[i] = 1; });
    return hit;
  };
  // A technique stands for its sub-techniques, too.
  const withTechniques = wanted => {
    const hit = new Uint8Array(d.dict.length);
    for (const at of new Set(d.tech)) {
      if (d.dict[at].split(" ").some(id => wanted.has(id) || wanted.has(id.split(".")[0]))) hit[at] = 1;
    }
    return hit;
  };

  function filter() {
    const text = matching($("text").value), id = $("text").value.trim().toLowerCase(), host = matching($("host").value);
    const detector = $("detector").value === "" ? -1 : Number($("detector").value);
    const question = $("question").value === "" ? -1 : Number($("question").value);
    const tactic = $("tactic").value === "" ? null : withTechniques(new Set(d.tactics[Number($("tactic").value)][2]));
    const tech = technique ? withTechniques(new Set([technique])) : null;
    const hidden = !$("suppressed").checked;
    const inDetail = (i, hit) => i < d.detail.length && (hit[d.detail[i].why] || d.detail[i].strings.some(s => hit[s]));
    rows = [];
    for (let i = 0; i < d.n; i++) {
      if (!show[d.sev[i]] || d.supp[i] && hidden || detector >= 0 && d.det[i] !== detector || question >= 0 && d.exposed[i] !== question) continue;
      if (host && !host[d.host[i]] || tactic && !tactic[d.tech[i]] || tech && !tech[d.tech[i]]) continue;
      if (text && !(text[d.title[i]] || text[d.host[i]] || text[d.user[i]] || text[d.det[i]] || text[d.tech[i]] || inDetail(i, text) || d.id[i].toLowerCase().includes(id))) continue;
      rows.push(i);
    }
    if (sortBy) {
      const keys = new Map(), sign = sortDown ? -1 : 1;
      for (const i of rows) keys.set(i, sortBy.key(i));
      rows.sort((a, b) => sign * (keys.get(a) - keys.get(b)) || a - b);
    }
    $("technique").hidden = !technique;
    $("technique").textContent = technique + " ✕";
    $("technique").setAttribute("aria-label", "Show techniques other than " + technique + " again");
    $("spacer").style.height = rows.length * rowHeight + "px";
    $("grid").setAttribute("aria-rowcount", rows.length + 1);
    state.textContent = rows.length.toLocaleString("en") + " of " + d.n.toLocaleString("en") + " findings";
    draw();
  }

  function reset() {
    for (const id of ["text", "host", "question", "detector", "tactic"]) $(id).value = "";
    $("suppressed").checked = false;
    technique = "";
    show.fill(true);
    for (const box of $("severities").querySelectorAll("input")) box.checked = true;
  }

  function draw() {
    const body = $("body"), from = Math.max(0, Math.floor(body.scrollTop / rowHeight) - 10);
    const to = Math.min(rows.length, from + 40);
    const list = [];
    for (let r = from; r < to; r++) {
      const i = rows[r], row = el("div", undefined, d.supp[i] ? "row hidden-by-list" : "row");
      row.id = "row" + i;
      row.setAttribute("role", "row");
      row.setAttribute("aria-rowindex", r + 2);
      row.setAttribute("aria-selected", i === selected);
      for (const c of columns) {
        const cell = el("span", c.text(i), c.cls ? c.cls(i) : "");
        cell.setAttribute("role", "gridcell");
        row.append(cell);
      }
      row.addEventListener("click", () => { select(i); open($("grid")); });
      list.push(row);
    }
    $("window").style.transform = "translateY(" + from * rowHeight + "px)";
    $("window").replaceChildren(...list);
  }

  function select(i) {
    selected = i;
    $("grid").setAttribute("aria-activedescendant", "row" + i);
    draw();
    if (!$("details").hidden) tell(i);
  }

  // The panel with one finding; closing it leads back to where it was opened.
  let opener = null;
  function open(from) {
    if ($("details").hidden) opener = from;
    $("details").hidden = false;
    tell(selected);
    if (from !== $("grid")) $("details").focus({preventScroll: true});
  }
  function close() {
    if ($("details").hidden) return;
    $("details").hidden = true;
    history.replaceState(null, "", location.pathname + location.search);
    if (opener) opener.focus({preventScroll: true});
  }

  function facts(parent, pairs) {
    const dl = el("dl");
    for (const [name, value] of pairs) if (value) dl.append(el("dt", name), el("dd", value));
    parent.append(dl);
  }

  function tell(i) {
    const box = $("details"), more = d.detail[i], title = el("h3", d.dict[d.title[i]]), shut = el("button", "✕");
    title.id = "opened";
    shut.type = "button";
    shut.className = "close";
    shut.setAttribute("aria-label", "Close");
    shut.addEventListener("click", close);
    box.replaceChildren(shut, el("p", severities[d.sev[i]] + ", " + confidences[d.conf[i]] + " confidence", severities[d.sev[i]]), title);
    if (more) box.append(el("p", d.dict[more.why]));
    if (more && more.action) box.append(el("p", "To do: " + d.dict[more.action] + (more.investigate ? ", after the host was looked through for an intruder" : "") + ".", "todo"));
    const names = list => (list || []).map(s => d.dict[s]).join(", ");
    facts(box, [
      ["Seen (UTC)", time(d.first[i]) + (d.last[i] ? " – " + time(d.first[i] + d.last[i]) : "")],
      ["Events", String(d.count[i])], ["Host", d.dict[d.host[i]]], ["User", d.dict[d.user[i]]],
      ["Known flaws", more && more.flaws ? more.flaws + (more.urgent ? ", " + more.urgent + " due within days" : "") : ""],
      ["Also named", more && names(more.entities)], ["Techniques", more && names(more.techniques)], ["Rules", more && names(more.rules)],
      ["Mitigations", more && names(more.mitigations)], ["Recovered", more && more.recovered ? "rests on recovered records only" : ""],
      ["Suppressed", d.dict[d.supp[i]]], ["Question", d.exposed[i] ? "are we exposed?" : "are they in?"], ["Detector", d.dict[d.det[i]]], ["Id", d.id[i]],
    ]);
    if (!more) {
      box.append(el("p", "The reason and the cited bytes of this finding are in findings.jsonl, under its id.", "soft"));
      return;
    }
    box.append(el("h4", more.cites.length ? "The bytes that prove it" : "No bytes are cited"));
    for (const c of more.cites) {
      box.append(el("p", d.dict[c[0]] + "@" + c[1] + "+" + c[2], "mono"));
      box.append(el("p", [c[3] ? "record " + c[3] : "", c[4] ? time(c[4]) + " UTC" : "", c[6] ? "SHA-256 " + d.dict[c[6]] : ""].filter(Boolean).join(" · "), "soft small"));
      box.append(el("pre", d.dict[c[5]]));
    }
    if (more.more) box.append(el("p", more.more + " more citations are in findings.jsonl.", "soft"));
    box.append(el("p", "Print the bytes with seawall show 'PATH@OFFSET+LENGTH'.", "soft small"));
    box.scrollTop = 0;
  }

  columns.forEach(c => {
    const cell = el("span"), button = el("button", c.name);
    cell.setAttribute("role", "columnheader");
    button.type = "button";
    button.addEventListener("click", () => {
      sortDown = sortBy === c ? !sortDown : Boolean(c.down);
      sortBy = c;
      for (const other of $("head").children) other.removeAttribute("aria-sort");
      columns.forEach((o, n) => { $("head").children[n].firstChild.textContent = o.name + (o === c ? (sortDown ? " ▾" : " ▴") : ""); });
      cell.setAttribute("aria-sort", sortDown ? "descending" : "ascending");
      filter();
    });
    cell.append(button);
    $("head").append(cell);
  });
  severities.map((name, s) => {
    const label = el("label"), box = el("input");
    box.type = "checkbox";
    box.checked = true;
    box.addEventListener("change", () => { show[s] = box.checked; filter(); });
    label.append(box, " ", el("span", name, name), " ");
    return label;
  }).reverse().forEach(label => $("severities").append(label));
  const option = (list, text, value) => {
    const o = el("option", text);
    o.value = value;
    $(list).append(o);
  };
  [...new Set(d.det)].sort((a, b) => rank()[a] - rank()[b]).forEach(at => option("detector", d.dict[at], at));
  d.tactics.forEach((t, n) => option("tactic", t[1], n));
  let waiting = 0;
  for (const id of ["text", "host"]) $(id).addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 150); });
  for (const id of ["question", "detector", "tactic", "suppressed"]) $(id).addEventListener("change", filter);
  $("reset").addEventListener("click", () => { reset(); filter(); });
  $("technique").addEventListener("click", () => { technique = ""; filter(); $("reset").focus(); });
  $("body").addEventListener("scroll", () => requestAnimationFrame(draw));
  $("grid").addEventListener("keydown", e => {
    if (e.target.tagName === "BUTTON") return;
    if (e.key === "Enter" && selected >= 0) {
      e.preventDefault();
      open($("grid"));
      $("details").focus({preventScroll: true});
      return;
    }
    const step = {ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -d.n, End: d.n}[e.key];
    if (!step || !rows.length) return;
    e.preventDefault();
    const at = rows.indexOf(selected), to = Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + step));
    into(to);
    select(rows[to]);
  });
  const into = to => {
    const body = $("body"), top = to * rowHeight;
    if (top < body.scrollTop) body.scrollTop = top;
    if (top + rowHeight > body.scrollTop + body.clientHeight) body.scrollTop = top + rowHeight - body.clientHeight;
  };
  document.addEventListener("keydown", e => { if (e.key === "Escape") close(); });

  // openNamed does what the address says.
  const openNamed = () => {
    let name = location.hash.slice(1);
    try { name = decodeURIComponent(name); } catch { /* as it stands */ }
    const [kind, value] = name.split(/=(.*)/s);
    const at = name ? d.id.indexOf(name) : -1;
    if (at >= 0) {
      if (!rows.includes(at)) {
        reset();
        $("suppressed").checked = Boolean(d.supp[at]);
        filter();
      }
      into(rows.indexOf(at));
      select(at);
      open(document.activeElement && document.activeElement !== document.body ? document.activeElement : $("grid"));
      return;
    }
    if (!["technique", "tactic", "detector", "host"].includes(kind) || value === undefined) return;
    reset();
    if (kind === "technique") technique = value;
    if (kind === "tactic") $("tactic").value = d.tactics.findIndex(t => t[0] === value);
    if (kind === "detector") $("detector").value = d.dict.indexOf(value);
    if (kind === "host") $("host").value = value;
    filter();
    $("findings").scrollIntoView();
    $("grid").focus({preventScroll: true});
  };
  addEventListener("hashchange", openNamed);
  // A link to what is open already changes no address, and opens it again.
  document.addEventListener("click", e => {
    const link = e.target.closest ? e.target.closest("a") : null;
    if (link && link.getAttribute("href") === location.hash) openNamed();
  });
  $("app").hidden = false;
  filter();
  openNamed();
})();
