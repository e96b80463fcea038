// The catalogue: filters apply at once, patents go on the list without leaving the page.
import { enableBasket } from "./basket.js";
import { keepChips } from "./chips.js";

/** Send the form as soon as a chip is switched: the button for that is not needed then. */
function applyAtOnce() {
  const button = document.querySelector("[data-apply]");
  if (!button) return;
  button.hidden = true;
  document.querySelector(".aside").addEventListener("change", (event) => {
    if (event.target.matches(".chip input")) button.form.requestSubmit();
  });
}

applyAtOnce();
enableBasket();
keepChips();
