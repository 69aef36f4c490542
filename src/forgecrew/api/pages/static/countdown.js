// Counts down what carries data-until, once a second.
const tick = () => {
  for (const shown of document.querySelectorAll("[data-until]")) {
    const left = Math.max(0, Math.ceil((Date.parse(shown.dataset.until) - Date.now()) / 1000));
    const two = (number) => String(number).padStart(2, "0");
    shown.textContent = left ? `${Math.floor(left / 3600)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}` : "now";
  }
};
tick();
setInterval(tick, 1000);
