// Makes examples/recommended-policy from the audit logs of a real kube-apiserver: masks secret values and cuts routine work.
//
//   node scripts/make-examples.mjs <source-folder> [<target-folder>]
//
// <source-folder> holds policy.yaml, audit.log and its rotated siblings audit-*.log, as kube-apiserver left them.
// <target-folder> is examples/recommended-policy unless another is named. What was masked and cut is counted into
// <target-folder>.cuts.json, so that the numbers of the example can be traced back to the source. examples/README.md says
// in words what is cut, and test/examples.test.ts holds both to it.
//
// Lines are edited in place: a masked value is replaced in the raw text and everything else keeps the bytes that
// kube-apiserver wrote (its order of keys, \u003c for <, and so on).

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** What stands in place of a value in a Secret's `data`: the base64 form of "masked". */
const maskedData = "bWFza2Vk";
/** What stands in place of every other secret value. */
const masked = "masked";

const jsonWebToken = /eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/gu;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?-----END [A-Z ]*PRIVATE KEY-----/gu;
const bearer = /(\bbearer\s+)[A-Za-z0-9._~+/-]{16,}=*/giu;
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Finds every string value of a JSON text with its path and its place, quotes included. The text must be valid JSON. */
function stringValues(text) {
  const found = [];
  let at = 0;
  const space = () => {
    while (" \n\r\t".includes(text[at])) at++;
  };
  const string = () => {
    const start = at++;
    while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    at++;
    return { start, end: at };
  };
  const value = (path) => {
    space();
    if (text[at] === '"') {
      found.push({ path, ...string() });
    } else if (text[at] === "{") {
      at++;
      for (space(); text[at] !== "}"; space()) {
        if (text[at] === ",") at++;
        space();
        const { start, end } = string();
        space();
        at++; // the colon
        value([...path, JSON.parse(text.slice(start, end))]);
      }
      at++;
    } else if (text[at] === "[") {
      at++;
      space();
      for (let i = 0; text[at] !== "]"; i++, space()) {
        if (text[at] === ",") at++;
        value([...path, i]);
        space();
      }
      at++;
    } else {
      while (at < text.length && !",]} \n\r\t".includes(text[at])) at++;
    }
  };
  value([]);
  return found;
}

/** Writes a string as Go's encoding/json does: <, > and & are escaped, and so are U+2028 and U+2029. */
function goString(text) {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Gives the masked form of one string of a body, or the string itself when nothing in it is secret. */
function maskString(text, path, ofSecret) {
  const field = path.at(-1);
  const parent = path.at(-2);
  if (ofSecret && parent === "data") return maskedData;
  if (ofSecret && parent === "stringData") return masked;
  if (field === "token" && (parent === "spec" || parent === "status")) return masked;
  if (field === lastApplied && ofSecret) return maskDocument(text, true);
  return text.replaceAll(jsonWebToken, masked).replaceAll(privateKey, masked).replaceAll(bearer, `$1${masked}`);
}

/** Masks the values of a JSON document that stands inside a string; what is no JSON is masked whole. */
function maskDocument(text, ofSecret) {
  try {
    JSON.parse(text);
  } catch {
    return masked;
  }
  return edit(text, stringValues(text), (value, path) => maskString(value, path, ofSecret)).text;
}

/** Replaces string values in place and counts how many changed. */
function edit(text, values, replacement) {
  let result = "";
  let end = 0;
  let changed = 0;
  for (const found of values) {
    const before = JSON.parse(text.slice(found.start, found.end));
    const after = replacement(before, found.path);
    if (after === before) continue;
    result += text.slice(end, found.start) + goString(after);
    end = found.end;
    changed++;
  }
  return { text: result + text.slice(end), changed };
}

/** Masks one line of the log: the bodies by their structure, every other field by what looks like a token or key. */
function maskEvent(line, event) {
  const onSecrets = event.objectRef?.resource === "secrets" && event.objectRef.apiGroup === undefined;
  return edit(line, stringValues(line), (text, path) => {
    const inBody = path[0] === "requestObject" || path[0] === "responseObject";
    if (!inBody) return maskString(text, [], false);
    // A JSON patch or an apply patch of a Secret can hold a value anywhere.
    const patch = onSecrets && (path.length === 1 || (path.length === 3 && path[2] === "value"));
    if (patch && !isLabelPatch(event[path[0]], path)) return masked;
    return maskString(text, path, onSecrets || event[path[0]]?.kind === "Secret");
  });
}

/** Tells whether an operation of a JSON patch changes a label or annotation only. */
function isLabelPatch(body, path) {
  const operation = Array.isArray(body) ? body[path[1]] : undefined;
  return typeof operation?.path === "string" && /^\/metadata\/(labels|annotations)\//u.test(operation.path);
}

const controlPlane = /^system:(apiserver|kube-controller-manager|kube-scheduler|serviceaccount:kube-system:.*)$/u;
const writes = new Set(["create", "update", "patch", "delete", "deletecollection"]);
const sessions = new Set(["exec", "attach", "portforward", "proxy", "ephemeralcontainers"]);
const rbacGroup = "rbac.authorization.k8s.io";
/** Resources of which every request is kept. Leases are the heartbeat by which a gap in the log is found. */
const whole = new Set(["secrets", "tokenreviews", "certificatesigningrequests", "leases"]);
/** Resources whose changes are evidence. */
const configuration = new Set([
  "namespaces",
  "nodes",
  "apiservices",
  "customresourcedefinitions",
  "networkpolicies",
  "mutatingwebhookconfigurations",
  "validatingwebhookconfigurations",
  "mutatingadmissionpolicies",
  "validatingadmissionpolicies",
  "validatingadmissionpolicybindings",
]);

/** Tells whether an event makes its request evidence; every stage of such a request stays. */
function isEvidence(event) {
  const { resource, subresource, apiGroup } = event.objectRef ?? {};
  const code = event.responseStatus?.code;
  if (!controlPlane.test(event.user.username ?? "")) return true;
  if (code === 401 || code === 403 || event.impersonatedUser) return true;
  if (whole.has(resource) || sessions.has(subresource)) return true;
  if (resource === "serviceaccounts" && subresource === "token") return true;
  if (!writes.has(event.verb)) return false;
  return apiGroup === rbacGroup || configuration.has(resource) || event.verb.startsWith("delete");
}

/** All stages of one request have this in common; the audit id alone does not tell requests apart, clients may set it. */
function requestKey({ auditID, requestReceivedTimestamp, verb, requestURI, user }) {
  return JSON.stringify([auditID, requestReceivedTimestamp, verb, requestURI, user.username]);
}

function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

function readLog(folder, name) {
  const bytes = readFileSync(join(folder, name));
  const lines = bytes.toString("utf8").split("\n").filter(Boolean);
  return { name, bytes, events: lines.map((line) => ({ line, event: JSON.parse(line) })) };
}

function makeExamples(source, target) {
  const names = readdirSync(source).filter((name) => /^audit(-[^/]*)?\.log$/u.test(name));
  if (names.length === 0) throw new Error(`${source}: no audit.log and no audit-*.log here`);
  const logs = names.toSorted().map((name) => readLog(source, name));
  const kept = new Set();
  for (const { event } of logs.flatMap((log) => log.events)) if (isEvidence(event)) kept.add(requestKey(event));

  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, "policy.yaml"), readFileSync(join(source, "policy.yaml")));
  const files = logs.map(({ name, bytes, events }) => {
    const staying = events.filter(({ event }) => kept.has(requestKey(event)));
    const lines = staying.map(({ line, event }) => maskEvent(line, event));
    const text = lines.map((line) => `${line.text}\n`).join("");
    writeFileSync(join(target, name), text);
    return {
      file: name,
      source: { bytes: bytes.length, events: events.length, sha256: sha256(bytes) },
      example: { bytes: Buffer.byteLength(text), events: staying.length, sha256: sha256(text) },
      maskedValues: lines.reduce((sum, line) => sum + line.changed, 0),
    };
  });
  writeFileSync(`${target}.cuts.json`, `${JSON.stringify({ source: basename(source), files }, null, 2)}\n`);
  return files;
}

const [source, target] = process.argv.slice(2);
if (source === undefined) {
  console.error("usage: node scripts/make-examples.mjs <source-folder> [<target-folder>]");
  process.exitCode = 2;
} else {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  for (const { file, source: before, example, maskedValues } of makeExamples(
    resolve(source),
    resolve(target ?? join(root, "examples/recommended-policy")),
  )) {
    console.log(
      `${file}: ${example.events} of ${before.events} events, ${example.bytes} bytes, ${maskedValues} masked`,
    );
  }
}
