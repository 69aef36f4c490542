// Brings an open page up to date: server-sent events carry parts of the page that the server has rendered and escaped.
"use strict";

const live = document.querySelector("[data-live]");
const connection = document.querySelector("[data-connection]");

function showTimes(root) {
  const now = new Date();
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    const clock = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const day = at.toLocaleDateString([], { day: "numeric", month: "short" });
    time.textContent = at.toDateString() === now.toDateString() ? clock : `${day}, ${clock}`;
    time.title = at.toLocaleString();
  }
}

function follow(address) {
  const source = new EventSource(address);
  const targets = [...document.querySelectorAll("[data-event]")];
  for (const target of targets) {
    source.addEventListener(target.dataset.event, (event) => {
      if ("append" in target.dataset) {
        target.insertAdjacentHTML("beforeend", event.data);
      } else {
        target.innerHTML = event.data;
      }
      showTimes(target);
    });
  }
  source.addEventListener("open", () => { connection.textContent = "live"; connection.dataset.connection = "live"; });
  source.addEventListener("error", () => { connection.textContent = "reconnecting …"; connection.dataset.connection = "lost"; });
  source.addEventListener("end", () => { source.close(); connection.textContent = ""; connection.dataset.connection = ""; });
}

showTimes(document);
if (live) follow(live.dataset.live);
