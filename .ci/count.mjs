// Prints "N passed, N failed" and exits with 1 unless there were tests and nothing failed.
//
//   node .ci/count.mjs <vitest-report.json> <failed-steps>
//
// The README's test command is itself a step: when its tests failed, they are counted and the step is not counted again.

import { existsSync, readFileSync } from "node:fs";

const [file = "", steps = "0"] = process.argv.slice(2);
let passed = 0;
let failed = 0;
if (existsSync(file)) {
  const report = JSON.parse(readFileSync(file, "utf8"));
  passed = report.numPassedTests;
  failed = report.numFailedTests;
  for (const { status, assertionResults } of report.testResults) {
    // A file that could not be loaded has no tests to fail.
    if (status === "failed" && !assertionResults.some((test) => test.status === "failed")) failed++;
  }
}
const others = Number(steps) - (failed > 0 && Number(steps) > 0 ? 1 : 0);
failed += others;
if (passed === 0 && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
