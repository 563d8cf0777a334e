import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The built command. */
export const kauditFile = fileURLToPath(new URL("../dist/cli.js", import.meta.url));

/** What a process is given besides its arguments. */
export interface SpawnOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly standardInput?: string;
}

/** How a process ended. */
export interface ProcessResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the built command in an environment that holds nothing but PATH, a locale and what is given. */
export function startKaudit(args: readonly string[], options: SpawnOptions = {}): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [kauditFile, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env["PATH"], LANG: "C.UTF-8", ...options.environment },
  });
}

/** Waits for the end of a process. */
export async function ended(child: ChildProcessWithoutNullStreams): Promise<ProcessResult> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const exitCode = await new Promise<number | null>((resolve) => {
    child.on("close", (code) => resolve(code));
  });
  return { exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/** Runs the built command to its end. */
export async function spawnKaudit(args: readonly string[], options: SpawnOptions = {}): Promise<ProcessResult> {
  const child = startKaudit(args, options);
  const result = ended(child);
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.standardInput ?? "");
  return result;
}
