// How long does `kaudit --help` take? Run after a build: node apps/reporter/bench/startup.mjs
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

const command = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const runs = 21;

function median(args) {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, args);
    if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
    return performance.now() - start;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(runs / 2)].toFixed(0);
}

process.stdout.write(
  `${cpus()[0]?.model ?? "unknown processor"}, Node.js ${process.version}, median of ${runs} runs\n`,
);
process.stdout.write(`node with nothing to do      ${median(["-e", "0"])} ms\n`);
process.stdout.write(`kaudit --help                ${median([command, "--help"])} ms (must stay under 150)\n`);
process.stdout.write(`kaudit report --help         ${median([command, "report", "--help"])} ms\n`);
