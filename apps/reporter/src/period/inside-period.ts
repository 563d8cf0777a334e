import type { EvidencePeriod } from "@kaudit/evidence";
import { allTimeLabel } from "./choose-period.js";

/** Whether an event's time lies in a period; an event whose time cannot be read lies in none but all time. */
export function isInsidePeriod(time: string, period: EvidencePeriod): boolean {
  if (!/^\d{4}-\d\d-\d\dT[\d:.]{15}Z$/.test(time)) return period.label === allTimeLabel;
  return time >= period.from && time < period.to;
}
