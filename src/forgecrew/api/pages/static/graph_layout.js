// Where the things of the picture stand: forces pull and push until no two labels overlap, inside the width of the page.
"use strict";

const measure = document.createElement("canvas").getContext("2d");

function textWidth(text, font) {
  measure.font = font;
  return measure.measureText(text).width;
}

// A force of d3: boxes (2 × node.w by 2 × node.h around their middle) that overlap move apart; tells whether any did.
function boxesApart(widely) {
  let nodes = [];
  const force = () => {
    let moved = false;
    for (let i = 0; i < nodes.length; i += 1) {
      for (let j = i + 1; j < nodes.length; j += 1) {
        const a = nodes[i], b = nodes[j], wide = a.w + b.w + 8, high = a.h + b.h + 5;
        const dx = b.x - a.x, dy = b.y - a.y, overX = wide - Math.abs(dx), overY = high - Math.abs(dy);
        if (overX <= 0.5 || overY <= 0.5) continue;
        moved = true;
        // While forces still pull, sideways is preferred: labels are wide, and all would end in one column.
        if (widely ? overX / wide < overY / high : overX < overY) {
          const push = (dx < 0 ? -1 : 1) * overX / 2;
          a.x -= push;
          b.x += push;
        } else {
          const push = (dy < 0 ? -1 : 1) * overY / 2;
          a.y -= push;
          b.y += push;
        }
      }
    }
    return moved;
  };
  force.initialize = (given) => { nodes = given; };
  return force;
}

function within(width) {
  let nodes = [];
  const force = () => {
    for (const node of nodes) {
      const most = Math.max(0, width / 2 - node.w - 2);
      node.x = Math.max(-most, Math.min(most, node.x));
    }
  };
  force.initialize = (given) => { nodes = given; };
  return force;
}

// Gives every node x and y around (0, 0), and the height that the picture needs; nodes that have a place keep about theirs.
function layout(nodes, links, width) {
  const narrow = width < 560;
  d3.forceSimulation(nodes)
    .force("link", d3.forceLink(links).id((node) => node.key).distance((link) => (link.near ? 62 : 74)).strength(0.7))
    .force("charge", d3.forceManyBody().strength(-260).distanceMax(420))
    .force("x", d3.forceX(0).strength(narrow ? 0.1 : 0.03))
    .force("y", d3.forceY(0).strength(narrow ? 0.03 : 0.06))
    .force("apart", boxesApart(true))
    .force("within", within(width))
    .stop()
    .tick(280);
  const apart = boxesApart(false), inside = within(width);
  apart.initialize(nodes);
  inside.initialize(nodes);
  for (let round = 0; round < 300 && apart(); round += 1) inside();
  const left = Math.min(...nodes.map((node) => node.x - node.w)), right = Math.max(...nodes.map((node) => node.x + node.w));
  for (const node of nodes) node.x -= (left + right) / 2;
  const top = Math.min(...nodes.map((node) => node.y - node.h)), bottom = Math.max(...nodes.map((node) => node.y + node.h));
  return { top: top - 12, height: bottom - top + 24 };
}
