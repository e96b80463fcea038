// The buttons that put a patent on the list and take it off, without leaving the page.

/** Let the buttons of the basket work in place; without this they post the form. */
export function enableBasket() {
  const form = document.getElementById("basket-form");
  if (!form) return;
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, button));
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
    }).catch(() => null);
    if (!answer?.ok) {
      location.assign(form.action); // the page of the list says what is wrong
      return;
    }
    const { count } = await answer.json();
    const isIn = button.name === "add";
    button.name = isIn ? "remove" : "add";
    button.textContent = isIn ? button.dataset.remove : button.dataset.add;
    button.classList.toggle("in-basket", isIn);
    for (const shown of document.querySelectorAll("[data-basket-count]")) shown.textContent = count;
  });
}
