// The picture of what stands around an entity: opened by click or keyboard, as it was at the moment that the slider shows.
"use strict";

const picture = document.querySelector("[data-graph]");
const svg = picture.querySelector("svg");
const panel = document.querySelector(".panel");
const slider = document.getElementById("time");
const SHOWN_MAX = 20, CHARACTERS_MAX = 26, OPENED = 12, MORE = 6, SVG = "http://www.w3.org/2000/svg";
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

const centre = Number(picture.dataset.graph);
const entities = new Map([[centre, { id: centre, kind: picture.dataset.kind, label: picture.dataset.label }]]);
const opened = new Map(); // entity id -> groups, each with all that it shows
const places = new Map(); // key -> {x, y} of the last picture
let at = picture.dataset.at, selected = centre, asked = 0, drawnWidth = 0;

async function read(id, limit, more = "") {
  const answer = await fetch(`/api/memory/graph/expand/${id}?at=${encodeURIComponent(at)}&limit=${limit}${more}`);
  if (!answer.ok) throw new Error(`${answer.status}`);
  const { groups } = await answer.json();
  for (const group of groups) for (const one of group.shown) entities.set(one.other.id, one.other);
  return groups.filter((group) => group.count);
}

function built() {
  const nodes = new Map(), links = [], told = new Set();
  const entity = (id) => {
    const key = `e${id}`, one = entities.get(id);
    if (!nodes.has(key)) {
      const text = one.label.length > CHARACTERS_MAX ? `${one.label.slice(0, CHARACTERS_MAX - 1)}…` : one.label;
      nodes.set(key, { key, id, one, text, w: Math.max(14, textWidth(text, "13px system-ui") / 2 + 4), h: 19 });
    }
    return key;
  };
  entity(centre);
  for (const [id, groups] of opened) {
    if (id !== centre && !nodes.has(`e${id}`)) continue; // what led to it does not hold at this moment
    for (const group of groups) {
      const fresh = group.shown.filter((one) => !told.has(one.id));
      if (!fresh.length && group.shown.length) continue; // seen from its other end already
      const key = `g${id}.${group.kind}.${group.direction}`, left = group.count - group.shown.length;
      const text = !left ? group.words : group.shown.length ? `${group.words} · ${left} more` : `${group.words} · ${left}`;
      nodes.set(key, { key, group, of: id, left, text, w: textWidth(text, "11.5px system-ui") / 2 + 5, h: 9 });
      links.push({ source: entity(id), target: key, near: true });
      for (const one of fresh) { told.add(one.id); links.push({ source: key, target: entity(one.other.id) }); }
    }
  }
  return { nodes: [...nodes.values()], links };
}

function made(name, attributes, parent) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent.append(node);
  return node;
}

function drawNode(node) {
  const holder = made("g", { class: node.one ? "entity" : "group", "data-key": node.key }, svg);
  if (node.one) {
    const isOpen = opened.has(node.id);
    holder.dataset.kind = node.one.kind;
    if (node.id === selected) holder.setAttribute("aria-current", "true");
    made("circle", { r: node.id === centre ? 9 : 6.5, cy: -8, class: isOpen ? "dot open" : "dot" }, holder);
    made("text", { y: 13 }, holder).textContent = node.text;
    made("title", {}, holder).textContent = `${node.one.kind}: ${node.one.label}`;
    holder.setAttribute("aria-label", `${node.one.kind} ${node.one.label}${isOpen ? ", opened" : ""}`);
  } else {
    made("rect", { x: -node.w, y: -node.h, width: node.w * 2, height: node.h * 2, rx: 9 }, holder);
    made("text", { y: 4 }, holder).textContent = node.text;
    holder.setAttribute("aria-label", node.text);
  }
  if (node.one || node.left) { holder.setAttribute("tabindex", "0"); holder.setAttribute("role", "button"); }
  return holder;
}

function draw() {
  const width = picture.clientWidth, { nodes, links } = built();
  const parents = new Map(links.map((link) => [link.target, link.source]));
  for (const [turn, node] of nodes.entries()) {
    const known = places.get(node.key) ?? places.get(parents.get(node.key));
    const angle = turn * 2.4, far = places.has(node.key) ? 0 : 30 + turn;
    node.from = known ? { x: known.x, y: known.y } : { x: 0, y: 0 };
    [node.x, node.y] = [node.from.x + far * Math.cos(angle), node.from.y + far * Math.sin(angle)];
  }
  const size = layout(nodes, links, width), focused = document.activeElement?.dataset?.key;
  svg.setAttribute("viewBox", `${-width / 2} ${size.top} ${width} ${size.height}`);
  svg.setAttribute("height", size.height);
  svg.replaceChildren();
  const lines = links.map((link) => [link, made("line", {}, svg)]);
  const holders = nodes.map((node) => [node, drawNode(node)]);
  for (const node of nodes) places.set(node.key, { x: node.x, y: node.y });
  const began = performance.now(), turn = ++asked, still = calm || !drawnWidth || drawnWidth !== width;
  drawnWidth = width;
  const step = (now) => {
    if (turn !== asked) return;
    const part = still ? 1 : Math.min(1, (now - began) / 260), eased = 1 - (1 - part) ** 3;
    const x = (node) => node.from.x + (node.x - node.from.x) * eased, y = (node) => node.from.y + (node.y - node.from.y) * eased;
    for (const [node, holder] of holders) holder.setAttribute("transform", `translate(${x(node).toFixed(1)} ${y(node).toFixed(1)})`);
    for (const [link, line] of lines) {
      const lift = (node) => y(node) - (node.one ? 8 : 0);
      for (const [key, value] of [["x1", x(link.source)], ["y1", lift(link.source)], ["x2", x(link.target)], ["y2", lift(link.target)]]) {
        line.setAttribute(key, value.toFixed(1));
      }
    }
    if (part < 1) requestAnimationFrame(step);
  };
  step(began);
  if (focused) svg.querySelector(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
  picture.dataset.drawn = nodes.length;
}

async function show(id) {
  selected = id;
  const answer = await fetch(`/memory/${id}/panel?at=${encodeURIComponent(at)}`);
  if (answer.ok && selected === id) { panel.innerHTML = await answer.text(); showTimes(panel); }
}

async function open(id) {
  if (id !== centre && opened.has(id) && selected === id) opened.delete(id);
  else if (!opened.has(id)) opened.set(id, await read(id, OPENED));
  selected = id;
  draw();
  await show(id);
}

async function more(node) {
  const { group, of } = node;
  if (group.shown.length >= SHOWN_MAX) {
    location.href = `/memory?id=${of}&kind=${group.kind}&direction=${group.direction}&skip=${group.shown.length}&at=${encodeURIComponent(at)}`;
    return;
  }
  const limit = Math.min(MORE, SHOWN_MAX - group.shown.length);
  const found = await read(of, limit, `&kinds=${group.kind}&direction=${group.direction}&skip=${group.shown.length}`);
  for (const one of found) group.shown.push(...one.shown);
  draw();
}

async function travel(to) {
  at = to;
  const turn = ++travelled;
  const fresh = await Promise.all([...opened].map(async ([id, groups]) => {
    const shown = groups.reduce((sum, group) => sum + group.shown.length, 0);
    return [id, await read(id, Math.max(OPENED, Math.min(SHOWN_MAX, shown)))];
  }));
  if (turn !== travelled) return;
  for (const [id, groups] of fresh) opened.set(id, groups);
  draw();
  history.replaceState(null, "", `?id=${centre}${at ? `&at=${encodeURIComponent(at)}` : ""}`);
  await show(selected);
}
let travelled = 0;

function pressed(event) {
  const holder = event.target.closest("[tabindex]");
  if (!holder) return;
  const { nodes } = built(), node = nodes.find((one) => one.key === holder.dataset.key);
  if (event.type === "click" || event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    if (node) (node.one ? open(node.id) : more(node));
    return;
  }
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!way) return;
  event.preventDefault();
  const here = places.get(holder.dataset.key);
  const reach = [...svg.querySelectorAll("[tabindex]")].map((other) => {
    const there = places.get(other.dataset.key), ahead = (there.x - here.x) * way[0] + (there.y - here.y) * way[1];
    const aside = Math.abs((there.x - here.x) * way[1]) + Math.abs((there.y - here.y) * way[0]);
    return { other, ahead, far: ahead + aside * 2 };
  }).filter((one) => one.ahead > 1).sort((a, b) => a.far - b.far);
  reach[0]?.other.focus();
}

// ---- time: 1000 is now; the moments at which something changed are stops of the arrow keys
const moments = picture.dataset.moments.split(" ").filter(Boolean).map((text) => new Date(text).getTime());
const span = () => { const now = Date.now(), first = moments[0] ?? now - 864e5; return [first - (now - first) * 0.02, now]; };
const toTime = (value) => { const [first, now] = span(); return first + (now - first) * value / 1000; };
const toValue = (time) => { const [first, now] = span(); return 1000 * (time - first) / (now - first); };
const output = picture.querySelector("output");
let waiting = 0, current = at ? new Date(at).getTime() : 0; // 0 is now

function tell(time) { output.textContent = time ? new Date(time).toLocaleDateString([], { dateStyle: "medium" }) : "now"; }

function moveTo(time) {
  current = time;
  tell(time);
  const day = document.getElementById("at");
  day.value = time ? new Date(time).toISOString().slice(0, 10) : "";
  clearTimeout(waiting);
  waiting = setTimeout(() => travel(time ? new Date(time).toISOString() : ""), 140);
}

slider.addEventListener("input", () => moveTo(Number(slider.value) >= 1000 ? 0 : toTime(Number(slider.value))));
slider.addEventListener("keydown", (event) => {
  const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
  if (!way || !moments.length) return;
  event.preventDefault();
  const here = current || Infinity;
  const next = way > 0 ? moments.find((one) => one > here) : moments.findLast((one) => one < here) ?? moments[0];
  slider.value = next === undefined ? 1000 : Math.min(999.9, toValue(next));
  moveTo(next ?? 0);
});

panel.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-entity]");
  if (!link || event.metaKey || event.ctrlKey || !places.has(`e${link.dataset.entity}`)) return;
  event.preventDefault();
  open(Number(link.dataset.entity));
});
svg.addEventListener("click", pressed);
svg.addEventListener("keydown", pressed);
addEventListener("resize", () => { if (opened.size && picture.clientWidth !== drawnWidth) draw(); });

picture.hidden = false;
if (current) slider.value = Math.min(999.9, Math.max(0, toValue(current)));
tell(current);
read(centre, picture.clientWidth < 560 ? 8 : 14).then((groups) => { opened.set(centre, groups); draw(); });
