// Chips on a page that the browser's back button brings again.

/** Let the chips stand as the answer beside them has them, not as they were left. */
export function keepChips() {
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const input of document.querySelectorAll(".chip input")) {
      input.checked = input.defaultChecked;
    }
  });
}
