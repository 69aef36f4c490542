// The page as Markdown. Runs in a world of its own, where the page's scripts cannot change what it is made of.
// What can be clicked or filled gets a number; the elements themselves stay in `numbered`.
(() => {
  const CHARACTERS_MAX = __CHARACTERS_MAX__, NODES_MAX = 60000, NUMBERS_MAX = 400;
  const numbered = (globalThis.forgecrewNumbered = []);
  const skipped = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "SVG", "HEAD", "LINK", "META", "OBJECT", "EMBED"]);
  const blocks = new Set(["P", "DIV", "SECTION", "ARTICLE", "MAIN", "HEADER", "FOOTER", "NAV", "ASIDE", "UL", "OL", "TABLE",
    "FORM", "FIELDSET", "FIGURE", "BLOCKQUOTE", "DL", "DT", "DD", "ADDRESS", "DETAILS", "SUMMARY", "BODY", "DIALOG"]);
  let out = "", nodes = 0, cut = false;
  const add = (text) => {
    if (out.length + text.length > CHARACTERS_MAX) { out += text.slice(0, CHARACTERS_MAX - out.length); cut = true; } else out += text;
  };
  const line = () => { if (out && !out.endsWith("\n")) add("\n"); };
  const gap = () => { line(); if (out && !out.endsWith("\n\n")) add("\n"); };
  const clean = (text, most = 120) => { const plain = (text || "").replace(/\s+/g, " ").trim(); return plain.length > most ? plain.slice(0, most - 1) + "…" : plain; };
  const hidden = (element) => {
    const style = getComputedStyle(element);
    return style.display === "none" || style.visibility === "hidden" || element.getAttribute("aria-hidden") === "true";
  };
  // Of a label around a list, not the entries of the list.
  const words = (label) => label && ([...label.childNodes].map((node) => node.nodeType === Node.TEXT_NODE ? node.data : "").join(" ").trim() || label.innerText);
  const name = (element) => clean(element.getAttribute("aria-label") || words(element.labels && element.labels[0])
    || element.placeholder || element.title || element.name || "");
  const number = (element, what) => {
    if (numbered.length >= NUMBERS_MAX) return;
    numbered.push(element);
    if (out && !/[\s(]$/.test(out)) add(" ");
    add(`[${numbered.length}] ${what} `);
  };
  const control = (element) => {
    const tag = element.tagName, type = (element.type || "").toLowerCase(), off = element.disabled ? " (disabled)" : "";
    if (tag === "A" && element.hasAttribute("href")) number(element, `link "${clean(element.innerText) || clean(element.querySelector("img")?.alt) || name(element)}"`);
    else if (tag === "BUTTON" || element.getAttribute("role") === "button" || (tag === "INPUT" && ["button", "submit", "reset", "image"].includes(type)))
      number(element, `button "${clean(element.innerText) || clean(element.value) || name(element)}"${off}`);
    else if (tag === "INPUT" && ["checkbox", "radio"].includes(type)) number(element, `${type} ${element.checked ? "[x]" : "[ ]"} "${name(element)}"${off}`);
    else if (tag === "INPUT" && type === "file") number(element, `file field "${name(element)}" (cannot be filled)`);
    else if (tag === "INPUT" && type !== "hidden") number(element, `field "${name(element)}"${element.value ? ` = "${type === "password" ? "…" : clean(element.value)}"` : ""}${off}`);
    else if (tag === "TEXTAREA") number(element, `field "${name(element)}"${element.value ? ` = "${clean(element.value)}"` : ""}${off}`);
    else if (tag === "SELECT") number(element, `list "${name(element)}" = "${clean(element.selectedOptions[0]?.text)}" of ${[...element.options].slice(0, 12).map((one) => `"${clean(one.text, 40)}"`).join(", ")}${off}`);
    else if (element.isContentEditable && !element.parentElement?.isContentEditable) number(element, `field "${name(element)}" = "${clean(element.innerText)}"`);
    else return false;
    return true;
  };
  const walk = (node, pre) => {
    if (cut || ++nodes > NODES_MAX) { cut = true; return; }
    if (node.nodeType === Node.TEXT_NODE) {
      if (pre) return add(node.data);
      const text = node.data.replace(/\s+/g, " ");
      if (text !== " ") add(out.endsWith("\n") || out.endsWith(" ") || !out ? text.trimStart() : text);
      else if (out && !/\s$/.test(out)) add(" ");
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || skipped.has(node.tagName.toUpperCase()) || hidden(node)) return;
    const tag = node.tagName;
    if (control(node)) return;
    const into = () => { for (const child of (node.shadowRoot || node).childNodes) walk(child, pre || tag === "PRE"); };
    if (/^H[1-6]$/.test(tag)) { gap(); add("#".repeat(+tag[1]) + " "); into(); gap(); }
    else if (tag === "BR") line();
    else if (tag === "HR") { gap(); add("---"); gap(); }
    else if (tag === "LI") { line(); add(node.parentElement?.tagName === "OL" ? "1. " : "- "); into(); line(); }
    else if (tag === "PRE") { gap(); add("```\n"); into(); line(); add("```"); gap(); }
    else if (tag === "CODE" && !pre) { add("`"); into(); add("`"); }
    else if (tag === "STRONG" || tag === "B") { add("**"); into(); add("**"); }
    else if (tag === "IMG") { if (node.alt) add(`![${clean(node.alt)}]`); }
    else if (tag === "TR") { line(); add("|"); into(); line(); if (node.querySelector("th") && node.parentElement?.querySelector("tr") === node) { add("|" + "---|".repeat(node.cells.length)); line(); } }
    else if (tag === "TD" || tag === "TH") { add(" "); into(); add(" |"); }
    else if (tag === "IFRAME") {
      line(); add(`(frame ${clean(node.src)})`); line();
      try { if (node.contentDocument?.body) walk(node.contentDocument.body, pre); } catch { /* another site */ }
    } else if (tag === "CANVAS" || tag === "VIDEO") add(`(${tag.toLowerCase()})`);
    else if (blocks.has(tag)) { if (tag === "P") gap(); else line(); into(); if (tag === "P") gap(); else line(); }
    else into();
  };
  if (document.body) walk(document.body, false);
  const text = out.replace(/[ \t]+\n/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
  return { url: location.href, title: clean(document.title), text, elements: numbered.length, cut };
})()
