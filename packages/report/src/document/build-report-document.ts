import type { ReportInput } from "../report-input.js";
import { buildCover } from "./cover.js";
import { frameworkOf } from "./framework.js";
import { frameworkSections } from "./framework-sections.js";
import { shortClusterName } from "./identity.js";
import type { ReportDocument, ReportSection } from "./report-document.js";
import { answerSection } from "./sections/answer.js";
import { configurationSection } from "./sections/configuration.js";
import { controlsSection } from "./sections/controls.js";
import { credentialsSection } from "./sections/credentials.js";
import { deletionsSection } from "./sections/deletions.js";
import { exceptionsSection } from "./sections/exceptions.js";
import { impersonationSection } from "./sections/impersonation.js";
import { limitsSection } from "./sections/limits.js";
import { methodSection } from "./sections/method.js";
import { rbacSection } from "./sections/rbac.js";
import { refusedSection } from "./sections/refused.js";
import { relianceSection } from "./sections/reliance.js";
import { sampleSection } from "./sections/sample.js";
import { secretsSection } from "./sections/secrets.js";
import type { SectionBuilder, SectionContent } from "./sections/section-content.js";
import { sessionsSection } from "./sections/sessions.js";
import { signOffSection, signOffState } from "./sections/sign-off.js";
import { verifySection } from "./sections/verify.js";
import { withReferences } from "./references.js";
import type { Organisation } from "../organisation/organisation.js";
import { outsideText } from "./text.js";
import { formatPeriod } from "./words/period.js";

const registerSections: readonly SectionBuilder[] = [
  secretsSection,
  rbacSection,
  sessionsSection,
  refusedSection,
  credentialsSection,
  impersonationSection,
  deletionsSection,
  configurationSection,
];

/**
 * Builds the document that every renderer draws: cover, the answer on one page, whether it can be relied on, controls and
 * results, the sections that the framework has of its own, a section for each register, exceptions, samples and signatures, the method sheet, limits and how to verify. Reads each register at most three times and
 * holds no more than the rows it prints. A period without any event gives no register sections, as nothing can be read
 * from their emptiness. Throws `KAUDIT_REPORT_UNKNOWN_FRAMEWORK` when the bundle does not hold the framework.
 *
 * Text from the log is made visible and put into runs of its own; the same input gives the same document.
 */
export async function buildReportDocument(input: ReportInput): Promise<ReportDocument> {
  const { bundle } = input.evidence;
  const framework = frameworkOf(bundle, input.frameworkId);
  const own = await frameworkSections(input, framework.sections);
  const contents: SectionContent[] = [
    ...own.first,
    answerSection(input),
    relianceSection(input),
    ...own.beforeControls,
    controlsSection(input),
    ...own.afterControls,
  ];
  if (bundle.totals.insidePeriod > 0) {
    for (const build of registerSections) {
      const content = await build(input);
      if (content !== undefined) contents.push(content);
    }
  }
  contents.push(exceptionsSection(input));
  if (bundle.totals.insidePeriod > 0) contents.push(await sampleSection(input));
  contents.push(signOffSection(input), methodSection(input), limitsSection(), verifySection(input));
  const period = formatPeriod(bundle.period);
  return {
    frameworkId: framework.id,
    frameworkName: framework.name,
    title: `Evidence for ${framework.name} from Kubernetes audit logs, ${period}`,
    language: "en",
    cover: buildCover(bundle, framework, input.evidenceId),
    sections: withReferences(numbered(contents), framework),
    evidenceId: input.evidenceId.slice(0, 16),
    clusterName: shortClusterName(bundle),
    periodLabel: `${period}, UTC`,
    documentDate: bundle.period.to,
    state: signOffState(bundle),
    ...(input.organisation === undefined ? {} : { organisation: organisationOf(input.organisation) }),
  };
}

function organisationOf({ name, logo }: Organisation): NonNullable<ReportDocument["organisation"]> {
  return { name: outsideText(name, 80), ...(logo === undefined ? {} : { logo }) };
}

/** The cover is the first; links to sections that this run does not have are dropped. */
function numbered(contents: readonly SectionContent[]): readonly ReportSection[] {
  const ids = new Set(contents.map((content) => content.id));
  return contents.map((content, index) => ({
    ...content,
    number: String(index + 2),
    blocks: content.blocks.map((block) => withoutDeadLinks(block, ids)),
  }));
}

function withoutDeadLinks(block: ReportSection["blocks"][number], ids: ReadonlySet<string>): typeof block {
  if (block.kind === "facts") return { ...block, facts: block.facts.map((fact) => linked(fact, ids)) };
  if (block.kind !== "table") return block;
  return { ...block, rows: block.rows.map((row) => row.map((cell) => linked(cell, ids))) };
}

function linked<Item extends { readonly section?: string }>(item: Item, ids: ReadonlySet<string>): Item {
  if (item.section === undefined || ids.has(item.section)) return item;
  const { section: _, ...rest } = item;
  return rest as Item;
}
