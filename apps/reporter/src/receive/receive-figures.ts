/** What a receiver has done since it began; no figure names a client, a user or an object. */
export interface ReceiveFigures {
  /** Events and items that were none, of batches that are durable. */
  events: number;
  rejected: number;
  bytes: number;
  readonly requests: ReadonlyMap<number, number>;
  /** Counts an answer by its HTTP status. */
  count(status: number): void;
  /** The figures in Prometheus' text form. */
  text(bytesInFlight: number): string;
}

/** Makes figures that are all zero. */
export function startFigures(): ReceiveFigures {
  const requests = new Map<number, number>();
  return {
    events: 0,
    rejected: 0,
    bytes: 0,
    requests,
    count(status) {
      requests.set(status, (requests.get(status) ?? 0) + 1);
    },
    text(bytesInFlight) {
      const byCode = [...requests]
        .toSorted(([a], [b]) => a - b)
        .map(([code, count]) => `kaudit_receive_requests_total{code="${code}"} ${count}`);
      return [
        "# HELP kaudit_receive_requests_total Webhook requests by HTTP status of the answer.",
        "# TYPE kaudit_receive_requests_total counter",
        ...byCode,
        ...metric("events_total", "counter", "Audit events that are durable.", this.events),
        ...metric("rejected_total", "counter", "Items of batches that were no audit events.", this.rejected),
        ...metric("bytes_total", "counter", "Bytes of batches that are durable.", this.bytes),
        ...metric("in_flight_bytes", "gauge", "Bytes of bodies that are being read or made durable.", bytesInFlight),
        "",
      ].join("\n");
    },
  };
}

function metric(name: string, type: string, help: string, value: number): string[] {
  const full = `kaudit_receive_${name}`;
  return [`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`, `${full} ${value}`];
}
