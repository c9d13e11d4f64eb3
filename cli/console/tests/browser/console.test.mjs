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

async function open(t, { width = 1366, height = 768, mode = "light" } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: mode, permissions: ["clipboard-read", "clipboard-write"] });
  t.after(() => context.close());
  const page = await context.newPage();
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

test("a guided chat ends at the desk, and the case goes through its life", async (t) => {
  const page = await open(t);
  await page.goto(`${base}/guia`);
  await page.getByRole("button", { name: "La app no toma el punto" }).click();
  await page.locator(".answers").first().waitFor();
  const question = await page.locator("h2").first().textContent();
  await page.keyboard.press("k");
  await page.locator("#aviso", { hasText: "Copiado" }).waitFor();
  assert.ok((await copied(page)).startsWith(question));
  await clean(page, "guide");
  await page.keyboard.press("1");
  await page.locator(".way li").first().waitFor();
  await page.keyboard.press("a");
  await page.locator("h2", { hasText: question }).first().waitFor();
  for (let at = 0; at < 60 && !(await page.getByRole("button", { name: "Registrar el caso" }).count()); at++) {
    const key = (await page.locator('[data-key="n"]').count()) ? "n" : "0";
    await Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
  }
  await clean(page, "end");
  await page.keyboard.press("r");
  await page.waitForURL("**/casos/MA-*");
  await page.getByRole("button", { name: "Tomar el caso" }).click();
  await page.locator("p", { hasText: "En investigación" }).waitFor();
  await page.getByLabel("Pasar a").selectOption({ index: 2 });
  await page.getByLabel("Por qué", { exact: false }).last().fill("hace falta otra área");
  await page.getByRole("button", { name: "Pasar el caso" }).click();
  await page.locator("td", { hasText: "Pasa al nivel" }).first().waitFor();
  await clean(page, "case");
  await page.getByLabel("Cómo terminó").first().selectOption("fixed");
  await page.getByRole("button", { name: "Resolver" }).click();
  await page.locator("p", { hasText: "Resuelto" }).first().waitFor();
  await page.getByRole("button", { name: "Cerrar" }).click();
  await page.locator("p", { hasText: "Cerrado" }).first().waitFor();
});

test("what an app delivers comes into the open list by itself", async (t) => {
  const page = await open(t);
  await page.goto(`${base}/casos`);
  await page.locator("text=0 casos").waitFor();
  send("--service", "camara", "--app", "renpi-movil", "la foto sale negra");
  await page.locator("td", { hasText: "la foto sale negra" }).waitFor({ timeout: 5000 });
  await clean(page, "list");
  await page.goto(`${base}/resumen`);
  await page.locator(".chart svg rect").first().waitFor();
  await clean(page, "summary");
});

for (const look of [{ mode: "dark" }, { width: 390, height: 844 }]) {
  test(`every page is without barriers: ${look.mode ?? "phone"}`, async (t) => {
    const page = await open(t, look);
    for (const [path, name] of [["/?q=no%20me%20agarra", "search"], ["/guia", "choose"], ["/casos?fase=todos", "list"], ["/casos/MA-000001", "case"], ["/resumen", "summary"]]) {
      await page.goto(base + path);
      await clean(page, `${name}-${look.mode ?? "phone"}`);
    }
  });
}
