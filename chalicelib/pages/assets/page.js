// The pages work without this file; it spares people some steps.
"use strict";
document.documentElement.classList.add("scripted");

// A second press on a slow line does nothing more. A page that comes back by the back button can be sent again.
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("data-upload")) return;
  if (form.dataset.sent || (form.dataset.confirm && !confirm(form.dataset.confirm))) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});

// How much is written.
for (const area of document.querySelectorAll("textarea[data-least]")) {
  const count = document.createElement("p");
  count.className = "hint count";
  const show = () => {
    const length = area.value.trim().length;
    const lacking = area.dataset.least - length;
    count.textContent = lacking > 0 ? area.dataset.lacking.replace("#", lacking) : area.dataset.count.replace("#", length);
  };
  area.addEventListener("input", show);
  area.after(count);
  show();
}

// A long list gets a field that filters it, with or without diacritics.
const bare = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
for (const select of document.querySelectorAll("select[data-filter]")) {
  let chosen = select.value;
  const groups = [...select.querySelectorAll("optgroup")].map((group) => [group, [...group.children]]);
  const field = document.createElement("div");
  field.className = "field";
  const label = document.createElement("label");
  label.htmlFor = "filter";
  label.textContent = select.dataset.filter;
  const input = document.createElement("input");
  input.type = "search";
  input.id = "filter";
  input.autocomplete = "off";
  const hint = document.createElement("p");
  hint.className = "hint";
  hint.id = "filter-hint";
  hint.setAttribute("role", "status");
  hint.textContent = select.dataset.hint;
  input.setAttribute("aria-describedby", "filter-hint");
  input.addEventListener("input", () => {
    const words = bare(input.value).split(/\s+/).filter(Boolean);
    const found = new Set();
    for (const [group, options] of groups) {
      const hits = options.filter((option) => words.every((word) => bare(option.textContent).includes(word)));
      group.replaceChildren(...hits);
      group.hidden = !hits.length;
      for (const hit of hits) found.add(hit.value);
    }
    // Only a single hit is chosen: nobody should send a case to the first of many by mistake.
    select.value = found.size === 1 ? [...found][0] : found.has(chosen) ? chosen : "";
    const { hint: all, one, some, none } = select.dataset;
    hint.textContent = !words.length ? all : found.size > 1 ? some.replace("#", found.size) : found.size ? one : none;
  });
  select.addEventListener("change", () => { chosen = select.value; });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  field.append(label, hint, input);
  select.closest(".field").before(field);
}

// Files go up while people write: several at once, large photos made smaller first.
const LONGEST = 2000;
const smaller = async (file) => {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < 600000) return file;
  try {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return made && made.size < file.size ? made : file;
  } catch {
    return file;
  }
};
const send = async (form, file) => {
  const body = new FormData();
  for (const field of form.querySelectorAll("input[type=hidden]")) body.append(field.name, field.value);
  body.append("file", file);
  // The store answers a good upload with a redirect to this page, which a script cannot follow: that is the sign.
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
  if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error("refused");
  const page = await fetch(form.dataset.back + "?key=" + encodeURIComponent(body.get("key")), { cache: "no-store" });
  const text = await page.text();
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("evidence");
  if (!page.ok || !fresh) throw new Error("no page");
  return fresh;
};
const swap = (fresh) => {
  const present = document.getElementById("evidence");
  for (const input of present.querySelectorAll("input[form=task]")) {
    const same = fresh.querySelector("#" + CSS.escape(input.id));
    if (!same) continue;
    if (input.type === "checkbox") same.checked = input.checked;
    else same.value = input.value;
  }
  present.replaceWith(fresh);
  watch();
  return fresh;
};
function watch() {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button");
  input.multiple = true;
  button.hidden = true;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("change", async () => {
    let current = form;
    const say = (words, role) => {
      const line = document.createElement("p");
      line.className = role === "alert" ? "error" : "hint";
      line.setAttribute("role", role);
      line.textContent = words;
      current.querySelector(".note")?.remove();
      line.classList.add("note");
      current.append(line);
    };
    for (const file of [...input.files]) {
      say(current.dataset.busy, "status");
      try {
        const fresh = swap(await send(current, await smaller(file)));
        const next = fresh.querySelector("form[data-upload]");
        if (!next) break;
        current = next;
      } catch {
        say(current.dataset.failed, "alert");
        break;
      }
    }
  });
}
watch();
