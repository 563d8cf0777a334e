import type { EvidenceBundle, RegisterEntry } from "../bundle.js";
import { coverageFindings } from "../coverage/coverage-findings.js";
import type { EventPass } from "./event-pass.js";
import type { FilledRegisters } from "./fill-registers.js";
import { counted, mostPlaces } from "./findings.js";
import type { Finding } from "./findings.js";
import { mostDistinct } from "./register-summary.js";

/** Says what was noticed about the evidence itself; nothing for what was not. */
export function evidenceFindings(
  pass: EventPass,
  filled: FilledRegisters,
  registers: readonly RegisterEntry[],
  coverage: EvidenceBundle["coverage"],
): Finding[] {
  return [
    ...conflicting(pass, filled),
    ...confusable(pass),
    ...secretValues(filled),
    ...truncated(filled),
    ...cut(pass),
    ...otherWriters(pass),
    ...undated(pass),
    ...coverageFindings(coverage),
    ...elsewhere(pass),
    ...capped(pass, filled, registers),
  ];
}

function conflicting(pass: EventPass, filled: FilledRegisters): Finding[] {
  const { conflicts, conflictPlaces } = filled.conflicts;
  if (pass.conflicts === 0 && conflicts === 0) return [];
  return [
    {
      code: "conflicting-events",
      message:
        `${counted(pass.conflicts, "event")} of the input share their key with another of other content; ` +
        `${counted(conflicts, "request")} of the registers ${conflicts === 1 ? "is" : "are"} told in more than one way. ` +
        "All are kept, each as a row: one of them was changed after it was written, if only in the order of its fields by a log shipper, or a client's Audit-ID was reused within a microsecond.",
      count: Math.max(pass.conflicts, conflicts),
      places: [...conflictPlaces],
    },
  ];
}

function confusable(pass: EventPass): Finding[] {
  const alike = pass.names.confusable();
  if (alike.length === 0) return [];
  return [
    {
      code: "confusable-actors",
      message: `${counted(alike.length, "set")} of different user names look alike; they are counted apart, by their exact characters.`,
      count: alike.length,
      places: alike.slice(0, mostPlaces),
    },
  ];
}

function secretValues({ secretValues: noted }: FilledRegisters): Finding[] {
  if (noted.count === 0) return [];
  return [
    {
      code: "secret-values-in-log",
      message:
        `${counted(noted.count, "event")} of the period ${noted.count === 1 ? "has" : "have"} Secret data or tokens in the recorded bodies. ` +
        "Whoever can read the log can read them; none is repeated here. Record Secrets, token requests and token reviews at level Metadata.",
      count: noted.count,
      places: [...noted.places],
    },
  ];
}

function truncated({ truncated: noted }: FilledRegisters): Finding[] {
  if (noted.count === 0) return [];
  return [
    {
      code: "truncated-events",
      message: `${counted(noted.count, "event")} of the period lost ${noted.count === 1 ? "its" : "their"} bodies because of the size (audit.k8s.io/truncated); what they changed is not known.`,
      count: noted.count,
      places: [...noted.places],
    },
  ];
}

function cut({ source: { cut: noted } }: EventPass): Finding[] {
  if (noted.count === 0) return [];
  return [
    {
      code: "cut-events",
      message: `${counted(noted.count, "event")} ${noted.count === 1 ? "was" : "were"} cut on the way to this log; only the fields that came whole are known. Where the time was lost it is that of the log service, or none; a request of which another stage was read whole is then told twice.`,
      count: noted.count,
      places: [...noted.places],
    },
  ];
}

function otherWriters({ source: { otherWriters: noted } }: EventPass): Finding[] {
  if (noted.count === 0) return [];
  const were = noted.count === 1 ? "was" : "were";
  return [
    {
      code: "other-writers",
      message:
        `${counted(noted.count, "event")} of the period ${were} read from the output of containers that are no API server's. ` +
        "Any program whose output lands in this log can print lines that look like events: unless a container is known to hand on the audit log (an audit webhook, a log reader), what it printed is no evidence.",
      count: noted.count,
      places: [...noted.names],
    },
  ];
}

function undated({ undated: count }: EventPass): Finding[] {
  if (count === 0) return [];
  return [
    {
      code: "undated-events",
      message: `${counted(count, "event")} ${count === 1 ? "has" : "have"} no readable requestReceivedTimestamp; ${count === 1 ? "it is" : "they are"} counted outside of the period and in no register.`,
      count,
      places: [],
    },
  ];
}

function elsewhere(pass: EventPass): Finding[] {
  if (pass.elsewhere === 0) return [];
  return [
    {
      code: "repeated-across-instances",
      message:
        `${counted(pass.elsewhere, "event")} ${pass.elsewhere === 1 ? "was" : "were"} read under more than one API server with the same content. ` +
        "Two API servers never write the same event: most likely one log lies in two folders. They are counted apart; give each log once, or name its API server.",
      count: pass.elsewhere,
      places: pass.servers.map(({ counts: { instance } }) => instance).slice(0, mostPlaces),
    },
  ];
}

function capped(pass: EventPass, filled: FilledRegisters, registers: readonly RegisterEntry[]): Finding[] {
  const places: string[] = [];
  for (const { name, summary } of registers) {
    if (summary.capped !== null)
      places.push(`register ${name}: lists stop at ${mostDistinct} different actors or namespaces`);
  }
  if (pass.names.notKept > 0)
    places.push("user names that look alike: only the first 10,000 different names were compared");
  if (filled.accessNotKept > 0)
    places.push(
      `access rights: ${counted(filled.accessNotKept, "earlier state")} could not be remembered, "before" is empty there`,
    );
  if (filled.conflicts.notKept > 0)
    places.push(
      `requests told in too many ways: ${counted(filled.conflicts.notKept, "event")} left out of the registers`,
    );
  if (places.length === 0) return [];
  return [
    {
      code: "capped",
      message: "Some lists were too long to be kept whole; control totals are not touched by it.",
      count: places.length,
      places,
    },
  ];
}
