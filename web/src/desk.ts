// The server's own pages: files dropped into a form, names completed while they
// are typed, and what is being worked on looked at again. Each page does all that
// without this script as well, by its forms alone.

import "./desk.css";
import { complete } from "./complete";
import { el } from "./element";

// drops lets a form take files that are dropped anywhere on the page.
function drops(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>('input[type="file"]')!;
  const over = (on: boolean) => (e: DragEvent) => {
    if (!e.dataTransfer?.types.includes("Files")) return;
    e.preventDefault();
    form.classList.toggle("over", on);
  };
  addEventListener("dragenter", over(true));
  addEventListener("dragover", over(true));
  addEventListener("dragleave", (e) => {
    if (!e.relatedTarget) over(false)(e);
  });
  addEventListener("drop", (e) => {
    over(false)(e);
    if (!e.dataTransfer?.files.length) return;
    input.files = e.dataTransfer.files;
    form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    form.append(el("p", { role: "status" }, "The files are being sent."));
  });
}

// again looks at the page anew while something is worked on, and shows what has
// changed; what has the focus keeps it.
async function again(): Promise<void> {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.redirected) {
    location.replace(answer.url);
    return;
  }
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = document.getElementById("content")!;
  const then = next.getElementById("content");
  if (!answer.ok || !then) {
    location.reload();
    return;
  }
  if (then.innerHTML !== now.innerHTML) {
    const focused = document.activeElement?.id;
    now.replaceChildren(...then.childNodes);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    begin(now);
  }
  if (next.body.dataset.refresh) wait();
  else delete document.body.dataset.refresh;
}

const wait = () => setTimeout(() => again().catch(wait), 700);

function begin(root: ParentNode): void {
  root.querySelectorAll<HTMLFormElement>("form.drop").forEach(drops);
  root.querySelectorAll<HTMLInputElement>("input[data-names]").forEach(complete);
}

begin(document);
if (document.body.dataset.refresh) wait();
