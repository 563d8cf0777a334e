import type { EvidenceBundle } from "../bundle.js";
import { counted, mostPlaces } from "../internal/findings.js";
import type { Finding } from "../internal/findings.js";

type Server = EvidenceBundle["coverage"][number];

/** Says what the order and the stages of the events show: lost events, late ones, a clock that was set back. */
export function coverageFindings(coverage: readonly Server[]): Finding[] {
  return [
    ...finding(
      "lost-events",
      coverage,
      (server) => server.orphanedRequests + server.unbegunRequests,
      (count) =>
        `Of ${counted(count, "request")} ${count === 1 ? "the end or the beginning was" : "the ends or the beginnings were"} not recorded, though those of their kind are: events were lost, ` +
        "as kube-apiserver loses one that is larger than its log file may be, or that a full disk or buffer does not take.",
    ),
    ...finding(
      "clock-set-back",
      coverage,
      (server) => server.clockRegressions,
      (count) =>
        `The clock of an API server ran backwards ${counted(count, "time")}: events stand behind later ones in their file, or were recorded before their request was received. ` +
        "Which events belong to the period goes by the recorded time all the same.",
    ),
    ...finding(
      "late-events",
      coverage,
      (server) => server.lateEvents,
      (count) =>
        `${counted(count, "event")} ${count === 1 ? "stands" : "stand"} in a file more than 30 seconds behind the events around ${count === 1 ? "it" : "them"}.`,
    ),
  ];
}

function finding(
  code: Finding["code"],
  coverage: readonly Server[],
  countOf: (server: Server) => number,
  message: (count: number) => string,
): Finding[] {
  const concerned = coverage.filter((server) => countOf(server) > 0);
  const count = concerned.reduce((sum, server) => sum + countOf(server), 0);
  if (count === 0) return [];
  return [
    { code, message: message(count), count, places: concerned.map(({ instance }) => instance).slice(0, mostPlaces) },
  ];
}
