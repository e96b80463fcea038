// Pages whose last part comes later: where it never comes, they say so. No script is told that a
// connection broke off, so while a page still comes this one looks whether the server is there.

const LOOK = 5000;

/** Say in place of waiting that nothing will come. */
function tellLost(lost) {
  for (const part of lost.parentElement.children) part.hidden = part !== lost;
}

/** Look whether the page still comes, until it is there. */
async function look() {
  const lost = document.querySelector("[data-lost]");
  if (document.readyState !== "loading") return;
  if (lost) {
    const isOver = performance.now() > 1000 * Number(lost.dataset.seconds);
    const isServed = !isOver && (await fetch(lost.dataset.lost).then(() => true, () => false));
    if (!isServed) return tellLost(lost);
  }
  setTimeout(look, LOOK);
}

setTimeout(look, LOOK);
