import type { EnvelopeContent, EnvelopeReader } from "./envelope.js";
import { shipperIdentity } from "./shipper-identity.js";

const journalFields = ["__REALTIME_TIMESTAMP", "__CURSOR", "__MONOTONIC_TIMESTAMP", "_HOSTNAME", "_BOOT_ID"];

/**
 * A journal entry as `journalctl -o json` writes it. A message that is not plain text is an array of its bytes, a field
 * that was sent several times an array of messages. `_HOSTNAME` is the machine of the journal, which is kube-apiserver's.
 *
 * journalctl writes null for a field over 4,096 bytes unless it is called with `--all`: such an entry is rejected.
 */
export const journald: EnvelopeReader = (value) => {
  if (!Object.hasOwn(value, "MESSAGE") || !journalFields.some((field) => Object.hasOwn(value, field))) return undefined;
  const message = value["MESSAGE"];
  const messages = Array.isArray(message) && !isBytes(message) ? message : [message];
  return { envelope: "journald", facts: shipperIdentity(value), contents: messages.map(messageContent) };
};

function messageContent(message: unknown): EnvelopeContent {
  if (typeof message === "string") return { kind: "text", text: message };
  if (isBytes(message)) return { kind: "bytes", bytes: Uint8Array.from(message) };
  if (message === null) {
    const detail = "MESSAGE: left out by journalctl, which was called without --all";
    return { kind: "rejected", reason: "truncated", detail };
  }
  return { kind: "rejected", reason: "not-an-event", detail: "MESSAGE: expected text or an array of bytes" };
}

function isBytes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every(isByte);
}

function isByte(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 255;
}
