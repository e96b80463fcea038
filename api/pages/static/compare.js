// The ticks that choose patents to compare.

const MOST = 4;

/** Let between two and four patents be ticked. */
export function limitComparison() {
  const button = document.querySelector("[data-compare]");
  if (!button) return;
  const ticks = [...document.querySelectorAll("input[form=compare-form][type=checkbox]")];
  const update = () => {
    const ticked = ticks.filter((tick) => tick.checked).length;
    for (const tick of ticks) tick.disabled = !tick.checked && ticked >= MOST;
    button.disabled = ticked < 2;
  };
  for (const tick of ticks) tick.addEventListener("change", update);
  update();
}
