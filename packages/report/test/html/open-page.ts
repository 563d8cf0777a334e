import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import type { Browser, BrowserContext, Page } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** The browser found on the PATH; undefined where there is none, and then the tests of the page are skipped and say so. */
export const browserPath = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

/** For the names of tests that need a browser. */
export const browserNote = browserPath === undefined ? " (SKIPPED: no chromium on the PATH)" : "";

/** What a page did that it should not have done. */
export interface PageDeeds {
  /** Addresses it asked for, beside its own file. */
  readonly requests: readonly string[];
  /** Script errors, dialogs, console errors and violations of the Content-Security-Policy. */
  readonly complaints: readonly string[];
}

export interface OpenPage {
  readonly page: Page;
  readonly deeds: PageDeeds;
}

/** How the page is looked at. */
export interface Look {
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
  readonly javaScriptEnabled?: boolean;
  /** For tools that are injected into the page. */
  readonly bypassCSP?: boolean;
  readonly hash?: string;
}

/** One browser for all pages: to start it takes longer than to look at most of them. */
let browser: Promise<Browser> | undefined;

function startedBrowser(): Promise<Browser> {
  return (browser ??= chromium.launch({
    ...(browserPath === undefined ? {} : { executablePath: browserPath }),
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  }));
}

/** Ends the browser, if one was started. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

/** How long a page may take to do what it is told: on a machine that builds meanwhile, some ten times as long as alone. */
const patienceMs = 90_000;

/**
 * Opens a page from a file, in a browser without network and in a profile of its own, and hands it to `look`. What the
 * page asks for is refused and written down.
 */
export async function openPage(html: string, look: Look, use: (opened: OpenPage) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "kaudit-page-"));
  let context: BrowserContext | undefined;
  try {
    const file = join(folder, "page.html");
    writeFileSync(file, html);
    context = await (
      await startedBrowser()
    ).newContext({
      viewport: { width: look.width ?? 1280, height: 900 },
      colorScheme: look.colorScheme ?? "light",
      javaScriptEnabled: look.javaScriptEnabled ?? true,
      bypassCSP: look.bypassCSP ?? false,
    });
    context.setDefaultTimeout(patienceMs);
    const page = await context.newPage();
    const address = pathToFileURL(file).href;
    const deeds = { requests: [] as string[], complaints: [] as string[] };
    await context.route("**/*", async (route) => {
      const url = route.request().url();
      if (url.split("#")[0] === address) return route.continue();
      deeds.requests.push(url.slice(0, 200));
      return route.abort();
    });
    page.on("request", (request) => {
      const url = request.url();
      if (url.split("#")[0] !== address && !url.startsWith("data:font/woff2;base64,")) {
        deeds.requests.push(url.slice(0, 200));
      }
    });
    page.on("pageerror", (error) => deeds.complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") deeds.complaints.push(message.text());
    });
    page.on("dialog", (dialog) => {
      deeds.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(address + (look.hash ?? ""), { waitUntil: "load" });
    await use({ page, deeds });
  } finally {
    await context?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Brings every register near the window, so that all of them have read their rows. */
export async function readAllRegisters(page: Page): Promise<void> {
  for (const register of await page.locator(".register").all()) {
    await register.scrollIntoViewIfNeeded();
    if ((await register.locator("table").count()) === 0) continue;
    await register.locator("[role=status]", { hasText: /\d+ of/ }).waitFor();
  }
}
