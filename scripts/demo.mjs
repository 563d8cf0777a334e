// Makes a SOC 2 evidence pack from the example log: npm run demo

import { spawnSync } from "node:child_process";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const logs = join("examples", "recommended-policy");
const pack = "kaudit-demo";

const report = [
  ["report", logs],
  ["--framework", "soc2"],
  ["--from", "2026-11-22T12:18:00Z", "--to", "2026-11-22T12:20:00Z"],
  ["--cluster", "example", "--policy", join(logs, "policy.yaml")],
  ["--out", pack, "--force"],
].flat();

const cli = join(repository, "apps", "reporter", "dist", "cli.js");
console.log(`kaudit ${report.join(" ")}\n`);
const { status, error } = spawnSync(process.execPath, [cli, ...report], { cwd: repository, stdio: "inherit" });
if (error !== undefined) throw error;
process.exitCode = status ?? 1;

if (status === 0) {
  const folder = relative(process.cwd(), join(repository, pack)) || pack;
  console.log(`
The pack is in ${folder}:
  soc2.pdf        the report, for an auditor to read
  soc2.html       the same as one page, with tables that can be filtered; works offline
  registers/      every row behind it, as CSV
  README.txt      what else is there, and how to check it

Check that nothing in it was changed:
  cd ${folder} && sha256sum -c SHA256SUMS`);
}
