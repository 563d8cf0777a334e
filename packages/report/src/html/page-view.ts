import type { RegisterName } from "@kaudit/evidence";
import type { Block, RegisterBlock, ReportDocument, ReportSection } from "../document/report-document.js";
import { textOf } from "../document/text.js";
import { blockView } from "./block-view.js";
import type { LinkTargets } from "./block-view.js";
import { activityView } from "./charts/activity.js";
import { embeddedBytes, inlineAsset } from "./inline-asset.js";
import type { PageAssets } from "./page-assets.js";
import type { RegisterView } from "./register-view.js";
import { textView } from "./text-view.js";

/** The registers of a page: what the templates draw, and the data of the script. */
export interface PageRegisters {
  readonly views: ReadonlyMap<RegisterBlock, RegisterView>;
  /** Packed rows: see {@link packRegister}. */
  readonly data: ReadonlyMap<RegisterName, Uint8Array>;
  /** The rows that the page holds, of registers and of other tables. */
  readonly anchors: ReadonlySet<string>;
}

/** Everything that `templates/page.hbs` names. */
export function pageView(document: ReportDocument, registers: PageRegisters, assets: PageAssets): object {
  const links: LinkTargets = {
    sections: new Map(
      document.sections.map((section) => [section.id, section.number === "" ? section.shortTitle : section.number]),
    ),
    rows: registers.anchors,
  };
  return {
    language: document.language,
    title: document.title,
    contentSecurityPolicy: assets.contentSecurityPolicy,
    style: inlineAsset(assets.style),
    script: inlineAsset(assets.script),
    frameworkName: document.frameworkName,
    periodLabel: document.periodLabel,
    evidenceId: document.evidenceId,
    clusterName: textView(document.clusterName),
    state: document.state,
    organisation: organisationView(document),
    cover: coverView(document),
    sections: document.sections.map((section) => ({
      id: section.id,
      number: section.number === "" ? null : section.number,
      shortTitle: section.shortTitle,
      reference: section.reference === undefined ? null : `${document.evidenceId}/${section.reference}`,
      title: section.title,
      standfirst: section.standfirst,
      groups: groupsOf(section).map((blocks) => ({
        className: groupClass(blocks),
        blocks: withoutPrintNotes(blocks).map((block) => blockView(block, registers.views, links)),
      })),
    })),
    registerData: [...registers.data].map(([name, data]) => ({ id: `rows-${name}`, bytes: embeddedBytes(data) })),
  };
}

const mediaTypes = { png: "image/png", jpeg: "image/jpeg", svg: "image/svg+xml" } as const;

/** A logo stands in the page as a picture, in which nothing can run; null where there is no organisation. */
function organisationView({ organisation }: ReportDocument): object | null {
  if (organisation === undefined) return null;
  const { name, logo } = organisation;
  return {
    name: textView(name),
    words: textOf(name),
    logo:
      logo === undefined ? null : `data:${mediaTypes[logo.kind]};base64,${Buffer.from(logo.bytes).toString("base64")}`,
  };
}

function coverView({ cover }: ReportDocument): object {
  const activity = cover.activity === undefined ? null : activityView(cover.activity);
  return {
    title: cover.title,
    period: cover.period,
    subtitle: cover.subtitle,
    activity: activity === null ? [] : [activity],
    facts: cover.facts.map((fact) => ({ label: fact.label, value: textView(fact.value) })),
    note: cover.note,
  };
}

/** A heading and what stands under it belong together; so do the blocks before the first heading. */
function groupsOf(section: ReportSection): readonly (readonly Block[])[] {
  const groups: Block[][] = [];
  for (const block of section.blocks) {
    const current = groups.at(-1);
    if (current === undefined || block.kind === "heading") groups.push([block]);
    else current.push(block);
  }
  return groups;
}

/** Charts and registers stand on a sheet of their own; text and figures on the ground. */
function groupClass(blocks: readonly Block[]): string {
  if (blocks.some((block) => block.kind === "register")) return "group card register-card";
  return blocks[0]?.kind === "heading" ? "group card" : "group";
}

/** The note over a register says how many rows paper shows; the page's register has a line of its own. */
function withoutPrintNotes(blocks: readonly Block[]): readonly Block[] {
  return blocks.map((block, index) =>
    block.kind === "heading" && blocks[index + 1]?.kind === "register" ? { kind: "heading", text: block.text } : block,
  );
}
