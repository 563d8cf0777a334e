const event = Buffer.from('{"kind":"Event');
const auditEvent = Buffer.from('{"kind":"Event","apiVersion":"audit.k8s.io/');
const auditList = Buffer.from('{"kind":"EventList","apiVersion":"audit.k8s.io/');
/** The places in the first bytes of an event where a whole one can follow a tear without breaking grammar. */
const tornStarts = ['{"kind":', '{"kind":"Event","apiVersion":'].map((text) => Buffer.from(text));

function startsWith(bytes: Uint8Array, index: number, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[index + i] !== prefix[i]) return false;
  return true;
}

/** Tells whether an event or an EventList, perhaps of the audit API, begins at `index` as Go writes it. */
export function startsLikeEvent(bytes: Uint8Array, index: number): boolean {
  return startsWith(bytes, index, event);
}

/** Tells whether an audit event begins at `index` as kube-apiserver writes it. */
export function startsAuditEvent(bytes: Uint8Array, index: number): boolean {
  return startsWith(bytes, index, auditEvent);
}

/** Tells whether an audit event begins at `index`, or what is left of one that was torn in its first fields. */
export function startsTornAuditEvent(bytes: Uint8Array, index: number): boolean {
  if (startsAuditEvent(bytes, index)) return true;
  return tornStarts.some((torn) => startsWith(bytes, index, torn) && startsAuditEvent(bytes, index + torn.length));
}

/** Tells whether an audit EventList begins at `index` as kube-apiserver writes it. */
export function startsAuditList(bytes: Uint8Array, index: number): boolean {
  return startsWith(bytes, index, auditList);
}
