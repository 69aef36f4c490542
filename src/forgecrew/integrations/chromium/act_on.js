// Clicks or fills what has a number; gives what was wrong, empty when nothing was.
((number, text) => {
  const element = (globalThis.forgecrewNumbered || [])[number - 1];
  if (!element || !element.isConnected) return "gone";
  if (element.disabled) return "disabled";
  element.scrollIntoView({ block: "center" });
  if (text === null) {
    const link = element.closest("a[target]");
    if (link) link.target = "_self";
    element.click();
    return "";
  }
  const tell = () => { for (const kind of ["input", "change"]) element.dispatchEvent(new Event(kind, { bubbles: true })); };
  if (element.tagName === "SELECT") {
    const found = [...element.options].find((one) => one.text.trim() === text.trim() || one.value === text);
    if (!found) return "no such entry";
    element.value = found.value;
    tell();
    return "";
  }
  if (element.isContentEditable) { element.focus(); element.innerText = text; tell(); return ""; }
  if (!("value" in element) || ["checkbox", "radio", "file", "submit", "button"].includes(element.type)) return "not a field";
  element.focus();
  // The setter of the element's kind: frameworks put their own over the element and would not notice.
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), "value").set.call(element, text);
  tell();
  return "";
})(__NUMBER__, __TEXT__)
