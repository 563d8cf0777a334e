import { exceptionLists } from "@kaudit/controls";
import type { AuditEvent } from "@kaudit/schema";
import { z } from "zod";
import { classifyActor } from "./actor.js";
import { matchesGlob } from "./internal/glob.js";
import type { ActorKind } from "./register-row.js";

const pattern = z.string().min(1).max(256);
const patterns = z.array(pattern).min(1).max(1000);

/**
 * How an organisation's own names are read: what extends the built-in rules of {@link classifyActor}. Patterns are exact names in
 * which `*` stands for any text.
 */
export const IdentityConfiguration = z.strictObject({
  kinds: z
    .array(
      z
        .strictObject({
          kind: z.enum(["human", "serviceaccount", "node", "system"]).describe("What they are."),
          names: patterns.optional().describe("User names, * for any text: ci-*."),
          groups: patterns.optional().describe("Groups, of which one is enough: bots."),
        })
        .refine(({ names, groups }) => names !== undefined || groups !== undefined, {
          error: "expected names or groups: an entry without either fits nobody",
        }),
    )
    .max(1000)
    .optional()
    .describe(
      "What names and groups are; the first entry that fits decides. Names in the reserved prefix system: stay what Kubernetes says.",
    ),
  identityProviderPrefixes: z
    .array(z.string().min(1).max(256))
    .max(100)
    .optional()
    .describe("What the identity provider puts before the names of people: oidc:, https://login.acme.example/#."),
  otherwise: z
    .enum(["human", "system"])
    .optional()
    .describe(
      "What a name is that no rule fits. Left out: human. With identityProviderPrefixes, system keeps programs apart.",
    ),
  sharedNames: patterns
    .optional()
    .describe("Names that several people can use. Left out: those that installers give, such as kubernetes-admin."),
  breakGlass: z
    .strictObject({
      names: patterns.optional().describe("User names, * for any text."),
      groups: patterns.optional().describe("Groups, of which one is enough."),
    })
    .optional()
    .describe("Names and groups for emergencies; each use is an exception."),
});
export type IdentityConfiguration = z.infer<typeof IdentityConfiguration>;

/** Names that stand for nobody in particular: those that installers give to the first administrator, and words for a role. */
export const defaultSharedNames: readonly string[] = exceptionLists.genericNames.default;

/** The rules by which users are read, ready for use. */
export interface Identity {
  /** Tells who acted; never throws. */
  kindOf(user: AuditEvent["user"]): ActorKind;
  /** Whether several people can use the name. */
  isShared(name: string): boolean;
  /** Whether the name, or one of the groups, is for emergencies. */
  isBreakGlass(name: string, groups: readonly string[]): boolean;
}

/**
 * Gives the rules of a configuration, in this order: no user is `unauthenticated`, `system:anonymous` is `anonymous`, names in the
 * reserved prefix `system:` are what {@link classifyActor} says; then the first entry of `kinds` that fits, the prefixes of the
 * identity provider (`human`), and `otherwise`. Only `user.username` and `user.groups` decide. Never throws; the configuration is
 * checked with {@link IdentityConfiguration} first.
 */
export function compileIdentity(configuration: IdentityConfiguration = {}): Identity {
  const { kinds = [], identityProviderPrefixes = [], otherwise = "human", breakGlass = {} } = configuration;
  const shared = matcher(configuration.sharedNames ?? defaultSharedNames);
  const emergencyName = matcher(breakGlass.names);
  const emergencyGroup = matcher(breakGlass.groups);
  const compiled = kinds.map((one) => ({ kind: one.kind, name: matcher(one.names), group: matcher(one.groups) }));
  const remembered = new Map<string, ActorKind>();

  function ownKind(name: string, groups: readonly string[]): ActorKind {
    const entry = compiled.find((one) => one.name(name) || groups.some(one.group));
    if (entry !== undefined) return entry.kind;
    if (identityProviderPrefixes.some((prefix) => name.startsWith(prefix) && name.length > prefix.length))
      return "human";
    return otherwise;
  }

  return {
    kindOf(user) {
      const builtIn = classifyActor(user);
      if (builtIn !== "human") return builtIn;
      const name = user.username ?? "";
      const groups = user.groups ?? [];
      const key = JSON.stringify([name, groups]);
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const kind = ownKind(name, groups);
      // Names and groups are few in a log; an attacker's many are looked at anew each time.
      if (remembered.size < 10_000 && key.length < 4096) remembered.set(key, kind);
      return kind;
    },
    isShared: shared,
    isBreakGlass: (name, groups) => emergencyName(name) || groups.some(emergencyGroup),
  };
}

/** Exact names are looked up, only patterns are gone through: this is asked of every event. */
function matcher(list: readonly string[] = []): (value: string) => boolean {
  const exact = new Set(list.filter((one) => !one.includes("*")));
  const globs = list.filter((one) => one.includes("*"));
  return (value) => exact.has(value) || globs.some((glob) => matchesGlob(glob, value));
}
