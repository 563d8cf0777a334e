import { findingCodes } from "../bundle.js";
import type { EvidenceBundle, RegisterEntry } from "../bundle.js";
import { coverageFindings } from "../coverage/coverage-findings.js";
import type { EventPass } from "./event-pass.js";
import type { FilledRegisters } from "./fill-registers.js";
import type { ClusterNames } from "./cluster-names.js";
import { addedUp, counted, mostPlaces } from "./findings.js";
import type { Finding } from "./findings.js";
import { mostDistinct } from "./register-summary.js";

type Keys = readonly string[];

/**
 * Says what was noticed about the evidence itself; nothing for what was not. Of several clusters each thing is said of the cluster
 * that it was noticed in, by what was noticed.
 */
export function evidenceFindings(
  pass: EventPass,
  filled: FilledRegisters,
  registers: readonly RegisterEntry[],
  coverage: EvidenceBundle["coverage"],
  { clusters }: ClusterNames,
): Finding[] {
  const several = clusters.length > 1;
  const own = clusters.flatMap(({ name, keys }) =>
    clusterFindings(
      pass,
      filled,
      coverage.filter(({ cluster }) => cluster === name),
      keys,
    ).map((finding) => (several ? { ...finding, cluster: name } : finding)),
  );
  const all = [
    ...own,
    ...confusable(pass),
    ...elsewhere(pass),
    ...contradicted(pass),
    ...acrossClusters(pass),
    ...capped(pass, filled, registers),
  ];
  return all.toSorted((a, b) => findingCodes.indexOf(a.code) - findingCodes.indexOf(b.code));
}

function clusterFindings(
  pass: EventPass,
  filled: FilledRegisters,
  coverage: EvidenceBundle["coverage"],
  keys: Keys,
): Finding[] {
  return [
    ...conflicting(pass, filled, keys),
    ...secretValues(filled, keys),
    ...truncated(filled, keys),
    ...cut(pass, keys),
    ...otherWriters(pass, keys),
    ...mixedClusters(pass, keys),
    ...undated(pass, keys),
    ...coverageFindings(coverage),
    ...versions(filled, keys),
    ...pass.receiveTimes.findings(
      pass.servers.filter(({ clusterKey }) => keys.includes(clusterKey)).map(({ number }) => number),
    ),
  ];
}

function conflicting(pass: EventPass, filled: FilledRegisters, keys: Keys): Finding[] {
  const { count: conflicts, places } = addedUp(filled.conflicts.conflicts.all(keys));
  const events = pass.servers
    .filter(({ clusterKey }) => keys.includes(clusterKey))
    .reduce((sum, { all }) => sum + all.conflicts, 0);
  if (events === 0 && conflicts === 0) return [];
  return [
    {
      code: "conflicting-events",
      message:
        `${counted(events, "event")} of the input share their key with another of other content; ` +
        `${counted(conflicts, "request")} of the registers ${conflicts === 1 ? "is" : "are"} told in more than one way. ` +
        "All are kept, each as a row: one of them was changed after it was written, if only in the order of its fields by a log shipper, or a client's Audit-ID was reused within a microsecond.",
      count: Math.max(events, conflicts),
      places,
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

function secretValues({ secretValues: all }: FilledRegisters, keys: Keys): Finding[] {
  const noted = addedUp(all.all(keys));
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

function truncated({ truncated: all }: FilledRegisters, keys: Keys): Finding[] {
  const noted = addedUp(all.all(keys));
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

function cut({ source }: EventPass, keys: Keys): Finding[] {
  const noted = source.cut(keys);
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

function otherWriters({ source }: EventPass, keys: Keys): Finding[] {
  const noted = source.otherWriters(keys);
  if (noted.count === 0) return [];
  const were = noted.count === 1 ? "was" : "were";
  return [
    {
      code: "other-writers",
      message:
        `${counted(noted.count, "event")} of the period ${were} read from the output of containers that are no API server's. ` +
        "Any program whose output lands in this log can print lines that look like events: unless a container is known to hand on the audit log (an audit webhook, a log reader), what it printed is no evidence.",
      count: noted.count,
      places: [...noted.places],
    },
  ];
}

function undated({ undatedOf }: EventPass, keys: Keys): Finding[] {
  const count = undatedOf(keys);
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

function contradicted(pass: EventPass): Finding[] {
  if (pass.contradicted === 0) return [];
  return [
    {
      code: "contradicted-across-instances",
      message:
        `${counted(pass.contradicted, "telling")} of events that were read under more than one API server ${pass.contradicted === 1 ? "is" : "are"} not in all of them: same Audit-ID, times, verb, URI and user, other content. ` +
        "One log lies there in several copies, as a file and as a webhook received it, and one copy was changed. All are kept, each as a row.",
      count: pass.contradicted,
      places: pass.servers.map(({ counts: { instance } }) => instance).slice(0, mostPlaces),
    },
  ];
}

function versions({ versionRegressions }: FilledRegisters, keys: Keys): Finding[] {
  const noted = addedUp(versionRegressions.all(keys));
  if (noted.count === 0) return [];
  return [
    {
      code: "version-regressions",
      message:
        `${counted(noted.count, "change")} ${noted.count === 1 ? "was" : "were"} answered with an older resourceVersion than an earlier change of the same object. ` +
        "Versions only grow: the log was edited, its times are wrong, or the cluster's store was set back to a backup.",
      count: noted.count,
      places: [...noted.places],
    },
  ];
}

/** An option says of which cluster an input is; the envelopes inside it may tell more than one. */
function mixedClusters({ source }: EventPass, keys: Keys): Finding[] {
  const { count, places } = source.envelopeClusters(keys);
  if (places.length < 2) return [];
  const names = places.length < mostPlaces ? `${places.length}` : `${mostPlaces} or more`;
  return [
    {
      code: "mixed-clusters",
      message:
        `The envelopes of ${counted(count, "event")} of the period name ${names} clusters, and all were given as the input of one. ` +
        "They count as this cluster's: give the logs of each cluster as its own input, or no cluster's name, if they are not.",
      count,
      places: places.toSorted(),
    },
  ];
}

function acrossClusters(pass: EventPass): Finding[] {
  if (pass.acrossClusters === 0) return [];
  const they = pass.acrossClusters === 1 ? "it is" : "they are";
  return [
    {
      code: "repeated-across-clusters",
      message:
        `${counted(pass.acrossClusters, "event")} ${pass.acrossClusters === 1 ? "was" : "were"} read of more than one cluster with the same content. ` +
        `Two clusters never write the same event: most likely one log was given for both, and in one of them ${they} not evidence. Each cluster's registers hold ${pass.acrossClusters === 1 ? "it" : "them"}.`,
      count: pass.acrossClusters,
      places: [...new Set(pass.servers.map(({ clusterKey }) => clusterKey))].toSorted().slice(0, mostPlaces),
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
