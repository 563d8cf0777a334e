// A seeded log of any size that is never written down, and what its registers have to hold.
import { createHash } from "node:crypto";

/** mulberry32: the same numbers for the same seed on every machine. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const period = { from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 11, 1) };

const clients = [
  { username: "system:serviceaccount:argocd:argocd-server", groups: ["system:serviceaccounts"] },
  { username: "system:serviceaccount:monitoring:prometheus", groups: ["system:serviceaccounts"] },
  { username: "system:node:worker-1", groups: ["system:nodes", "system:authenticated"] },
  { username: "alice@example.com", groups: ["developers", "system:authenticated"] },
];

/**
 * Kinds of requests: how many in a thousand, the registers they belong to, and the stages that are recorded. A request on
 * a Secret is four in five, so that this register is the one of a million rows.
 */
const kinds = [
  { share: 780, registers: ["secrets"], verb: "get", resource: "secrets", code: 200 },
  { share: 20, registers: ["secrets", "authorization"], verb: "get", resource: "secrets", code: 403 },
  { share: 20, registers: ["deletions"], verb: "delete", resource: "pods", code: 200, stages: 2 },
  { share: 10, registers: ["sessions"], verb: "create", resource: "pods", subresource: "exec", code: 101, stages: 3 },
  { share: 10, registers: ["authentication"], verb: "list", resource: "pods", code: 401, unknown: true },
  { share: 10, registers: ["rbac"], verb: "create", resource: "rolebindings", code: 201, group: rbacGroup() },
  { share: 150, registers: [], verb: "list", resource: "pods", code: 200 },
];

function rbacGroup() {
  return "rbac.authorization.k8s.io";
}

/**
 * Gives a reading whose `secrets` register has exactly `rows` rows, and what else it has to come to.
 *
 * Two API servers cover the same month, one file after the other, so that rows come out of order; every hundredth event of
 * a file stands in it a second time, as after a restored backup; each file is disordered over some hundred events.
 */
export function generatedLog({ rows, seed }) {
  const expected = { events: 0, unique: 0, duplicates: 0, registers: {}, checks: {} };
  let settle;
  const account = new Promise((resolve) => {
    settle = resolve;
  });
  async function* events() {
    const files = [];
    for (const [index, instance] of ["cp-1", "cp-2"].entries()) {
      const wanted = index === 0 ? Math.ceil(rows / 2) : Math.floor(rows / 2);
      const file = { instance, file: `${instance}/audit.log`, events: 0, offset: 0, stages: {} };
      for (const sourced of disordered(fileEvents(file, wanted, random(seed + index), expected))) yield sourced;
      files.push(fileAccount(file));
    }
    settle(accountOf(files));
  }
  return { reading: { account, [Symbol.asyncIterator]: events }, expected };
}

export const generatedPeriod = {
  from: new Date(period.from).toISOString(),
  to: new Date(period.to).toISOString(),
  label: "November 2026",
};

/** Order-independent sum over ids, by which rows that came back are compared with those that were made. */
export function idChecksum(sum, auditID) {
  return (sum + BigInt(`0x${auditID.slice(-12)}`)) & 0xffffffffffffffffn;
}

function* fileEvents(file, wanted, next, expected) {
  const requests = Math.round((wanted * 1000) / 800);
  const step = (period.to - period.from) / (requests * 1.2);
  let secrets = 0;
  let at = period.from + step;
  for (let n = 0; secrets < wanted; n++) {
    const kind = pick(next);
    // The last request is received before the period ends, however the dice fall.
    at = Math.min(at + step * 2 * next(), period.to - 1000);
    const auditID = idOf(file.instance, n, next);
    for (const register of kind.registers) {
      expected.registers[register] = (expected.registers[register] ?? 0) + 1;
      expected.checks[register] = idChecksum(expected.checks[register] ?? 0n, auditID);
    }
    if (kind.resource === "secrets") secrets++;
    for (const event of stagesOf(kind, auditID, at, next)) {
      expected.unique++;
      const sourced = sourcedEvent(event, file);
      yield sourced;
      if (next() >= 0.01) continue;
      expected.duplicates++;
      yield { event, provenance: { ...sourced.provenance, byteOffset: file.offset } };
      count(event, file);
    }
  }
  expected.events += file.events;
}

function pick(next) {
  let left = next() * 1000;
  for (const kind of kinds) {
    left -= kind.share;
    if (left < 0) return kind;
  }
  return kinds.at(-1);
}

function idOf(instance, n, next) {
  const number = (Math.floor(next() * 2 ** 40) * 2 ** 8 + (n & 0xff)).toString(16).padStart(12, "0");
  return `${instance === "cp-1" ? "11111111" : "22222222"}-${n.toString(16).padStart(8, "0")}-${number}`;
}

function* stagesOf(kind, auditID, at, next) {
  const user = kind.unknown ? {} : clients[Math.floor(next() * clients.length)];
  const namespace = `team-${Math.floor(next() * 40)}`;
  const name = kind.verb === "list" ? "" : `object-${Math.floor(next() * 5000)}`;
  const received = micro(at);
  const base = {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "Metadata",
    auditID,
    requestURI: `/api/v1/namespaces/${namespace}/${kind.resource}/${name}${kind.subresource ? "/exec?command=ls" : ""}`,
    verb: kind.verb,
    user,
    sourceIPs: [`10.0.${Math.floor(next() * 16)}.${Math.floor(next() * 200)}`],
    userAgent: "kubectl/v1.36.4 (linux/amd64) kubernetes/bb826b1",
    objectRef: {
      resource: kind.resource,
      namespace,
      ...(name === "" ? {} : { name }),
      ...(kind.subresource ? { subresource: kind.subresource } : {}),
      ...(kind.group ? { apiGroup: kind.group } : {}),
      apiVersion: "v1",
    },
    requestReceivedTimestamp: received,
    annotations: { "authorization.k8s.io/decision": kind.code === 403 ? "forbid" : "allow" },
  };
  const last = kind.code === 401 ? "ResponseStarted" : "ResponseComplete";
  if (kind.stages >= 2) yield { ...base, stage: "RequestReceived", annotations: {}, stageTimestamp: received };
  const responseStatus = { metadata: {}, code: kind.code };
  if (kind.stages >= 3) yield { ...base, stage: "ResponseStarted", responseStatus, stageTimestamp: micro(at + 2) };
  yield { ...base, stage: last, responseStatus, stageTimestamp: micro(at + 5) };
}

function micro(milliseconds) {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}

function sourcedEvent(event, file) {
  const provenance = {
    file: file.file,
    byteOffset: file.offset,
    envelope: "json-lines",
    instance: file.instance,
    instanceBasis: "directory",
    contentSha256: createHash("sha256").update(`${event.auditID} ${event.stage}`).digest("hex"),
  };
  count(event, file);
  return { event, provenance };
}

/** As many bytes as an event of level Metadata takes; that the number is round changes nothing. */
const bytesPerEvent = 1000;

function count(event, file) {
  file.events++;
  file.offset += bytesPerEvent;
  file.stages[event.stage] = (file.stages[event.stage] ?? 0) + 1;
  file.first ??= event.requestReceivedTimestamp;
  file.last = event.requestReceivedTimestamp;
}

/** Gives pieces of 256 events last first, as buffers of several goroutines reach a file. */
function* disordered(events) {
  let held = [];
  for (const event of events) {
    held.push(event);
    if (held.length < 256) continue;
    yield* held.toReversed();
    held = [];
  }
  yield* held.toReversed();
}

function fileAccount(file) {
  return {
    file: file.file,
    bytes: file.offset,
    sha256: createHash("sha256").update(file.file).digest("hex"),
    compression: "none",
    decompressedBytes: file.offset,
    records: file.events,
    events: file.events,
    rejected: 0,
    foreign: 0,
    eventsByStage: file.stages,
    rejectedByReason: {},
    firstTimestamp: file.first ?? null,
    lastTimestamp: file.last ?? null,
    instance: file.instance,
    instanceBasis: "directory",
  };
}

function accountOf(files) {
  const sum = (of) => files.reduce((total, file) => total + of(file), 0);
  return {
    files,
    skipped: [],
    rejected: [],
    totals: {
      files: files.length,
      bytes: sum(({ bytes }) => bytes),
      decompressedBytes: sum(({ bytes }) => bytes),
      records: sum(({ events }) => events),
      events: sum(({ events }) => events),
      rejected: 0,
      foreign: 0,
    },
  };
}
