import type { AuditEvent } from "@kaudit/schema";

const escapes: ReadonlyMap<string, string> = new Map([
  ["\x07", String.raw`\a`],
  ["\b", String.raw`\b`],
  ["\f", String.raw`\f`],
  ["\n", String.raw`\n`],
  ["\r", String.raw`\r`],
  ["\t", String.raw`\t`],
  ["\v", String.raw`\v`],
  ["\\", String.raw`\\`],
  ['"', String.raw`\"`],
]);

/** Quotes as Go's `%q` does: what cannot be printed is escaped. */
export function goQuoted(text: string): string {
  let quoted = "";
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const escape = escapes.get(character);
    if (escape !== undefined) quoted += escape;
    else if (/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character)) quoted += character;
    else if (code < 0x80) quoted += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (code < 0x10000) quoted += `\\u${code.toString(16).padStart(4, "0")}`;
    else quoted += `\\U${code.toString(16).padStart(8, "0")}`;
  }
  return `"${quoted}"`;
}

function groups(list: readonly string[]): string {
  return list.map(goQuoted).join(",");
}

/** Writes an event as `--audit-log-format=legacy` does, after the specification of kube-apiserver's `pkg/audit/format.go`. */
export function legacyLine(event: AuditEvent): string {
  const { user, impersonatedUser } = event;
  const fields = {
    id: event.auditID,
    stage: event.stage,
    ip: event.sourceIPs?.[0] ?? "<unknown>",
    method: event.verb,
    user: user.username || "<none>",
    groups: user.groups?.length ? groups(user.groups) : "<none>",
    as: impersonatedUser ? (impersonatedUser.username ?? "") : "<self>",
    asgroups: impersonatedUser?.groups ? groups(impersonatedUser.groups) : "<lookup>",
    "user-agent": event.userAgent ?? "",
    namespace: event.objectRef?.namespace || "<none>",
    uri: event.requestURI,
    response: event.responseStatus ? String(event.responseStatus.code ?? 0) : "<deferred>",
  };
  const written = Object.entries(fields).map(([name, value]) => `${name}=${goQuoted(value)}`);
  return `${event.requestReceivedTimestamp ?? "0001-01-01T00:00:00Z"} AUDIT: ${written.join(" ")}`;
}
