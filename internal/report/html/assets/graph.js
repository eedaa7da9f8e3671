// The drawings of incidents. Zooming spreads the axis of time and leaves the
// text its size; without this script the drawing stands as it is.
for (const svg of document.querySelectorAll("svg.graph")) {
  const left = Number(svg.dataset.left), width = Number(svg.getAttribute("width"));
  const view = svg.parentElement, names = svg.querySelector(".names");
  const parts = [];
  for (const e of svg.querySelectorAll(".plot *")) {
    for (const name of ["x", "x1", "x2", "cx"]) if (e.hasAttribute(name)) parts.push({e, name, at: Number(e.getAttribute(name))});
    if (e.hasAttribute("width")) parts.push({e, name: "width", at: Number(e.getAttribute("width")), length: true});
  }
  const days = [...svg.querySelectorAll("text.day")], height = Number(svg.getAttribute("height"));
  // The margin is as wide as the longest name.
  const longest = Math.max(0, ...[...names.querySelectorAll("text")].map(t => t.getComputedTextLength()));
  const spare = Math.max(0, left - longest - 30);
  names.querySelector(".margin").setAttribute("x", spare);
  names.querySelector(".margin").setAttribute("width", left - spare);
  let zoom = 1;

  // Names of days that would stand on each other are left out.
  const thin = () => {
    let free = -Infinity;
    for (const day of days) {
      const x = Number(day.getAttribute("x")), fits = x > free;
      day.classList.toggle("left-out", !fits);
      if (fits) free = x + day.textContent.length * 7;
    }
  };
  const setZoom = to => {
    const middle = (view.scrollLeft + view.clientWidth / 2 - left) / zoom;
    zoom = Math.min(8, Math.max(0.1, to));
    for (const p of parts) p.e.setAttribute(p.name, p.length ? Math.max(2, p.at * zoom) : left + (p.at - left) * zoom);
    resize();
    thin();
    view.scrollLeft = middle * zoom + left - view.clientWidth / 2;
  };
  const resize = () => {
    const w = left + (width - left) * zoom - spare;
    svg.setAttribute("width", w);
    svg.setAttribute("viewBox", spare + " 0 " + w + " " + height);
  };
  const fit = () => setZoom((view.clientWidth - left + spare) / (width - left));

  const bar = document.createElement("div");
  bar.className = "zoom";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Zoom the drawing");
  for (const [text, label, act] of [["−", "Zoom out", () => setZoom(zoom / 1.4)], ["+", "Zoom in", () => setZoom(zoom * 1.4)], ["Fit", "Fit the whole incident", fit], ["1:1", "Original size", () => setZoom(1)]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    bar.append(button);
  }
  view.before(bar);

  // The names of the lanes stay in sight where there is room.
  view.addEventListener("scroll", () => {
    names.setAttribute("transform", "translate(" + (view.clientWidth > 560 ? view.scrollLeft : 0) + " 0)");
  });

  // One step is in the order of the Tab key; arrow keys go to the others.
  const steps = [...svg.querySelectorAll("a.step")];
  steps.forEach((a, i) => { a.tabIndex = i ? -1 : 0; });
  view.addEventListener("keydown", e => {
    const act = {"+": () => setZoom(zoom * 1.4), "=": () => setZoom(zoom * 1.4), "-": () => setZoom(zoom / 1.4), "0": fit}[e.key];
    const at = steps.indexOf(document.activeElement), move = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[e.key];
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (act) act();
    else if (at >= 0 && move && steps[at + move]) {
      steps[at].tabIndex = -1;
      steps[at + move].tabIndex = 0;
      steps[at + move].focus();
    } else return;
    e.preventDefault();
  });
  view.addEventListener("wheel", e => {
    if (!e.ctrlKey) return;
    e.preventDefault();
    setZoom(e.deltaY < 0 ? zoom * 1.15 : zoom / 1.15);
  }, {passive: false});
  resize();
  thin();
  // Until somebody zooms, the drawing fills its place if that suits it.
  const fill = () => {
    const filled = (view.clientWidth - left + spare) / (width - left);
    if (!zoomed && view.clientWidth > 560 && filled > 0.5) setZoom(Math.min(filled, 1.6));
  };
  let zoomed = false;
  for (const event of ["click", "keydown", "wheel"]) bar.parentElement.addEventListener(event, () => { zoomed = true; });
  addEventListener("resize", fill);
  fill();
}
