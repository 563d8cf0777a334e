import { hostname, userInfo } from "node:os";

/** Facts about the machine and who runs the command. They go into the manifest of a pack and nowhere else. */
export interface HostFacts {
  readonly host: string;
  readonly user: string;
  readonly nodeVersion: string;
}

/** The one place that asks who and where this process is. */
export function hostFacts(): HostFacts {
  return { host: hostname(), user: userName(), nodeVersion: process.version };
}

/** A user without an entry in the system's list, as in many containers, is named by number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "not known"}`;
  }
}
