/** Programs that take commands, by the last part of their path. */
const shells = new Set([
  "sh",
  "bash",
  "zsh",
  "ash",
  "dash",
  "ksh",
  "fish",
  "csh",
  "tcsh",
  "pwsh",
  "powershell",
  "powershell.exe",
  "cmd",
  "cmd.exe",
]);

/** Programs that run another one, which comes after their own options and settings. */
const wrappers = new Set([
  "env",
  "busybox",
  "toybox",
  "sudo",
  "su",
  "nsenter",
  "chroot",
  "setsid",
  "nohup",
  "time",
  "timeout",
  "stdbuf",
  "script",
]);

const archivers = new Set(["tar", "bsdtar", "gtar"]);

/**
 * Tells whether a session's command is a shell (`sh`, `/bin/bash -c …`, `env X=1 sh`, `busybox sh`), or an archiver as `kubectl cp`
 * uses it. Only the command is known: what is typed into a session is not in the log.
 */
export function commandSignals(command: readonly string[]): ("shell" | "archive-command")[] {
  const found: ("shell" | "archive-command")[] = [];
  const programs = programsOf(command);
  if (programs.some((program) => shells.has(program) || program === "su")) found.push("shell");
  if (programs.some((program) => archivers.has(program))) found.push("archive-command");
  return found;
}

/** The program of a command, and, where it runs another, the words that may be that one. */
function programsOf(command: readonly string[]): string[] {
  const first = nameOf(command[0] ?? "");
  if (!wrappers.has(first)) return [first];
  return [first, ...command.slice(1, 64).map(nameOf)];
}

/** The last part of a path, without case; a login shell's leading dash is dropped. */
function nameOf(word: string): string {
  const last = word.slice(Math.max(word.lastIndexOf("/"), word.lastIndexOf("\\")) + 1);
  return last.replace(/^-(?=[a-z]+$)/, "").toLowerCase();
}
