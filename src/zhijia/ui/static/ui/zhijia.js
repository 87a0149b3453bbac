/* Zhijia: what pages do beyond htmx. Every page works without it. Floor: ES2020, Chromium 86, iOS 14. */
"use strict";

(function () {
  const one = (selector, within) => (within || document).querySelector(selector);
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const on = (name, work, capture) => document.addEventListener(name, work, capture || false);

  /* Said to screen readers, in the page's own language; the server sends the sentence as the event "say". */
  function say(sentence) {
    const live = one("#live");
    if (!live) return;
    live.lang = document.documentElement.lang;
    live.textContent = sentence;
  }
  on("say", (event) => say(event.detail.value));

  /* A form is sent once. The key in the form (`once`) keeps the promise on the server; this only spares the wait. */
  function release(form) {
    delete form.dataset.sent;
    all("[data-busy]", form).forEach((button) => { button.removeAttribute("data-busy"); button.removeAttribute("aria-disabled"); });
  }
  on("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sent = "1";
    const button = event.submitter || one("button:not([type=button])", form);
    if (button && button.classList.contains("button")) { button.setAttribute("data-busy", ""); button.setAttribute("aria-disabled", "true"); }
    window.setTimeout(() => release(form), 10000);
  }, true);
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach(release));
  on("htmx:afterRequest", (event) => all("form[data-sent]").forEach((form) => { if (form.contains(event.target)) release(form); }));

  /* Keys. Single letters can be switched off in the sheet that `?` shows. */
  const keysOff = () => { try { return localStorage.getItem("keys") === "off"; } catch (error) { return false; } };
  const typing = (target) => Boolean(target.closest("input, textarea, select, [contenteditable]"));
  let openedFrom = null;
  function showKeys(shown) {
    const sheet = one("#keys");
    if (!sheet || sheet.hidden === !shown) return;
    if (shown) openedFrom = document.activeElement;
    sheet.hidden = !shown;
    const next = shown ? one("[data-close-keys]", sheet) : openedFrom;
    if (next) next.focus();
  }
  const rows = () => all("[data-row], table[data-rows] > tbody > tr").filter((row) => row.offsetParent !== null);
  function step(by) {
    const list = rows();
    if (!list.length) return;
    const at = list.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
    const row = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by))];
    list.forEach((other) => other.removeAttribute("aria-selected"));
    if (row.tagName === "TR") { row.tabIndex = -1; row.setAttribute("aria-selected", "true"); }
    row.focus();
    row.scrollIntoView({ block: "nearest" });
  }
  function closePanel() {
    const panel = one("#panel");
    if (!panel || !panel.firstElementChild) return false;
    panel.textContent = "";
    const row = one("[data-row][aria-current], tr[aria-selected=true]");
    if (row) row.focus();
    return true;
  }
  on("keydown", (event) => {
    if (event.key === "Escape") {
      showKeys(false);
      const menu = one("details[data-menu][open]");
      if (menu) { menu.open = false; one("summary", menu).focus(); } else if (!typing(event.target)) closePanel();
      return;
    }
    if (event.key === "Tab" && one("#keys:not([hidden])")) {
      const stops = all("#keys button, #keys input");
      const last = event.shiftKey ? stops[0] : stops[stops.length - 1];
      if (document.activeElement === last) { event.preventDefault(); (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || keysOff()) return;
    if (event.key === "?") { event.preventDefault(); showKeys(one("#keys") && one("#keys").hidden); return; }
    if (one("#keys:not([hidden])")) return;
    if (event.key === "/") { const search = one("[data-search]"); if (search) { event.preventDefault(); search.focus(); } return; }
    if (event.key === "j" || event.key === "k") { step(event.key === "j" ? 1 : -1); return; }
    if (event.key === "Enter" && event.target.tagName === "TR") { const link = one("a[href]", event.target); if (link) link.click(); return; }
    const picked = event.target.closest(".pick");
    const mine = picked && one("[data-row-key=" + JSON.stringify(event.key) + "]", picked);
    if (mine) { event.preventDefault(); (mine.disabled ? one("a[href]", picked) : mine).click(); return; }
    const button = all("[data-key]").find((item) => item.dataset.key === event.key && !item.disabled && item.offsetParent !== null);
    if (button) {
      event.preventDefault();
      button.click();
      /* What opened is typed into at once: the next letter is a word, not another key. */
      const field = button.tagName === "SUMMARY" && button.parentElement.open && one("input:not([type=hidden]), select, textarea", button.parentElement);
      if (field) field.focus();
    }
  });
  on("change", (event) => {
    if (!event.target.matches("[data-keys-switch]")) return;
    try { localStorage.setItem("keys", event.target.checked ? "on" : "off"); } catch (error) { /* storage refused: keys stay on */ }
  });

  /* A side panel has room beside the table alone: on a phone the link leads to the page itself. */
  document.addEventListener("htmx:beforeRequest", (event) => {
    const from = event.detail.elt;
    if (event.detail.target && event.detail.target.id === "panel" && window.innerWidth < 900 && from.href) {
      event.preventDefault();
      window.location.assign(from.href);
    }
  });

  /* Clicks: menus close, panels close, branches of the tree fold. */
  on("click", (event) => {
    const target = event.target;
    all("details[data-menu][open]").forEach((menu) => { if (!menu.contains(target)) menu.open = false; });
    if (target.closest("[data-show-keys]")) showKeys(true);
    if (target.closest("[data-close-keys]")) showKeys(false);
    if (target.closest("[data-print]")) window.print();
    if (target.closest("[data-close-panel]") && closePanel()) event.preventDefault();
    const branch = target.closest("[data-tree]");
    if (branch) {
      const twigs = one(".tree", branch.closest(".tree-node"));
      branch.setAttribute("aria-expanded", String(!twigs || twigs.hidden));
      if (twigs) { twigs.hidden = !twigs.hidden; event.preventDefault(); event.stopImmediatePropagation(); }
    }
    const aloud = target.closest("[data-read-aloud]");
    if (aloud) readAloud();
  }, true);

  /* Rows chosen for the batch bar. */
  on("change", (event) => {
    const bar = one("[data-batch]");
    if (!bar) return;
    const boxes = all("input[name=chosen]");
    if (event.target.matches("[data-check-all]")) boxes.forEach((box) => { box.checked = event.target.checked; });
    else if (!event.target.matches("input[name=chosen]")) return;
    const chosen = boxes.filter((box) => box.checked).length;
    one("[data-chosen]", bar).textContent = String(chosen);
    one("[data-check-all]", bar).checked = chosen === boxes.length;
  });

  /* A clear value hides again by itself; its text leaves the page. */
  function hideLater(root) {
    all("[data-hide-after]", root).forEach((value) => {
      const seconds = Number(value.dataset.hideAfter);
      value.removeAttribute("data-hide-after");
      window.setTimeout(() => {
        all("[data-clear]", value).forEach((clear) => clear.remove());
        all("[data-masked]", value).forEach((masked) => { masked.hidden = false; });
      }, seconds * 1000);
    });
  }

  /* Photos shrink on the phone before they travel; where the engine cannot, the original goes. */
  function shrink(file, side, quality) {
    return new Promise((resolve) => {
      const picture = new Image();
      const address = URL.createObjectURL(file);
      const done = (result) => { URL.revokeObjectURL(address); resolve(result); };
      picture.onerror = () => done(file);
      picture.onload = () => {
        const scale = Math.min(1, side / Math.max(picture.naturalWidth, picture.naturalHeight));
        const canvas = document.createElement("canvas");
        canvas.width = Math.round(picture.naturalWidth * scale);
        canvas.height = Math.round(picture.naturalHeight * scale);
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        canvas.toBlob((blob) => {
          const smaller = blob && blob.size < file.size;
          done(smaller ? new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" }) : file);
        }, "image/jpeg", quality);
      };
      picture.src = address;
    });
  }
  on("change", async (event) => {
    const input = event.target;
    if (!input.matches("input[type=file][data-shrink]") || typeof DataTransfer !== "function") return;
    try {
      const files = new DataTransfer();
      const pictures = Array.from(input.files).map((file) => (file.type.startsWith("image/") ? shrink(file, 2000, 0.8) : file));
      (await Promise.all(pictures)).forEach((file) => files.items.add(file));
      input.files = files.files;
    } catch (error) { /* an engine without this: the original is sent */ }
  });

  function readAloud() {
    const voice = window.speechSynthesis;
    if (voice.speaking) { voice.cancel(); return; }
    const words = new SpeechSynthesisUtterance(one("#main").innerText);
    words.lang = document.documentElement.lang;
    voice.speak(words);
  }

  /* htmx: a whole page that answers a fragment's request (the log-in, say) becomes the page; a failure is shown. */
  function loggedOut() {
    const notice = one("#logged-out");
    if (!notice) return false;
    notice.hidden = false;
    notice.scrollIntoView({ block: "nearest" });
    return true;
  }
  on("htmx:beforeSwap", (event) => {
    const answer = event.detail.xhr;
    if (answer.status < 400 && /^\s*<!doctype/i.test(answer.responseText) && event.detail.target !== document.body) {
      event.detail.shouldSwap = false;
      if (answer.responseURL.includes("/login") && loggedOut()) return;
      window.location.assign(answer.responseURL);
    }
  });
  /* The session ended while somebody typed: what they typed stays. They log in in another window, come back and go on. */
  window.addEventListener("focus", async () => {
    const notice = one("#logged-out:not([hidden])");
    if (!notice) return;
    const form = notice.closest("form");
    const answer = await fetch(window.location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("#" + form.id + " [name=csrfmiddlewaretoken]");
    if (!token) return;
    all("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token.value; });
    notice.hidden = true;
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
  function failed(event) {
    if (event.detail.xhr && event.detail.xhr.status === 403 && loggedOut()) return;
    const notice = one("#failed");
    if (!notice) return;
    const answer = event.detail.xhr;
    one("[data-reference]", notice).textContent = (answer && answer.getResponseHeader("X-Request-Id")) || "";
    notice.hidden = false;
    notice.scrollIntoView({ block: "nearest" });
  }
  on("htmx:responseError", failed);
  on("htmx:sendError", failed);

  /* An address that ends in the name of a folded part opens it there. */
  function unfold() {
    const part = document.getElementById(window.location.hash.slice(1));
    if (!part || part.tagName !== "DETAILS") return;
    part.open = true;
    (one("textarea", part) || one("summary", part)).focus();
  }

  window.addEventListener("load", unfold);

  /* What matters only with some answers stands there only with them; without script the server says so. */
  function suit(root) {
    all("[data-only]", root).forEach((part) => {
      const answers = part.closest("form").elements;
      part.hidden = !Object.entries(JSON.parse(part.dataset.only)).every(([name, values]) => !answers[name] || values.includes(answers[name].value));
    });
  }
  on("change", (event) => { if (event.target.form) suit(event.target.form); });
  window.addEventListener("pageshow", () => suit(document));

  function prepare(root) {
    hideLater(root);
    suit(root);
    const focus = one("[data-focus]", root);
    if (focus) focus.focus();
  }
  on("htmx:load", (event) => { if (event.target !== document.body) prepare(event.target.parentNode || document); });
  on("DOMContentLoaded", () => {
    if (!window.matchMedia("(min-width: 900px)").matches) all("details[data-fold]").forEach((fold) => { fold.open = false; });
    prepare(document);
    all("[data-read-aloud]").forEach((button) => { button.hidden = !("speechSynthesis" in window); });
    all("[data-keys-switch]").forEach((box) => { box.checked = !keysOff(); });
  });
})();
