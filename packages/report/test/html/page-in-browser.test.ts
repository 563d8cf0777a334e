/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { visibleText } from "@kaudit/schema";
import { hostileStrings, scriptSentinel } from "@kaudit/testkit";
import axe from "axe-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { buildReportDocument } from "../../src/document/build-report-document.js";
import { renderHtml } from "../../src/html/render-html.js";
import { evidenceOf } from "../fixtures/evidence-of.js";
import type { Sample } from "../fixtures/evidence-of.js";
import { hostileRows } from "../fixtures/hostile-rows.js";
import { sampleRows, secretsRow } from "../fixtures/sample-rows.js";
import { browserNote, browserPath, closeBrowser, openPage, readAllRegisters } from "./open-page.js";

if (browserPath === undefined) {
  process.stderr.write("kaudit: no chromium on the PATH: the tests of the web page in a browser are skipped.\n");
}

async function render(sample: Sample): Promise<string> {
  const evidence = evidenceOf(sample);
  const evidenceId = "7f3a9c41e07d52b8".repeat(4);
  const document = await buildReportDocument({ evidence, frameworkId: "soc2", evidenceId });
  return renderHtml(document, { rows: evidence.rows });
}

const longRegister = Array.from({ length: 250 }, (_, index) =>
  secretsRow({
    rowId: `secrets-${index}`,
    time: `2026-10-0${1 + Math.floor(index / 60)}T0${Math.floor((index % 60) / 10)}:00:00.000000Z`,
    actor: index % 5 === 0 ? "alice" : "bob",
    namespace: index % 3 === 0 ? "team-a" : "payments",
    name: `secret-${index}`,
    code: index % 7 === 0 ? 403 : 200,
    outcome: index % 7 === 0 ? "denied" : "success",
    source: `audit.log:${index * 100}`,
  }),
);

const manyRows = Array.from({ length: 3_000 }, (_, index) =>
  secretsRow({
    rowId: `secrets-${index}`,
    time: new Date(Date.UTC(2026, 9, 1) + index * 600_000).toISOString().replace("Z", "000Z"),
    // Some names take two lines, so that rows differ in height.
    namespace: index % 4 === 0 ? `a-namespace-with-a-long-name-for-team-${index % 40}-and-its-services` : "payments",
    name: `secret-${index}`,
    source: `audit.log:${index * 100}`,
  }),
);

/** How the page shows a text: what cannot be seen as an escape. */
function shownAs(text: string): string {
  return visibleText(text)
    .map((run) => run.text)
    .join("");
}

/** Texts of one column of the Secrets register as it stands on the page. */
async function column(page: Page, name: string): Promise<readonly string[]> {
  return page.locator(`[data-register=secrets] tr.row td.${name}`).allInnerTexts();
}

describe.skipIf(browserPath === undefined)(`the web page in a browser${browserNote}`, { timeout: 300_000 }, () => {
  let sample = "";
  let long = "";
  let many = "";
  let hostile = "";

  beforeAll(async () => {
    sample = await render({ rows: sampleRows });
    long = await render({ rows: { ...sampleRows, secrets: longRegister } });
    many = await render({ rows: { secrets: manyRows } });
    hostile = await render(hostileRows(hostileStrings.map((entry) => entry.value)));
  });

  afterAll(closeBrowser);

  test("hostile text neither runs nor fetches, whatever is opened, searched and sorted", async () => {
    await openPage(hostile, {}, async ({ page, deeds }) => {
      await readAllRegisters(page);
      for (const register of await page.locator(".register:has(table)").all()) {
        await register.locator("thead button").nth(1).click();
      }
      // Each string is in a row of every register; of each register another part is opened, of all together every row.
      const opened = await page.evaluate(() => {
        const registers = [...document.querySelectorAll(".register:has(table)")];
        const buttons = registers.flatMap((register, part) =>
          [...register.querySelectorAll<HTMLElement>(".open-row")].filter((_, row) => row % registers.length === part),
        );
        for (const button of buttons) button.click();
        return buttons.length;
      });
      expect(opened).toBeGreaterThan(hostileStrings.length / 2);
      // A busy machine takes its time to lay that out.
      await page.locator("[data-register=secrets] input[type=search]").fill("<script>", { timeout: 90_000 });
      await page.keyboard.press("Escape");
      const state = await page.evaluate((sentinel) => {
        const foreign = document.querySelectorAll(
          "main script, main style, iframe, img, object, embed, link, base, main form:not(.filters), main svg[onload], [onerror], [onmouseover], [onfocus], [onpointerenter]",
        );
        return {
          takenOver: sentinel in window,
          foreign: [...foreign].map((node) => node.outerHTML.slice(0, 100)),
          polluted: Object.keys(Object.prototype).concat("polluted" in {} ? ["polluted"] : []),
          base: document.baseURI.split("#")[0] === location.href.split("#")[0],
        };
      }, scriptSentinel);
      expect(state).toEqual({ takenOver: false, foreign: [], polluted: [], base: true });
      expect(deeds).toEqual({ requests: [], complaints: [] });
    });
  });

  test("hostile text is shown, not lost: every string is found again in a row's details", async () => {
    await openPage(hostile, {}, async ({ page }) => {
      await readAllRegisters(page);
      const shown = await page.evaluate(() => {
        const register = document.querySelector("[data-register=secrets]");
        for (const button of register?.querySelectorAll<HTMLElement>(".open-row") ?? []) button.click();
        const texts = [...(register?.querySelectorAll("tr.details dl") ?? [])].map(
          (list) =>
            [...list.children].find((entry) => entry.firstChild?.textContent === "userAgent")?.querySelector("dd")
              ?.textContent ?? "",
        );
        return texts;
      });
      const short = hostileStrings.filter(({ value }) => value.length <= 2_000);
      expect(short.length).toBeGreaterThan(100);
      for (const { value } of short) expect(shown).toContain(value === "" ? "empty" : shownAs(value));
    });
  });

  test.each([390, 1280])("nothing is wider than a window of %i pixels, hostile text included", async (width) => {
    for (const html of [sample, hostile]) {
      await openPage(html, { width }, async ({ page }) => {
        await readAllRegisters(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      });
    }
  });

  test("without JavaScript sections, charts and rows are there, and no control that would not work", async () => {
    await openPage(long, { javaScriptEnabled: false }, async ({ page, deeds }) => {
      expect(await page.locator("[data-register=secrets] tr.row").count()).toBe(250);
      expect(await page.locator("form.filters:visible, [data-action]:visible").count()).toBe(0);
      expect(await page.locator("figure.bars svg rect.full").count()).toBeGreaterThan(0);
      expect(deeds).toEqual({ requests: [], complaints: [] });
    });
  });

  test("search finds every word in any column, the filters add up, and the count is announced", async () => {
    await openPage(long, {}, async ({ page }) => {
      await readAllRegisters(page);
      const register = page.locator("[data-register=secrets]");
      const status = register.locator("[role=status]");
      await expect.poll(() => status.innerText()).toBe("250 of 250 rows");
      await register.locator("input[type=search]").fill("ALICE team-a");
      const both = longRegister.filter((row) => row.actor === "alice" && row.namespace === "team-a").length;
      await expect.poll(() => status.innerText()).toBe(`${both} of 250 rows`);
      await register.locator("input[type=search]").fill("");
      await register.locator("select[name=actor]").selectOption("actor:bob");
      await register.locator("select[name=outcome]").selectOption("denied");
      const refused = longRegister.filter((row) => row.actor === "bob" && row.code === 403).length;
      await expect.poll(() => status.innerText()).toBe(`${refused} of 250 rows`);
      await register.locator("select[name=namespace]").selectOption("in:team-a");
      const there = longRegister.filter((row) => row.actor === "bob" && row.code === 403 && row.namespace === "team-a");
      await expect.poll(() => status.innerText()).toBe(`${there.length} of 250 rows`);
      expect(await column(page, "is-line")).toEqual(there.map((row) => `team-a/${row.name}`));
      await register.locator("input[type=search]").fill("nothing holds this");
      await expect.poll(() => status.innerText()).toBe("0 of 250 rows");
      await expect.poll(() => register.locator("tbody").innerText()).toBe("No row matches.");
    });
  });

  test("a head sorts its column and says so, numbers as numbers", async () => {
    await openPage(long, {}, async ({ page }) => {
      await readAllRegisters(page);
      const heads = page.locator("[data-register=secrets] thead th");
      await heads.getByText("Code").click();
      const refused = Array.from(
        longRegister.filter((row) => row.code === 403),
        () => "403",
      );
      const others = Array.from({ length: 250 - refused.length }, () => "200");
      expect(await column(page, "is-code")).toEqual([...others, ...refused]);
      await heads.getByText("Code").click();
      expect(await column(page, "is-code")).toEqual([...refused, ...others]);
      expect(await heads.filter({ hasText: "Code" }).getAttribute("aria-sort")).toBe("descending");
      expect(await page.locator("[data-register=secrets] [aria-sort]").count()).toBe(1);
    });
  });

  test("the address carries search, filters and order, and a sent address gives the same view", async () => {
    let address = "";
    await openPage(long, {}, async ({ page, deeds }) => {
      await readAllRegisters(page);
      const register = page.locator("[data-register=secrets]");
      await register.locator("select[name=actor]").selectOption("actor:bob");
      await register.locator("input[type=search]").fill("team-a");
      await register.locator("thead th").getByText("Code").click();
      await register.locator("thead th").getByText("Code").click();
      await expect.poll(() => page.evaluate(() => location.hash)).toContain("search=team-a");
      address = await page.evaluate(() => location.hash);
      expect(address).toMatch(/^#secrets\?/);
      expect(deeds.complaints).toEqual([]);
    });
    await openPage(long, { hash: address }, async ({ page }) => {
      const status = page.locator("[data-register=secrets] [role=status]");
      const rows = longRegister.filter((row) => row.actor === "bob" && row.namespace === "team-a");
      await expect.poll(() => status.innerText()).toBe(`${rows.length} of 250 rows`);
      expect((await column(page, "is-code"))[0]).toBe("403");
    });
  });

  test("times narrow the rows, by the fields or by a drag across the bars, and a click on the bars puts them back", async () => {
    await openPage(long, {}, async ({ page, deeds }) => {
      await readAllRegisters(page);
      const register = page.locator("[data-register=secrets]");
      const status = register.locator("[role=status]");
      const times = longRegister.map((row) => row.time).toSorted();
      const middle = (times[125] ?? "").slice(0, 19);
      await register.locator("input[name=to]").fill(middle);
      const before = times.filter((time) => time < middle).length;
      await expect.poll(() => status.innerText()).toBe(`${before} of 250 rows`);
      await expect.poll(() => page.evaluate(() => location.hash)).toContain("to=");
      await register.locator("input[name=to]").fill("");
      const plot = page.locator("#secrets figure.bars svg.plot").first();
      await plot.scrollIntoViewIfNeeded();
      const box = (await plot.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      await page.mouse.move(box.x + box.width * 0.5, box.y + 20);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.99, box.y + 20);
      await page.mouse.up();
      const [from, to] = await page.evaluate(() =>
        ["from", "to"].map(
          (name) => document.querySelector<HTMLInputElement>(`#secrets input[name=${name}]`)?.value ?? "",
        ),
      );
      const inside = times.filter((time) => time >= (from ?? "") && time < (to ?? "")).length;
      expect(inside).toBeLessThan(250);
      await expect.poll(() => status.innerText()).toBe(`${inside} of 250 rows`);
      await page.mouse.click(box.x + 30, box.y + 20);
      await expect.poll(() => status.innerText()).toBe("250 of 250 rows");
      expect(deeds).toEqual({ requests: [], complaints: [] });
    });
  });

  test("columns are taken away and added, and the address of a row brings the row with all its columns", async () => {
    const wanted = longRegister[200];
    await openPage(long, { hash: `#${wanted?.rowId}` }, async ({ page, deeds }) => {
      const register = page.locator("[data-register=secrets]");
      const details = register.locator("tr.details");
      await expect.poll(() => details.count()).toBe(1);
      expect(await register.locator("tr.opened").getAttribute("id")).toBe(wanted?.rowId);
      expect(await details.innerText()).toContain(wanted?.source);
      await register.locator(".columns-choice summary").click();
      await register.getByRole("checkbox", { name: "Outcome", exact: true }).uncheck();
      await register.getByRole("checkbox", { name: "userAgent", exact: true }).check();
      const heads = await register.locator("thead th").allInnerTexts();
      expect(heads).not.toContain("Outcome");
      expect(heads.at(-1)).toBe("userAgent");
      expect(await register.locator("tr.row").first().locator("td").count()).toBe(heads.length);
      await expect.poll(() => page.evaluate(() => location.hash)).toContain("columns=");
      expect(deeds).toEqual({ requests: [], complaints: [] });
    });
  });

  test.each(["#secrets?actor=nobody&sort=99&search=%", "#secrets?sort=-x", "#__proto__?a", "#secrets?row=%E0%A4%A"])(
    "the address %s breaks nothing",
    async (hash) => {
      await openPage(long, { hash }, async ({ page, deeds }) => {
        await readAllRegisters(page);
        expect(deeds).toEqual({ requests: [], complaints: [] });
      });
    },
  );

  test.each([1280, 390])(
    "of many rows only those in sight are in a page of %i pixels, at the place they have",
    async (width) => {
      await openPage(many, { width }, async ({ page, deeds }) => {
        const register = page.locator("[data-register=secrets]");
        const region = register.locator(".scroll");
        const rows = register.locator("tr.row");
        await register.scrollIntoViewIfNeeded();
        await register.locator("[role=status]", { hasText: "3,000 of 3,000 rows" }).waitFor();
        expect(await register.locator("table").getAttribute("aria-rowcount")).toBe("3001");
        expect(await rows.count()).toBeLessThan(150);
        expect(await rows.first().getAttribute("aria-rowindex")).toBe("2");
        const high = await region.evaluate((node) => node.scrollHeight);
        expect(high).toBeGreaterThan(3_000 * 20);
        // The key for the end leads to the last row.
        await region.focus();
        await page.keyboard.press("End");
        await expect.poll(() => rows.last().getAttribute("aria-rowindex"), { timeout: 30_000 }).toBe("3001");
        expect(await rows.count()).toBeLessThan(150);
        expect(await rows.last().innerText()).toContain("secret-2999");
        await page.keyboard.press("Home");
        await expect.poll(() => rows.first().getAttribute("aria-rowindex"), { timeout: 30_000 }).toBe("2");
        // Row by row, each comes after the one before and none twice, though their heights differ.
        const seen = await region.evaluate(async (node) => {
          const seen = new Set<number>();
          for (let step = 0; step < 40; step++) {
            const { top, bottom } = node.getBoundingClientRect();
            for (const row of node.querySelectorAll("tr.row")) {
              const box = row.getBoundingClientRect();
              if (box.bottom > top && box.top < bottom) seen.add(Number(row.getAttribute("aria-rowindex")));
            }
            node.scrollTop += node.clientHeight / 2;
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          }
          return [...seen];
        });
        expect(seen.length).toBeGreaterThan(80);
        expect(seen).toEqual(Array.from(seen, (_, index) => index + 2));
        expect(deeds).toEqual({ requests: [], complaints: [] });
      });
    },
  );

  test("the filters take two lines of a window of 1280 pixels, and no head wraps because it is sorted by", async () => {
    await openPage(long, {}, async ({ page }) => {
      await readAllRegisters(page);
      const register = page.locator("[data-register=secrets]");
      expect((await register.locator("form.filters").boundingBox())?.height).toBeLessThan(110);
      const head = register.locator("thead");
      const height = (await head.boundingBox())?.height;
      for (const button of await head.locator("button:visible").all()) {
        await button.click();
        expect((await head.boundingBox())?.height).toBe(height);
      }
    });
  });

  test("on a phone the filters are a sheet as high as the window, and Esc leads back to the button", async () => {
    await openPage(long, { width: 375 }, async ({ page }) => {
      await readAllRegisters(page);
      const register = page.locator("[data-register=secrets]");
      await register.locator(".filters-toggle").click();
      const sheet = register.locator(".filters-more");
      expect(await sheet.boundingBox()).toEqual({ x: 0, y: 0, width: 375, height: 900 });
      for (const field of await sheet.locator("select, input[type=datetime-local]").all()) {
        const box = await field.boundingBox();
        expect((box?.x ?? 0) + (box?.width ?? 375)).toBeLessThan(375);
        expect(box?.height).toBeGreaterThanOrEqual(44);
      }
      await sheet.locator("select[name=outcome]").selectOption("denied");
      await page.keyboard.press("Escape");
      expect(await sheet.isVisible()).toBe(false);
      expect(await page.evaluate(() => document.activeElement?.className)).toContain("filters-toggle");
      const refused = longRegister.filter((row) => row.code === 403).length;
      expect(await register.locator("[role=status]").innerText()).toBe(`${refused} of 250 rows`);
    });
  });

  test("among many rows an address brings one from far down, opened and in sight; j goes on from there", async () => {
    await openPage(many, { hash: "#secrets-2500" }, async ({ page, deeds }) => {
      const opened = page.locator("[data-register=secrets] tr.opened");
      await opened.waitFor();
      expect(await opened.getAttribute("aria-rowindex")).toBe("2502");
      await expect
        .poll(() =>
          opened.evaluate((row) => {
            const { top, bottom } = row.closest(".scroll")?.getBoundingClientRect() ?? { top: 0, bottom: 0 };
            return row.getBoundingClientRect().top >= top - 1 && row.getBoundingClientRect().top < bottom;
          }),
        )
        .toBe(true);
      await page.keyboard.press("j");
      await expect.poll(() => page.evaluate(() => document.activeElement?.closest("tr")?.id)).toBe("secrets-2501");
      expect(deeds).toEqual({ requests: [], complaints: [] });
    });
  });

  test("paper has the first rows of many, not those that were in sight", async () => {
    await openPage(many, {}, async ({ page }) => {
      await readAllRegisters(page);
      await page.locator("[data-register=secrets] .scroll").evaluate((node) => (node.scrollTop = 40_000));
      await expect
        .poll(() => page.locator("[data-register=secrets] tr.row").first().getAttribute("aria-rowindex"))
        .not.toBe("2");
      await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
      const first = page.locator("[data-register=secrets] tr.row");
      expect(await first.first().getAttribute("aria-rowindex")).toBe("2");
      expect(await first.count()).toBeGreaterThanOrEqual(40);
    });
  });

  test("a browser that cannot unpack keeps the rows that are plain HTML and says so", async () => {
    const broken = many.replace(/(id="rows-secrets">)[^<]{40}/, "$1");
    await openPage(broken, {}, async ({ page, deeds }) => {
      const register = page.locator("[data-register=secrets]");
      await register.scrollIntoViewIfNeeded();
      await register.getByText("cannot unpack the embedded rows: the first 500 stand here").waitFor();
      expect(await register.locator("tr.row").count()).toBe(500);
      expect(await register.locator("form.filters").isVisible()).toBe(false);
      expect(await register.locator(".register-note").first().innerText()).toContain("registers/secrets.csv");
      expect(deeds).toEqual({ requests: [], complaints: [] });
    });
  });

  test("keys: / searches, j and k walk, Enter opens all columns with file and offset, ? lists, Esc closes", async () => {
    await openPage(long, { hash: "#secrets" }, async ({ page, deeds }) => {
      await readAllRegisters(page);
      await page.evaluate(() => document.getElementById("secrets")?.scrollIntoView());
      await page.keyboard.press("/");
      expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("search");
      await page.keyboard.type("j?");
      expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe("j?");
      await page.locator("[data-register=secrets] input[type=search]").fill("");
      await page.keyboard.press("Escape");
      await expect
        .poll(() => page.locator("[data-register=secrets] [role=status]").innerText())
        .toBe("250 of 250 rows");
      await page.keyboard.press("j");
      await page.keyboard.press("j");
      await page.keyboard.press("k");
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      const details = page.locator("[data-register=secrets] tr.details");
      expect(await details.count()).toBe(1);
      expect(await details.locator("dt").allInnerTexts()).toContain("impersonated");
      expect(await details.innerText()).toContain("audit.log:100");
      await page.keyboard.press("Enter");
      expect(await details.count()).toBe(0);
      await page.keyboard.press("?");
      expect(await page.locator("dialog").isVisible()).toBe(true);
      await page.keyboard.press("Escape");
      expect(await page.locator("dialog").isVisible()).toBe(false);
      expect(deeds).toEqual({ requests: [], complaints: [] });
    });
  });

  test.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
    ["dark", 390],
  ] as const)("axe finds nothing in the %s scheme at %i pixels", async (colorScheme, width) => {
    await openPage(sample, { colorScheme, width, bypassCSP: true }, async ({ page }) => {
      await readAllRegisters(page);
      await page.locator("[data-register=secrets] .open-row").first().click();
      await page.evaluate(axe.source);
      const found = await page.evaluate(async () => {
        const { violations } = await (
          globalThis as unknown as {
            axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
          }
        ).axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
      });
      expect(found).toEqual([]);
    });
  });
});
