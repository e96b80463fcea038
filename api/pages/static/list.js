// The list: notes stay in this browser, the list can be printed, patents compared.
import { limitComparison } from "./compare.js";
import { offerPrint } from "./print.js";

const KEY = "matcher.notes";

/** Return the notes that this browser keeps, by patent. */
function readNotes() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

/** Keep the notes of the patents on the list; those of others are forgotten. */
function keepNotes() {
  const fields = [...document.querySelectorAll("[data-note]")];
  const kept = readNotes();
  for (const field of fields) {
    field.value ||= kept[field.dataset.note] ?? "";
    field.addEventListener("input", () => {
      const notes = fields.filter((each) => each.value).map((each) => [each.dataset.note, each.value]);
      try {
        localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(notes)));
      } catch {
        // A browser that keeps nothing: the notes still go into what is printed and saved.
      }
    });
  }
}

keepNotes();
offerPrint();
limitComparison();
