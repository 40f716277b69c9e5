"use strict";
// The newcomer's page: plain calls to /v1, and the messages that the local stack took in.

const $ = (selector, root = document) => root.querySelector(selector);
const english = () => document.documentElement.lang === "en";
const say = (vietnamese, inEnglish) => (english() ? inEnglish : vietnamese);
let session = null, token = null, seen = 0;

async function call(method, path, body, headers = {}) {
  const answer = await fetch("/v1/" + path, {
    method,
    headers: {
      "Accept-Language": english() ? "en" : "vi",
      ...(body && { "Content-Type": "application/json" }),
      ...(token && { Authorization: "Bearer " + token }),
      ...headers,
    },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  const content = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Problem(content || { title: answer.statusText });
  return content;
}

class Problem extends Error {
  constructor(document) {
    const fields = (document.errors || []).map((error) => `${error.field}: ${error.message}`);
    super([document.detail || document.title || document.message, ...fields].join("\n"));
    this.document = document;
  }
}

function tell(element, text, wrong = false) {
  element.textContent = text;
  element.classList.toggle("wrong", wrong);
}

function onSubmit(form, state, work) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const buttons = form.querySelectorAll("button");
    buttons.forEach((button) => (button.disabled = true));
    try {
      await work(new FormData(form, event.submitter));
    } catch (problem) {
      if (problem.document?.session) session = problem.document.session;
      tell(state, problem.message, true);
    } finally {
      buttons.forEach((button) => (button.disabled = false));
    }
  });
}

onSubmit($("#ask-code"), $("#sign-in-state"), async (data) => {
  token = null;
  session = (await call("POST", "auth/code", { phone: data.get("phone") })).session;
  $("#give-code").hidden = false;
  $("#give-code input").focus();
  tell($("#sign-in-state"), say("Mã đã được gửi; xem khung tin nhắn.", "The code has been sent; see the messages."));
});

onSubmit($("#give-code"), $("#sign-in-state"), async (data) => {
  const phone = $("#ask-code input").value;
  const answer = await call("POST", "auth/token", { phone, code: data.get("code"), session });
  token = answer.access_token;
  $("#give-code").hidden = true;
  tell($("#sign-in-state"), say("Đã đăng nhập bằng số ", "Signed in as ") + phone);
  await showOwn();
});

async function upload(code, file) {
  const leave = await call("POST", `feedback/${code}/photos`, { content_type: file.type, size: file.size });
  const form = new FormData();
  for (const [name, value] of Object.entries(leave.fields)) form.append(name, value);
  form.append("file", file);
  await fetch(leave.url, { method: "POST", body: form, mode: "no-cors" });
}

onSubmit($("#submit"), $("#submit-state"), async (data) => {
  if (!token) throw new Error(say("Hãy đăng nhập trước (bước 1).", "Please sign in first (step 1)."));
  const matter = {
    category: data.get("category"),
    text: data.get("text"),
    location: { lat: Number(data.get("lat")), long: Number(data.get("long")) },
    share_contact: data.has("share_contact"),
  };
  const made = await call("POST", "feedback", matter, { "Idempotency-Key": crypto.randomUUID() });
  const photo = data.get("photo");
  if (photo && photo.size) await upload(made.code, photo);
  tell($("#submit-state"), `${say("Đã gửi. Mã phản ánh:", "Sent. Tracking code:")} ${made.code} · ${made.status_text}`);
  await showOwn();
});

async function showCategories() {
  const select = $("#submit select");
  const { items } = await call("GET", "categories");
  const chosen = select.value;
  select.replaceChildren(...items.map((item) => new Option(item.name, item.code)));
  if (chosen) select.value = chosen;
  const advise = () => {
    const advice = items.find((item) => item.code === select.value)?.safety_advice;
    $("#advice").hidden = !advice;
    $("#advice").textContent = advice || "";
  };
  select.onchange = advise;
  advise();
}

function shownCase(item) {
  const shown = $("#case").content.cloneNode(true);
  const agency = item.agency ? item.agency.name : say("chưa giao", "nobody yet");
  $("h3", shown).textContent = `${item.code} · ${item.category_name || item.category}`;
  $(".state", shown).textContent = `${item.status_text} · ${agency}`;
  $(".text", shown).textContent = item.text || "";
  $(".answer", shown).textContent = item.answer ? `${item.answer.outcome_text || ""}: ${item.answer.result}` : "";
  const form = $("form", shown), state = $("[role=status]", shown);
  form.hidden = !item.next_actions.includes("rate");
  onSubmit(form, state, async (data) => {
    const reason = data.get("reason");
    await call("POST", `feedback/${item.code}/rate`, { rating: data.get("rating"), ...(reason && { reason }) });
    await showOwn();
  });
  translate(shown);
  return shown;
}

async function showOwn() {
  if (!token || $("#own input:focus")) return;
  const { items } = await call("GET", "feedback");
  const whole = await Promise.all(items.slice(0, 5).map((item) => call("GET", "feedback/" + item.code)));
  $("#own").replaceChildren(...whole.map(shownCase));
}

function withLinks(text) {
  const parts = text.split(/(https?:\/\/[^\s]+)/);
  return parts.map((part, index) => {
    if (index % 2 === 0) return document.createTextNode(part);
    const link = document.createElement("a");
    Object.assign(link, { href: part, textContent: part, target: "_blank", rel: "noreferrer" });
    return link;
  });
}

function letter(message) {
  const frame = document.createElement("iframe");
  frame.sandbox = "allow-popups allow-popups-to-escape-sandbox";
  frame.title = message.subject;
  frame.loading = "lazy";
  frame.srcdoc = `<base target="_blank">${message.html}`;
  return frame;
}

function shownMessage(message) {
  const shown = $("#message").content.cloneNode(true);
  $(".kind", shown).textContent = message.kind === "sms" ? "SMS" : "E-mail";
  $(".to", shown).textContent = "→ " + message.to;
  $("time", shown).textContent = message.at;
  $("h3", shown).textContent = message.subject;
  $("h3", shown).hidden = !message.subject;
  $(".content", shown).append(...(message.html ? [letter(message)] : withLinks(message.text)));
  return shown;
}

const MOST_SHOWN = 50;

async function showMessages() {
  // Each letter is a frame of its own; a page with thousands of them would stand still.
  const answer = await fetch(`/_local/messages?after=${seen}&most=${MOST_SHOWN}`);
  const fresh = await answer.json();
  for (const message of fresh) {
    $("#messages").prepend(shownMessage(message));
    seen = message.number;
  }
  while ($("#messages").children.length > MOST_SHOWN) $("#messages").lastElementChild.remove();
  $("#count").textContent = seen;
  $("#no-messages").hidden = seen > 0;
  if (fresh.length) await showOwn();
}

async function forEver(work, milliseconds) {
  for (;;) {
    await work().catch(() => {}); // the stack may be restarting: the next round will tell
    await new Promise((resolve) => setTimeout(resolve, document.hidden ? 5 * milliseconds : milliseconds));
  }
}

function translate(root) {
  for (const element of root.querySelectorAll("[data-en]")) {
    element.dataset.vi ??= element.textContent;
    element.textContent = english() ? element.dataset.en : element.dataset.vi;
  }
}

$("#language").addEventListener("click", async () => {
  document.documentElement.lang = english() ? "vi" : "en";
  $("#language").textContent = english() ? "Tiếng Việt" : "English";
  $("#language").lang = english() ? "vi" : "en";
  translate(document);
  await showCategories();
  await showOwn();
});

showCategories().catch((problem) => tell($("#submit-state"), problem.message, true));
forEver(showMessages, 1500);
