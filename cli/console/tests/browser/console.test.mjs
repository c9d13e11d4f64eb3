// The console as a technician uses it, in Debian's Chromium. `npm ci && npm test`, once `cargo build` has made the program.
// With SCREENSHOTS=FOLDER the pages are drawn there for the docs.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const program = process.env.BAQUIANO ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/baquiano");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const dir = mkdtempSync(join(tmpdir(), "baquiano-"));
const store = ["--store", join(dir, "console")];
let server, browser, base, token;

before(async () => {
  token = JSON.parse(execFileSync(program, ["serve", ...store, "token", "campo", "--json"])).token;
  server = spawn(program, ["serve", ...store, "--port", "0", "--json"], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await new Promise((told) => server.stdout.once("data", (data) => told(String(data).split("\n"))));
  base = JSON.parse(line).address;
  // As root, Chromium needs to be told that its sandbox can't be had.
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
});

after(async () => {
  await browser?.close();
  server?.kill();
  rmSync(dir, { recursive: true, force: true });
});

// `slow`: how many times slower than here the page's computer is.
async function open(t, { width = 1366, height = 768, mode = "light", slow = 1 } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: mode, permissions: ["clipboard-read", "clipboard-write"] });
  t.after(() => context.close());
  const page = await context.newPage();
  await (await context.newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate: slow });
  const told = [];
  page.on("pageerror", (error) => told.push(error.message));
  // What the policy forbids is told here, too. A refused form is an answer, and no mistake of the page.
  page.on("console", (message) => message.type() === "error" && !message.text().includes("422") && told.push(message.text()));
  t.after(() => assert.deepEqual(told, []));
  return page;
}

async function clean(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), rules);
  assert.deepEqual(violations.map((one) => [one.id, one.nodes[0].html]), [], name);
  const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= screen, `${name} is ${wide} wide on ${screen}`);
  if (process.env.SCREENSHOTS) await page.screenshot({ path: join(process.env.SCREENSHOTS, `console-${name}.png`) });
}

// A key that leads to another page: only there, once it is loaded, keys mean something again.
const go = (page, key) => Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);

const copied = (page) => page.evaluate(() => navigator.clipboard.readText());

function send(...words) {
  const env = { ...process.env, BAQUIANO_OUTBOX: join(dir, "outbox"), BAQUIANO_TOKEN: token };
  execFileSync(program, ["incident", "new", "--json", ...words], { env });
  execFileSync(program, ["incident", "send", "--json", "--to", `${base}/api/v1`], { env });
}

test("a misspelled question leads to an article and its text for the chat, by keyboard alone", async (t) => {
  const page = await open(t);
  await page.goto(base);
  await page.keyboard.type("buenas, no me agarra el jipies");
  await page.locator(".hits a", { hasText: "ubicación" }).first().waitFor();
  await page.locator("em", { hasText: "gps" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator("#titulo").waitFor();
  await page.keyboard.press("k");
  await page.locator("#aviso", { hasText: "Copiado" }).waitFor();
  const text = await copied(page);
  assert.match(text, /^\*.+\*\n/);
  assert.match(text, /\n1\. .+\n2\. /);
  await clean(page, "search");
  await page.keyboard.press("g");
  await page.waitForURL("**/guia");
  await clean(page, "choose");
});

const inList = (page) => page.evaluate(() => document.activeElement.closest(".hits") !== null);

test("a list that comes in late takes neither Enter nor the place from who is in it", async (t) => {
  const page = await open(t);
  // The key goes down while the list that follows what is typed is drawn, and what is written may have changed since.
  const meanwhile = (key, text) => page.evaluate(([key, text]) => document.addEventListener("htmx:before:settle", () => {
    if (text) document.getElementById("q").value = text;
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }, { once: true }), [key, text]);
  await page.goto(base);
  await meanwhile("Enter", "la foto sale negra");
  await page.keyboard.insertText("no me agarra el gps");
  await page.locator("#titulo", { hasText: "negr" }).waitFor();
  assert.ok(await inList(page));
  await page.goto(base);
  await meanwhile("ArrowDown");
  await page.keyboard.insertText("no me agarra el gps");
  await page.locator(".hits a:focus").waitFor();
  await page.evaluate(() => new Promise((drawn) => {
    document.addEventListener("htmx:after:swap", () => drawn(), { once: true });
    document.getElementById("buscador").dispatchEvent(new Event("typed"));
  }));
  await page.keyboard.press("Enter");
  await page.locator("#titulo").waitFor();
  assert.ok(await inList(page));
});

test("Enter finds what is written now and opens it; a question is asked again by one key, and nothing of a person is kept", async (t) => {
  const page = await open(t, { slow: 8 });
  await page.goto(base);
  await page.keyboard.insertText("soy 0801-1990-12345, no me agarra el gps en la visita");
  // Before the list has followed.
  await page.keyboard.press("Enter");
  await page.locator("#titulo").waitFor();
  assert.ok(await inList(page));
  const title = await page.locator("#titulo").textContent();
  await page.keyboard.press("/");
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  const again = page.locator("[data-again]");
  await again.first().waitFor();
  assert.equal(await again.first().textContent(), "soy [identidad], no me agarra el gps en la visita");
  await clean(page, "recent");
  await page.locator("#articulo").evaluate((article) => article.replaceChildren());
  await page.keyboard.press("Enter");
  await page.locator("#titulo", { hasText: title }).waitFor();
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
  await page.keyboard.press("f");
  await page.waitForURL("**/guia/*");
  await page.getByRole("link", { name: "Artículos de este flujo" }).press("Enter");
  await page.locator(".hits a", { hasText: title }).waitFor();
  // What finds nothing is told to who leads the desk, once it is asked for.
  await page.goto(base);
  await page.keyboard.type("xyzzy plugh");
  await Promise.all([page.waitForResponse((answer) => answer.url().includes("pedido=1")), page.keyboard.press("Enter")]);
  await page.locator("text=No hay un artículo para eso").waitFor();
  await page.goto(`${base}/resumen`);
  await page.locator("th", { hasText: "xyzzy plugh" }).waitFor();
});

// A talk, from a user's words to its end, by keys alone; what there is to see on the way is looked at.
async function talk(page, name) {
  await page.goto(`${base}/guia`);
  await page.keyboard.insertText("buenas, no me agarra el gps");
  await go(page, "Enter");
  await page.locator(".answers").first().waitFor();
  const question = await page.locator("h2").first().textContent();
  await page.keyboard.press("k");
  await page.locator("#aviso", { hasText: "Copiado" }).waitFor();
  assert.ok((await copied(page)).startsWith(question));
  await go(page, "3");
  await page.locator(".way li", { hasText: question }).waitFor();
  await go(page, "a");
  await page.locator("h2", { hasText: question }).first().waitFor();
  await go(page, "3");
  await page.locator(".way li", { hasText: question }).waitFor();
  await page.locator("aside li", { hasText: "%" }).first().waitFor();
  await lit(page, "sign");
  await clean(page, name);
  let [remedies, at] = [0, 0];
  for (; at < 60 && !(await page.getByRole("button", { name: "Registrar el caso" }).count()); at++) {
    const does = (await page.locator('[data-key="n"]').count()) > 0;
    if (does && remedies++ === 0) {
      await lit(page, "fault");
      await lit(page, "do");
      if (process.env.SCREENSHOTS && name === "guide") await page.locator("#flujo").screenshot({ path: join(process.env.SCREENSHOTS, "console-flow.png") });
      await page.locator("aside p", { hasText: "Es el remedio de" }).waitFor();
    }
    await go(page, does ? "n" : "0");
  }
  assert.ok(remedies > 0 && at > 3);
  await page.getByText(/^Antes \(\d+\)$/).waitFor();
  await clean(page, `${name}-end`);
  await page.keyboard.press("r");
  await page.waitForURL("**/casos/MA-*");
}

// The place is lit, in sight of its frame, and what is out of the question is set back.
async function lit(page, kind) {
  const seen = await page.locator(`.flow rect.${kind}.here`).first().evaluate((box) => {
    const [at, frame] = [box, box.closest(".flow")].map((one) => one.getBoundingClientRect());
    return at.top >= frame.top && at.bottom <= frame.bottom && at.left < frame.right && at.right > frame.left;
  });
  assert.ok(seen, `${kind} is out of sight`);
  assert.ok(await page.locator(".flow .out").count());
}

test("a guided chat and its case, to the end, by keyboard alone", async (t) => {
  const page = await open(t);
  await talk(page, "guide");
  const state = (text) => page.locator("p.quiet", { hasText: text }).first().waitFor();
  const reply = async (text) => {
    await page.keyboard.press("k");
    await page.locator("#aviso", { hasText: "Copiado" }).waitFor();
    const copy = await copied(page);
    assert.ok(copy.startsWith("*Caso MA-") && copy.includes(text), copy);
  };
  await reply("Su caso quedó registrado");
  await page.keyboard.press("1");
  await go(page, "Enter");
  await state("En investigación");
  await reply("Ya estamos viendo su caso");
  // On to another area: the key leads to its list, letters choose, Tab goes on.
  await page.keyboard.press("4");
  await page.keyboard.type("Nivel 3: C");
  await page.keyboard.press("Tab");
  await page.keyboard.type("hace falta otra área");
  await go(page, "Enter");
  await page.locator("td", { hasText: "Pasa al nivel 3" }).first().waitFor();
  await reply("Lo atiende el nivel 3");
  await clean(page, "case");
  await page.keyboard.press("2");
  await page.keyboard.type("Ya le llega el punto.");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Se a");
  await page.keyboard.press("Tab");
  await go(page, "Enter");
  await state("Resuelto");
  await reply("Su caso quedó resuelto. Ya le llega el punto.");
  await page.keyboard.press("2");
  await go(page, "Enter");
  await state("Cerrado");
  await reply("Cerramos su caso");
  // On paper: its own style is let in, and no other.
  await page.getByRole("link", { name: "Imprimir" }).press("Enter");
  await page.waitForURL("**/imprimir");
  assert.equal(await page.evaluate(() => document.styleSheets.length), 1);
});

test("a guided chat on a phone's width", async (t) => {
  const page = await open(t, { width: 390, height: 844 });
  await talk(page, "guide-phone");
  await clean(page, "case-phone");
  // A talk that was left is gone on with; the picture stays folded from step to step.
  await page.goto(`${base}/guia`);
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "La app no toma el punto" }).click()]);
  await page.locator("#flujo summary").press("Enter");
  await go(page, "0");
  assert.equal(await page.locator("#flujo").evaluate((own) => own.open), false);
  await page.goto(`${base}/guia`);
  await page.locator("section .hits a").first().press("Enter");
  await page.locator(".way li", { hasText: "No sabe" }).waitFor();
});

test("the keyboard goes in the order of the page, and one sees where it is", async (t) => {
  const page = await open(t);
  await page.goto(`${base}/casos/MA-000001`);
  const focused = () => page.evaluate(() => {
    const own = document.activeElement;
    return [own.textContent.trim(), getComputedStyle(own).outlineStyle, own.getBoundingClientRect().left >= 0];
  });
  await page.keyboard.press("Tab");
  assert.deepEqual(await focused(), ["Ir al contenido", "solid", true]);
  await page.keyboard.press("Enter");
  for (const text of ["Todos los casos", "Copiar el caso entero", "Qué hacer"]) {
    await page.keyboard.press("Tab");
    assert.deepEqual(await focused(), [text, "solid", true]);
  }
});

test("what an app delivers comes into the open list by itself", async (t) => {
  const page = await open(t);
  await page.goto(`${base}/casos`);
  await page.getByText(/^\d+ casos?$/).waitFor();
  send("--service", "camara", "--app", "renpi-movil", "la foto sale negra");
  await page.locator("td", { hasText: "la foto sale negra" }).waitFor();
  await clean(page, "list");
  // Out of sight it holds no connection, and hears nothing; back in sight it has what came meanwhile.
  const seen = (hidden) => page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await seen(true);
  send("--service", "camara", "--app", "renpi-movil", "la foto sale borrosa");
  await page.waitForTimeout(2000);
  assert.deepEqual(asked, []);
  await seen(false);
  await page.locator("td", { hasText: "la foto sale borrosa" }).waitFor();
  await page.goto(`${base}/resumen`);
  await page.locator(".chart svg rect").first().waitFor();
  await clean(page, "summary");
});

for (const look of [{ mode: "dark" }, { width: 390, height: 844 }]) {
  test(`every page is without barriers: ${look.mode ?? "phone"}`, async (t) => {
    const page = await open(t, look);
    for (const [path, name] of [["/?q=no%20me%20agarra", "search"], ["/guia", "choose"], ["/?servicio=gps", "service"], ["/casos?fase=todos", "list"], ["/casos/MA-000001", "case"], ["/resumen", "summary"]]) {
      await page.goto(base + path);
      await clean(page, `${name}-${look.mode ?? "phone"}`);
    }
  });
}
