import { capabilityGap, registerNames, recordableTogether } from "@kaudit/evidence";
import type { Capability, EvidenceBundle, RegisterName } from "@kaudit/evidence";
import { registerLabel } from "./register-names.js";
import type { Block, ParagraphBlock, TableCell, Text } from "./report-document.js";
import { cell, column, wordCell } from "./row-cells.js";
import { code, logText, muted, outsideText, plain, strong } from "./text.js";
import { agreeing, counted, formatCount } from "./words/count.js";
import { formatHash } from "./words/hash.js";
import { formatMoment } from "./words/period.js";

type Policy = EvidenceBundle["policies"][number];

/** Kinds of actors that stand in one column. */
interface ActorColumn {
  readonly head: string;
  readonly actors: readonly Capability["actor"][];
}

const actorColumns: readonly ActorColumn[] = [
  { head: "People", actors: ["human"] },
  { head: "Service accounts", actors: ["serviceaccount-kube-system", "serviceaccount"] },
  { head: "Nodes, control plane", actors: ["node", "system"] },
  { head: "No login", actors: ["anonymous", "unauthenticated"] },
];

const answers: Readonly<Record<Capability["recordable"], string>> = { yes: "all", partly: "some", no: "none" };

/** Builds "Could the audit policy record it?": what it records of each register, and whether the log bears it out. */
export function recordingBlocks(bundle: EvidenceBundle): readonly Block[] {
  const heading: Block = { kind: "heading", text: "Could the audit policy record it?" };
  const { policies } = bundle;
  if (policies.length === 0) return [heading, notHandedIn];
  const distinct = policies.filter((policy, at) => policies.findIndex(({ sha256 }) => sha256 === policy.sha256) === at);
  return [
    heading,
    ...policies.flatMap((policy) => [identified(policy, bundle), replayed(policy)]),
    ...withoutPolicy(bundle),
    ...distinct.flatMap((policy): Block[] =>
      distinct.length === 1
        ? [capabilityTable(policy)]
        : [
            {
              kind: "paragraph",
              text: [plain("Under "), ...logText(policy.file, 120), ...usedIn(policy, policies), plain(":")],
            },
            capabilityTable(policy),
          ],
    ),
  ];
}

/** The clusters in which policies of the same bytes were in force: what tells two files of one name apart. */
function usedIn({ sha256 }: Policy, policies: readonly Policy[]): Text {
  const names = policies.filter((one) => one.sha256 === sha256).flatMap(({ cluster }) => cluster ?? []);
  return names.length === 0 ? [] : [plain(" in "), ...outsideText([...new Set(names)].join(", "), 240)];
}

const notHandedIn: ParagraphBlock = {
  kind: "paragraph",
  status: "insufficient-evidence",
  text: [
    plain(
      "Not known: no audit policy was handed in. An empty register therefore reads “None observed; recording not verified”.",
    ),
  ],
};

/** Clusters for which no audit policy was handed in, where others have one. */
function withoutPolicy({ policies, clusters }: EvidenceBundle): readonly Block[] {
  if (policies.some(({ cluster }) => cluster === null)) return [];
  const names = clusters.map(({ name }) => name).filter((name) => policies.every(({ cluster }) => cluster !== name));
  if (names.length === 0) return [];
  return [
    {
      kind: "paragraph",
      status: "insufficient-evidence",
      text: [
        plain("No audit policy was handed in for "),
        ...outsideText(names.slice(0, 12).join(", "), 400),
        plain(names.length > 12 ? ` and ${formatCount(names.length - 12)} more clusters.` : "."),
      ],
    },
  ];
}

function identified(policy: Policy, { period, clusters }: EvidenceBundle): ParagraphBlock {
  const whole = Date.parse(policy.from) <= Date.parse(period.from) && Date.parse(policy.to) >= Date.parse(period.to);
  const where =
    policy.cluster === null
      ? [plain(clusters.length > 1 ? " in each cluster without a policy of its own" : "")]
      : [plain(" in cluster "), ...logText(policy.cluster, 120)];
  const when = whole ? [] : [plain(`, in force from ${formatMoment(policy.from)} to ${formatMoment(policy.to)} UTC`)];
  return {
    kind: "paragraph",
    text: [
      ...logText(policy.file, 120),
      plain(" (SHA-256 "),
      code(formatHash(policy.sha256)),
      plain(")"),
      ...when,
      ...where,
      plain(" was evaluated as kube-apiserver evaluates it. "),
      muted("That it was in force all this time is for the platform team to confirm."),
    ],
  };
}

function replayed({ replay }: Policy): ParagraphBlock {
  const { compared, differing, places } = replay;
  if (compared === 0)
    return { kind: "paragraph", status: "insufficient-evidence", text: [plain("No event could be held against it.")] };
  if (differing === 0) {
    const all = compared === 1 ? "The one event" : `All ${formatCount(compared)} events`;
    return {
      kind: "paragraph",
      status: "evidence-present",
      text: [strong(all), plain(` of the period ${agreeing(compared, "was", "were")} recorded as it says.`)],
    };
  }
  return {
    kind: "paragraph",
    status: "insufficient-evidence",
    text: [
      strong(`${formatCount(differing)} of ${counted(compared, "event")}`),
      plain(
        ` of the period ${agreeing(differing, "was", "were")} not recorded as it says: another policy was in force for a time. First place: `,
      ),
      ...logText(places[0] ?? "", 120),
      plain("."),
    ],
  };
}

function capabilityTable({ capabilities }: Policy): Block {
  return {
    kind: "table",
    description: "For each register and each kind of actor: does the audit policy record their requests?",
    columns: [
      column("register", "Register", 0.25),
      ...actorColumns.map(({ head }, index) => column(`actors-${index}`, head, 0.11)),
      column("missed", "A request that is left out", 0.31),
    ],
    rows: registerNames.map((register) => [
      cell([strong(registerLabel(register))]),
      ...actorColumns.map(({ actors }) => answerCell(capabilities, register, actors)),
      cell(missed(capabilities, register)),
    ]),
  };
}

function answerCell(
  capabilities: readonly Capability[],
  register: RegisterName,
  actors: readonly Capability["actor"][],
): TableCell {
  const own = capabilities.filter((one) => one.register === register && actors.includes(one.actor));
  if (own.length === 0) return { text: [muted("n/a")] };
  const answer = recordableTogether(own.map((one) => one.recordable));
  return answer === "yes" ? wordCell(answers.yes) : { text: [strong(answers[answer])] };
}

function missed(capabilities: readonly Capability[], register: RegisterName): Text {
  const example =
    capabilityGap(capabilities, register)?.missed ??
    capabilities.find((one) => one.register === register && one.missed !== null)?.missed;
  if (example === undefined || example === null) return [muted("nothing")];
  const rule = example.ruleIndex === null ? "no rule matches" : `rule ${example.ruleIndex + 1}`;
  const result = example.level === "None" ? "not recorded" : `level ${example.level}, outcome not recorded`;
  return [...outsideText(example.request, 160), plain(`: ${result} (${rule})`)];
}
