// What the pages can't do by themselves: copy, press by key, and look again when something came in.
"use strict";

// What was told stands in the way after a while, and the same told twice is heard twice.
let told;
const tell = (text) => {
    const place = document.getElementById("aviso");
    place.textContent = "";
    clearTimeout(told);
    requestAnimationFrame(() => { place.textContent = text; });
    told = setTimeout(() => { place.textContent = ""; }, 8000);
};

const copy = async (button) => {
    const field = document.querySelector(button.dataset.copy);
    try {
        await navigator.clipboard.writeText(field.value);
    } catch {
        // Without permission, or not over a secure way: the old way.
        field.select();
        document.execCommand("copy");
    }
    tell("Copiado. Péguelo en el chat.");
};

document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
});

// The list follows what is typed once the hand rests, in milliseconds; what is asked for by Enter or the button isn't overtaken by it.
const RESTS = 40;
let typing;
document.addEventListener("input", ({ target: { form } }) => {
    if (form?.id !== "buscador") return;
    clearTimeout(typing);
    typing = setTimeout(() => form.dispatchEvent(new Event("typed")), RESTS);
});
document.addEventListener("submit", () => clearTimeout(typing), true);

// The question as it stands now, and the first of what it finds: a list that follows what is typed may lag behind a quick hand, and come in meanwhile.
let asked;
const search = () => {
    const form = document.getElementById("buscador");
    form.addEventListener("submit", (event) => { asked = event; }, { once: true });
    form.requestSubmit(form.querySelector("[name=pedido]"));
};

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.sourceEvent !== asked) return;
    const first = document.querySelector("#lista .hits a");
    if (first) { first.focus(); first.click(); }
});

// Where the article stands below its list, it is brought into sight; it is what was asked for.
document.addEventListener("htmx:after:request", (event) => {
    const { target } = event.detail.ctx;
    if (target?.id === "articulo" && target.getBoundingClientRect().top > innerHeight / 2) target.scrollIntoView();
});

document.addEventListener("click", (event) => {
    const again = event.target.closest("[data-again]");
    if (!again) return;
    event.preventDefault();
    document.getElementById("q").value = again.dataset.again;
    search();
});

// Before keys mean anything: what a quick hand writes into a page that opens is text.
document.querySelector("[autofocus]")?.focus();

const writes = (element) => element.matches("input:not([type=checkbox]), textarea:not([readonly]), select");

document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && writes(event.target)) { event.target.blur(); return; }
    // In a list: down into it from where one writes, and along it.
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        const links = [...document.querySelectorAll(".hits a")];
        const at = links.indexOf(document.activeElement);
        const step = event.key === "ArrowDown" ? 1 : -1;
        if (links.length && (at >= 0 || event.target.id === "q" && step > 0)) {
            event.preventDefault();
            if (at + step < 0) document.getElementById("q").focus();
            else links[Math.min(at + step, links.length - 1)].focus();
        }
        return;
    }
    if (event.target.dataset.enter !== undefined && event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        event.target.form.requestSubmit();
        return;
    }
    if (event.target.id === "q" && event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        if (event.target.value.trim()) search();
        else document.querySelector("[data-again]")?.click();
        return;
    }
    if (writes(event.target)) return;
    const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (wanted) {
        event.preventDefault();
        if (writes(wanted)) { wanted.focus(); wanted.select?.(); } else wanted.click();
    }
});

// What comes in is drawn anew, but not under the hands of who is choosing in it.
const live = () => document.querySelector("[data-live]");
if (live()) {
    const look = async () => {
        const list = live();
        const target = document.querySelector(list.dataset.liveTarget);
        const focused = document.activeElement?.getAttribute("href");
        const answer = await fetch(list.dataset.live, { headers: { "HX-Request": "true" } });
        // Let out meanwhile: the page shows where to come in again.
        if (answer.redirected) return location.reload();
        if (!answer.ok) return;
        const before = target.innerHTML;
        target.innerHTML = await answer.text();
        if (focused) target.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
        if (target.innerHTML !== before) tell("La lista cambió.");
    };
    let changes, waiting;
    const listen = () => {
        changes = new EventSource("/avisos");
        changes.addEventListener("cambio", () => { waiting ??= setTimeout(() => { waiting = undefined; look(); }, 300); });
    };
    // A browser has six connections to a server at most: a page that nobody sees takes none, and looks again when it is seen.
    document.addEventListener("visibilitychange", () => {
        if (document.hidden) return changes?.close();
        listen();
        look();
    });
    if (!document.hidden) listen();
}

// What was folded stays so from step to step, and the flow's picture shows the place.
const kept = document.querySelector("details[data-kept]");
if (kept) {
    kept.open = sessionStorage.getItem(kept.id) !== "closed";
    const show = () => {
        const box = kept.querySelector(".flow");
        const place = kept.querySelector("#aqui");
        if (!place || !kept.open) return;
        const [at, around] = [place.getBoundingClientRect(), box.getBoundingClientRect()];
        box.scrollTop += at.top - around.top - (box.clientHeight - at.height) / 2;
        box.scrollLeft += at.left - around.left - 16;
    };
    show();
    kept.addEventListener("toggle", () => { sessionStorage.setItem(kept.id, kept.open ? "open" : "closed"); show(); });
}
