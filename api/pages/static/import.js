// The pages of imports: files can be dropped, the sending and the work on them can be watched.

const POLL = 1000;
const form = document.getElementById("send");
const work = document.querySelector("[data-progress]");

/** Take files that are dropped anywhere on the form. */
function takeDrops(input) {
  form.querySelector("[data-drop-hint]").hidden = false;
  const over = (isOver) => (event) => {
    event.preventDefault();
    form.classList.toggle("over", isOver);
  };
  form.addEventListener("dragover", over(true));
  form.addEventListener("dragleave", over(false));
  form.addEventListener("drop", (event) => {
    over(false)(event);
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
}

function tell(text) {
  const problem = form.querySelector("[data-problem]");
  problem.textContent = text;
  problem.hidden = !text;
}

/** Return why these files cannot be sent; empty if they can. */
function refusal(files) {
  if (files.length > Number(form.dataset.maxFiles)) return form.dataset.tooMany;
  const bytes = [...files].reduce((sum, file) => sum + file.size, 0);
  return bytes > Number(form.dataset.maxBytes) ? form.dataset.tooLarge : "";
}

/** Send the form and show how much has gone; its answer takes the place of this page. */
function send(event) {
  const input = form.querySelector("input[type=file]");
  event.preventDefault();
  const refused = refusal(input.files);
  tell(refused);
  if (refused) return;
  const sending = form.querySelector(".sending");
  const bar = sending.querySelector("progress");
  const button = form.querySelector("button");
  const request = new XMLHttpRequest();
  const fail = (text) => {
    sending.hidden = true;
    button.disabled = false;
    tell(text || form.dataset.failed);
  };
  request.open("POST", form.action);
  request.setRequestHeader("X-CSRF-Token", form.elements.csrf_token.value);
  request.responseType = "document";
  request.upload.addEventListener("progress", (sent) => {
    if (sent.lengthComputable) bar.value = (100 * sent.loaded) / sent.total;
    if (sent.loaded === sent.total) bar.removeAttribute("value");
  });
  request.addEventListener("load", () => {
    if (request.status < 400) location.assign(request.responseURL);
    else fail(request.response?.querySelector("main .notice.error p, main p.notice.error")?.textContent);
  });
  request.addEventListener("error", () => fail(""));
  sending.hidden = false;
  button.disabled = true;
  request.send(new FormData(form));
}

/** Show the progress of the work until it is over. */
async function watch() {
  const bar = work.querySelector("progress");
  try {
    const answer = await fetch(work.dataset.progress, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const now = await answer.json();
    if (now.over || now.saved !== (work.dataset.saved === "true")) return location.reload();
    work.querySelector("[data-stage]").textContent = now.stage;
    work.querySelector("[data-amount]").textContent = now.amount;
    if (now.max) {
      bar.max = now.max;
      bar.value = now.value;
    } else {
      bar.removeAttribute("value");
    }
  } catch {
    // The server may be restarting: the next look tells.
  }
  setTimeout(watch, POLL);
}

if (form) {
  takeDrops(form.querySelector("input[type=file]"));
  form.addEventListener("submit", send);
}
if (work) setTimeout(watch, POLL);
