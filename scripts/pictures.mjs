// Makes the pictures of the README from the demo: npm run pictures
// Wants pdftoppm and pdftotext (poppler-utils) and Chromium on the PATH.

import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const docs = join(repository, "docs");
/** Which pages, by words of the head of the page. */
const pages = [
  ["report-answer", "The answer on one page"],
  ["report-secrets", "Access to Secrets"],
  ["report-sessions", "Sessions inside containers"],
];

function run(command, ...given) {
  const { status, stdout, stderr, error } = spawnSync(command, given, { cwd: repository, encoding: "utf8" });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr.slice(0, 500)}`);
  return stdout;
}

async function pictureOfWebPage(file, picture) {
  const { chromium } = createRequire(join(repository, "packages", "report", "package.json"))("playwright-core");
  const executablePath = ["chromium", "chromium-browser", "google-chrome"]
    .map((name) => spawnSync("which", [name], { encoding: "utf8" }).stdout?.trim())
    .find((path) => path !== undefined && path !== "");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
    await page.goto(`${pathToFileURL(file)}#secrets`);
    await page.locator("[data-register=secrets] [role=status]", { hasText: "rows" }).waitFor();
    await page.screenshot({ path: picture });
  } finally {
    await browser.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), "kaudit-pictures-"));
try {
  run(process.execPath, join("scripts", "demo.mjs"));
  const pack = join(repository, "kaudit-demo");
  const texts = run("pdftotext", "-layout", join(pack, "soc2.pdf"), "-").split("\f");
  for (const [name, words] of pages) {
    const page = texts.findIndex((text, index) => index > 0 && text.slice(0, 400).includes(words)) + 1;
    if (page === 0) throw new Error(`no page of the report begins with "${words}"`);
    const at = ["-f", String(page), "-l", String(page), "-singlefile"];
    run("pdftoppm", "-r", "80", "-png", ...at, join(pack, "soc2.pdf"), join(folder, name));
    renameSync(join(folder, `${name}.png`), join(docs, `${name}.png`));
  }
  await pictureOfWebPage(join(pack, "soc2.html"), join(docs, "report-web.png"));
  console.log(`made docs/{${[...pages.map(([name]) => name), "report-web"].join(",")}}.png`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
