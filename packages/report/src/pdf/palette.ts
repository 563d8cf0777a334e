import type { ActorKind, ControlStatus } from "@kaudit/evidence";

/** Colours on white paper: text has at least 4.5 to 1, marks that carry data at least 3 to 1 or an outline. */
export const palette = {
  paper: "#FFFFFF",
  tint: "#F2F4F7",
  rule: "#D3D8E0",
  ruleStrong: "#8A93A1",
  ink: "#161B24",
  ink2: "#475061",
  ink3: "#636C7B",
  accent: "#1B4079",
  serviceaccount: "#6C8FBF",
  system: "#B9C7DA",
  anonymous: "#7A3B72",
  present: "#0A665A",
  exceptions: "#AE2E17",
  insufficient: "#7F5400",
  outside: "#545D6B",
} as const;

/** The colour of each status; shape and word always stand beside it. */
export const statusColours: Readonly<Record<ControlStatus, string>> = {
  "evidence-present": palette.present,
  exceptions: palette.exceptions,
  "insufficient-evidence": palette.insufficient,
  "outside-source": palette.outside,
};

/** People are dark, machines pale, callers without identity plum. */
export const actorColours: Readonly<Record<ActorKind, string>> = {
  human: palette.accent,
  serviceaccount: palette.serviceaccount,
  node: palette.system,
  system: palette.system,
  anonymous: palette.anonymous,
  unauthenticated: palette.anonymous,
};

/** The pale colour of machines needs a darker outline to be seen. */
export function outlineColour(kind: ActorKind): string {
  return actorColours[kind] === palette.system ? palette.ruleStrong : actorColours[kind];
}
