import type { Framework } from "@kaudit/evidence";
import type { ReportInput } from "../report-input.js";
import { citationsSection } from "./sections/citations.js";
import { emergencyAccessSection } from "./sections/emergency-access.js";
import { eventClassesSection } from "./sections/event-classes.js";
import { logKeepingSection } from "./sections/log-keeping.js";
import { reviewRecordSection } from "./sections/review-record.js";
import type { SectionBuilder, SectionContent } from "./sections/section-content.js";

/** Where a section of a framework's own stands. */
type Place = "first" | "beforeControls" | "afterControls";

/** The sections that only some frameworks have: a framework's data names them. */
const sections: Readonly<
  Record<Framework["sections"][number], { readonly place: Place; readonly build: SectionBuilder }>
> = {
  "review-record": { place: "first", build: reviewRecordSection },
  "event-classes": { place: "beforeControls", build: eventClassesSection },
  "log-keeping": { place: "beforeControls", build: logKeepingSection },
  citations: { place: "afterControls", build: citationsSection },
  "emergency-access": { place: "afterControls", build: emergencyAccessSection },
};

/** Builds the sections that a framework names, in its order, by where they stand. */
export async function frameworkSections(
  input: ReportInput,
  names: Framework["sections"],
): Promise<Readonly<Record<Place, readonly SectionContent[]>>> {
  const built: Record<Place, SectionContent[]> = { first: [], beforeControls: [], afterControls: [] };
  for (const name of names) {
    const { place, build } = sections[name];
    const content = await build(input);
    if (content !== undefined) built[place].push(content);
  }
  return built;
}
