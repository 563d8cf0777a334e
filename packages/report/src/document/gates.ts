import { decidingGates } from "@kaudit/evidence";
import type { EvidenceBundle, Gate, RegisterName } from "@kaudit/evidence";
import { severalClusters } from "./clusters.js";
import { registerLabel } from "./register-names.js";
import type { Block, TableCell } from "./report-document.js";
import { cell, column, wordCell } from "./row-cells.js";
import { muted, outsideText, plain, strong } from "./text.js";
import { counted } from "./words/count.js";

type Judged = Gate["registers"][number];

const resultWords: Readonly<Record<Gate["result"], string>> = {
  holds: "holds",
  fails: "does not hold",
  "not-evaluated": "not evaluated",
};

const mostReasons = 3;

/** How the gates that decide stand for a register, over all clusters. */
export interface RegisterGates {
  readonly result: Gate["result"];
  /** Why they do not hold. */
  readonly reasons: readonly string[];
  /** Whether its planted actions were found again, in every cluster. */
  readonly canarySeen: boolean;
}

/** Gives how the deciding gates stand for a register. */
export function gatesOf(bundle: EvidenceBundle, register: RegisterName): RegisterGates {
  const { gates } = bundle;
  const judged = (id: Gate["id"]): readonly Judged[] =>
    gates.find((gate) => gate.id === id)?.registers.filter((one) => one.register === register) ?? [];
  const deciding = decidingGates.flatMap(judged);
  const failing = deciding.filter(({ result }) => result === "fails");
  const open = deciding.filter(({ result }) => result === "not-evaluated");
  const worst = failing.length > 0 ? failing : open;
  const canaries = judged("G4");
  return {
    result:
      deciding.length === 0 || worst === open
        ? open.length > 0 || deciding.length === 0
          ? "not-evaluated"
          : "holds"
        : "fails",
    reasons: reasonsIn(worst, bundle),
    canarySeen: canaries.length > 0 && canaries.every(({ result }) => result === "holds"),
  };
}

/** Builds "Which gates hold?": each gate, how it stands, why, and the registers it concerns. */
export function gateBlocks(bundle: EvidenceBundle): readonly Block[] {
  const { gates } = bundle;
  if (gates.every(({ registers }) => registers.length === 0)) return [];
  const standing = gates.filter(({ id, result }) => decidingGates.includes(id) && result === "holds").length;
  return [
    {
      kind: "heading",
      text: `${standing} of ${decidingGates.length} gates that decide about results hold for every register${severalClusters(bundle) ? " of every cluster" : ""}`,
      note: [
        plain(
          "Rows and their absence are evidence only where G1, G2, G3 and G5 hold. G4, G6 and G7 are said and change no result.",
        ),
      ],
    },
    {
      kind: "table",
      description: "The seven gates: how each stands, why, and which registers it concerns.",
      columns: [
        column("gate", "Gate", 0.27),
        column("result", "Result", 0.14),
        column("why", "Why", 0.41),
        column("registers", "Registers", 0.18),
      ],
      rows: gates.map((gate) => [
        cell([strong(gate.id), plain(` ${gate.name}`)]),
        wordCell(resultWords[gate.result]),
        reasonCell(gate, bundle),
        cell(concerned(gate)),
      ]),
    },
  ];
}

/** The reasons of judgements, each once; where several clusters were read, after the clusters that it is of unless it is of all. */
function reasonsIn(judged: readonly Judged[], bundle: EvidenceBundle): readonly string[] {
  const byReason = new Map<string, Set<string>>();
  for (const { cluster, reasons } of judged)
    for (const reason of reasons) byReason.set(reason, (byReason.get(reason) ?? new Set()).add(cluster));
  return [...byReason].map(([reason, clusters]) =>
    clusters.size === bundle.clusters.length ? reason : `${listed([...clusters])}: ${reason}`,
  );
}

function listed(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more` : names.join(", ");
}

function reasonCell(gate: Gate, bundle: EvidenceBundle): TableCell {
  const reasons = reasonsOf(gate, bundle);
  if (reasons.length === 0) return cell([muted("nothing stands against it")]);
  const most = gate.result === "holds" ? 1 : mostReasons;
  const text = reasons
    .slice(0, most)
    .flatMap((reason, index) => [...(index === 0 ? [] : [plain(" ")]), ...outsideText(reason, 300)]);
  const more = reasons.length - most;
  return more > 0 ? { text, detail: [plain(`and ${counted(more, "more reason")} in bundle.json`)] } : { text };
}

function reasonsOf({ result, registers }: Gate, bundle: EvidenceBundle): readonly string[] {
  return reasonsIn(
    registers.filter((one) => one.result === result),
    bundle,
  );
}

function concerned({ result, registers }: Gate) {
  const names = [...new Set(registers.filter((one) => one.result === result).map(({ register }) => register))];
  const all = new Set(registers.map(({ register }) => register)).size;
  if (names.length === all) return [plain("all")];
  return [plain(names.map((name) => registerLabel(name)).join(", "))];
}
