import { writtenTimestamp } from "./micro-time.js";

/** The versions of events that kube-apiserver wrote before 1.24, besides `audit.k8s.io/v1`. */
export type OldEventVersion = "audit.k8s.io/v1beta1" | "audit.k8s.io/v1alpha1";

/** A value in the form of `audit.k8s.io/v1`. */
export interface UpgradedEvent {
  readonly value: unknown;
  /** The version it had, if that was an older one. */
  readonly upgradedFrom?: OldEventVersion;
}

/**
 * Brings an event or an EventList of v1beta1 or v1alpha1 into the form of `audit.k8s.io/v1`, and tells which it was.
 * Everything else is given back as it is, the same object, whatever it is. Never throws and changes nothing in place.
 *
 * As kube-apiserver 1.12 to 1.23 converted them: a missing `stageTimestamp` becomes `metadata.creationTimestamp`, a
 * missing `requestReceivedTimestamp` becomes `timestamp`, and these two fields go. In v1alpha1 `objectRef.apiVersion`
 * held group and version together; it is split at the last slash. The older versions knew time only to the second.
 *
 * Items of an EventList have no apiVersion of their own: when passing one item, pass the list's apiVersion as well.
 */
export function upgradeEvent(value: unknown, listVersion?: string): UpgradedEvent {
  if (!isObject(value)) return { value };
  const version = oldVersion(value["apiVersion"] ?? listVersion);
  if (version === undefined) return { value };
  const isList = value["kind"] === "EventList" || (value["kind"] === undefined && Object.hasOwn(value, "items"));
  return { value: isList ? upgradeList(value, version) : upgradeOne(value, version), upgradedFrom: version };
}

type Fields = Readonly<Record<string, unknown>>;

const newVersion = "audit.k8s.io/v1";

function oldVersion(apiVersion: unknown): OldEventVersion | undefined {
  return apiVersion === "audit.k8s.io/v1beta1" || apiVersion === "audit.k8s.io/v1alpha1" ? apiVersion : undefined;
}

function upgradeList(list: Fields, version: OldEventVersion): Fields {
  const items = list["items"];
  return {
    ...list,
    apiVersion: newVersion,
    ...(Array.isArray(items) && { items: items.map((item) => upgradeEvent(item, version).value) }),
  };
}

function upgradeOne(event: Fields, version: OldEventVersion): Fields {
  const { metadata, timestamp, ...fields } = event;
  const created = isObject(metadata) ? metadata["creationTimestamp"] : undefined;
  return {
    ...fields,
    ...(event["apiVersion"] !== undefined && { apiVersion: newVersion }),
    ...(version === "audit.k8s.io/v1alpha1" &&
      isObject(event["objectRef"]) && { objectRef: withGroup(event["objectRef"]) }),
    requestReceivedTimestamp: firstTime(event["requestReceivedTimestamp"], timestamp),
    stageTimestamp: firstTime(event["stageTimestamp"], created),
  };
}

function withGroup(reference: Fields): Fields {
  const { apiVersion } = reference;
  const slash = typeof apiVersion === "string" ? apiVersion.lastIndexOf("/") : -1;
  if (typeof apiVersion !== "string" || slash === -1) return reference;
  return { ...reference, apiGroup: apiVersion.slice(0, slash), apiVersion: apiVersion.slice(slash + 1) };
}

/** What is no timestamp stays as it is, so that the check which follows can name it. */
function firstTime(own: unknown, older: unknown): unknown {
  const time = writtenTime(own);
  return time === null || time === undefined ? (writtenTime(older) ?? null) : time;
}

function writtenTime(value: unknown): unknown {
  return typeof value === "string" ? writtenTimestamp(value) : value;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
