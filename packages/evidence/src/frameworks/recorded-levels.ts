import { policyCoverage } from "@kaudit/policy";
import type { PolicyInput } from "@kaudit/policy";
import { compareLevels } from "@kaudit/schema";
import type { Level } from "@kaudit/schema";
import { isNeededActor, registersOfRequest } from "../policy-capability.js";
import type { RegisterName } from "../register-row.js";

/** The lowest and the highest level of some requests. */
export interface LevelRange {
  readonly lowest: Level;
  readonly highest: Level;
}

/**
 * Gives the levels at which policies record each register's requests by people, service accounts and clients without a login;
 * null without a policy.
 */
export function recordedLevels(policies: readonly PolicyInput[]): Map<RegisterName, LevelRange> | null {
  if (policies.length === 0) return null;
  const levels = new Map<RegisterName, LevelRange>();
  for (const row of policies.flatMap((policy) => policyCoverage(policy).rows)) {
    if (!isNeededActor(row.actor)) continue;
    const own = { lowest: row.lowestLevel, highest: row.highestLevel };
    for (const register of registersOfRequest(row))
      levels.set(register, joinedLevels(levels.get(register) ?? own, own));
  }
  return levels;
}

/** The range that holds both. */
export function joinedLevels(one: LevelRange, other: LevelRange): LevelRange {
  return {
    lowest: compareLevels(one.lowest, other.lowest) <= 0 ? one.lowest : other.lowest,
    highest: compareLevels(one.highest, other.highest) >= 0 ? one.highest : other.highest,
  };
}
