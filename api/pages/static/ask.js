// The ask page: filters apply at once, a file can be dropped on the box, the link can be copied.
import { enableBasket } from "./basket.js";
import { keepChips } from "./chips.js";
import { limitComparison } from "./compare.js";

const form = document.getElementById("ask");
const box = form.querySelector("textarea[data-drop]");
const file = form.querySelector("input[type=file]");

/** Send the form as soon as a chip is switched: the button for that is not needed then. */
function applyAtOnce() {
  const button = document.querySelector("[data-apply]");
  if (!button) return;
  button.hidden = true;
  document.querySelector(".aside").addEventListener("change", (event) => {
    if (event.target.matches(".chip input")) form.requestSubmit();
  });
}

/** Let a file be dropped on the box, and send it. */
function takeDrops() {
  if (!box || !file) return;
  const over = (isOver) => (event) => {
    event.preventDefault();
    box.classList.toggle("over", isOver);
  };
  box.addEventListener("dragover", over(true));
  box.addEventListener("dragleave", over(false));
  box.addEventListener("drop", (event) => {
    over(false)(event);
    if (event.dataTransfer.files.length) {
      file.files = event.dataTransfer.files;
      form.requestSubmit();
    } else {
      box.value = event.dataTransfer.getData("text/plain");
    }
  });
  file.addEventListener("change", () => file.files.length && form.requestSubmit());
}

/** Send with Ctrl-Enter from the box; Enter alone begins a new line. */
function sendByKey() {
  box?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

/** Offer to copy the address of the answer, and show it: a posted form has none of its own. */
function offerLink() {
  const button = document.querySelector("[data-copy]");
  if (!button) return;
  const address = new URL(button.dataset.copy, location.href);
  history.replaceState(null, "", address);
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(address);
    button.textContent = button.dataset.done;
  });
}

applyAtOnce();
takeDrops();
sendByKey();
offerLink();
limitComparison();
enableBasket();
keepChips();
