import type { EvidenceBundle, Framework } from "@kaudit/evidence";
import { gapCounts } from "./gap-sentences.js";
import type { Text } from "./report-document.js";
import { logText, plain } from "./text.js";
import { waiting } from "./sections/suppression-audit.js";
import { countedControls } from "./words/controls.js";
import { agreeing, counted } from "./words/count.js";

/** Something that a person must do before more can be said. */
export interface Need {
  readonly owner: string;
  readonly request: Text;
  /** The section that shows why. */
  readonly section?: string;
}

const platform = "Platform team";
const security = "Security";
const compliance = "Compliance";

/** Gives what is needed and from whom, as far as the evidence itself tells; most pressing first. */
export function whatIsNeeded(bundle: EvidenceBundle, framework: Framework): readonly Need[] {
  return [
    ...findings(bundle),
    ...undecided(bundle, framework),
    ...inputs(bundle),
    ...cluster(bundle),
    policy(bundle),
    ...gaps(bundle),
    ...(bundle.signOff.state === "final" ? [] : [signature]),
  ];
}

const signature: Need = {
  owner: compliance,
  request: [plain("Review the registers and sign; until then this report is a draft.")],
  section: "sign-off",
};

function undecided(bundle: EvidenceBundle, framework: Framework): Need[] {
  const count = waiting(bundle.exceptions);
  if (count === 0) return exceptions(framework);
  const which = counted(count, "exception");
  return [{ owner: security, request: [plain(`Give a disposition for ${which}.`)], section: "exceptions" }];
}

function exceptions(framework: Framework): Need[] {
  const count = framework.controls.filter((control) => control.status === "exceptions").length;
  if (count === 0) return [];
  const which = countedControls(count, framework.controlNoun);
  return [
    {
      owner: security,
      request: [plain(`Say for the exceptions under ${which} whether each was authorised, and by whom.`)],
      section: "controls",
    },
  ];
}

function findings(bundle: EvidenceBundle): Need[] {
  const needs: Need[] = [];
  for (const finding of overClusters(bundle.findings)) {
    if (finding.code === "secret-values-in-log") {
      const events = counted(finding.count, "event");
      needs.push({
        owner: security,
        request: [plain(`Replace the Secrets whose values are in the log (${events}); record no bodies of Secrets.`)],
        section: "reliance",
      });
    }
    if (finding.code === "conflicting-events") {
      const events = counted(finding.count, "event");
      needs.push({
        owner: security,
        request: [plain(`Explain ${events} that share a key with another of different content; all are kept.`)],
        section: "reliance",
      });
    }
    if (finding.code === "other-writers") {
      const events = counted(finding.count, "event");
      needs.push({
        owner: platform,
        request: [
          plain(`Say which of the containers hand on the audit log that printed ${events}; the finding names them.`),
        ],
        section: "reliance",
      });
    }
    if (finding.code === "confusable-actors") {
      const names = counted(finding.count, "actor name");
      needs.push({
        owner: security,
        request: [plain(`Look at ${names} that ${agreeing(finding.count, "reads", "read")} like another.`)],
        section: "reliance",
      });
    }
  }
  return needs;
}

/** Findings of one kind in several clusters as one: whoever is asked is asked once. */
function overClusters(
  all: EvidenceBundle["findings"],
): readonly Pick<EvidenceBundle["findings"][number], "code" | "count">[] {
  const counts = new Map<EvidenceBundle["findings"][number]["code"], number>();
  for (const { code, count } of all) counts.set(code, (counts.get(code) ?? 0) + count);
  return [...counts].map(([code, count]) => ({ code, count }));
}

function inputs({ totals, skipped }: EvidenceBundle): Need[] {
  const needs: Need[] = [];
  if (totals.rejected > 0) {
    needs.push({
      owner: platform,
      request: [plain(`Account for ${counted(totals.rejected, "rejected record")}.`)],
      section: "reliance",
    });
  }
  if (skipped.length > 0) {
    needs.push({
      owner: platform,
      request: [plain(`Confirm that ${counted(skipped.length, "skipped file")} should hold no audit records.`)],
      section: "reliance",
    });
  }
  return needs;
}

function cluster(bundle: EvidenceBundle): Need[] {
  if (bundle.cluster.name !== "" || bundle.clusters.every(({ name }) => name !== "")) return [];
  return [
    {
      owner: platform,
      request: [plain("Name the cluster: the log does not, and this report cannot.")],
      section: "method",
    },
  ];
}

function policy(bundle: EvidenceBundle): Need {
  const section = "reliance";
  const [first, ...others] = bundle.policies;
  if (first === undefined) {
    return {
      owner: platform,
      request: [plain("Hand in the audit policy of the API servers; without it nothing says what could be recorded.")],
      section,
    };
  }
  const rest = others.length === 0 ? "" : ` and ${counted(others.length, "more policy", "more policies")}`;
  const were = others.length === 0 ? "was in force for the whole period." : "were in force when this report says.";
  return {
    owner: platform,
    request: [plain("Confirm that "), ...logText(first.file, 120), plain(`${rest} ${were}`)],
    section,
  };
}

function gaps(bundle: EvidenceBundle): Need[] {
  if (bundle.totals.insidePeriod === 0) {
    return [{ owner: platform, request: [plain("Supply the audit log files of this period.")], section: "reliance" }];
  }
  const { unexplained } = gapCounts(bundle);
  if (unexplained === 0) return [];
  const which = counted(unexplained, "gap in the log", "gaps in the log");
  return [
    {
      owner: platform,
      request: [plain(`Explain ${which}, or supply the missing files.`)],
      section: "reliance",
    },
  ];
}
