import {
  CanaryOptions,
  CoverageOptions,
  ExceptionsConfiguration,
  IdentityConfiguration,
  parseSampleSize,
  Scope,
  SignOff,
} from "@kaudit/evidence";
import { z } from "zod";
import { ReporterError } from "../errors.js";
import { parseInstant } from "../period/instant.js";
import { optionKeys } from "./option-keys.js";

const text = z.string().min(1, "is empty; give a value, or leave the key out").max(4096);

const Organisation = z.strictObject({
  name: text.max(200).describe("The organisation's name, for the cover and the head of each page."),
  logo: text
    .optional()
    .describe("A file with its logo, in place of the name: PNG or JPEG of at most 512 KiB, or an SVG of plain shapes."),
});

const SampleSection = z.strictObject({
  size: z
    .union([z.number(), z.string()], { error: "expected a number of rows, or a share such as 10%" })
    .refine((size) => parseSampleSize(String(size)) !== null, {
      error: "expected a whole number from 1 to 10000, or a share such as 10%",
    })
    .optional()
    .describe("Rows drawn from each register: 25, 40, 60, another number, or a share such as 10%."),
  seed: text.max(200).optional().describe("The auditor's seed. Left out: fixed by period and cluster."),
});

/** A date or an RFC 3339 time, as `--from` takes it; gives the instant in UTC. */
const Instant = text.transform((given, context): string => {
  try {
    return parseInstant("", given);
  } catch (error) {
    if (!(error instanceof ReporterError)) throw error;
    context.addIssue({ code: "custom", message: error.message.replace(/^.*?: /s, "") });
    return z.NEVER;
  }
});

const PolicyVersion = z
  .strictObject({
    file: text.describe("The audit policy."),
    from: Instant.optional().describe("First instant at which it was in force. Left out: the period's first."),
    to: Instant.optional().describe("First instant at which it no longer was. Left out: the period's end."),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ["to"],
    error: "is not after from; a policy ends after it began",
  });

const Cluster = z.strictObject({
  name: text.max(253).describe("The cluster's name."),
  inputs: optionKeys.inputs.optional(),
  instance: optionKeys.instance.optional(),
  policies: z
    .array(PolicyVersion)
    .min(1, "is empty; leave the key out")
    .max(100)
    .optional()
    .describe("The audit policies that were in force one after the other, in place of `policy`."),
  scope: Scope.optional().describe("What is in scope in this cluster, beside the scope of all."),
  coverage: CoverageOptions.optional().describe("How gaps in its log are judged, in place of `coverage`."),
  canaries: CanaryOptions.optional().describe("What is planted in it, in place of `canaries`."),
});

/** The sections of a configuration beside the options: one line each. Their schemas live where their meaning does. */
const sections = {
  organisation: Organisation,
  clusters: z.array(Cluster).min(1, "is empty; leave the key out").max(500),
  identity: IdentityConfiguration.describe(
    "How the organisation's own names are read: people, programs, shared names.",
  ),
  scope: Scope,
  coverage: CoverageOptions.describe("How gaps in the log are judged, and those that somebody has explained."),
  canaries: CanaryOptions.describe("Planted actions that are to be found in the log again; kaudit canary prints them."),
  exceptions: ExceptionsConfiguration,
  sample: SampleSection,
  signOff: SignOff,
} as const;

const every = { ...sections, ...optionKeys };

/** The content of a configuration file, `kaudit.yaml`: the options of commands, and what there is no option for. */
export const Configuration = z
  .strictObject(every)
  .partial()
  .superRefine(({ clusters, period, from, to }, context) => {
    const seen = new Map<string, number>();
    clusters?.forEach(({ name }, index) => {
      const first = seen.get(name);
      if (first === undefined) seen.set(name, index);
      else
        context.addIssue({
          code: "custom",
          path: ["clusters", index, "name"],
          message: `is the name of clusters[${first}] as well; give each its own`,
        });
    });
    if (period !== undefined && (from !== undefined || to !== undefined))
      context.addIssue({
        code: "custom",
        path: ["period"],
        message: "stands beside from or to; give one or the other",
      });
  });
export type Configuration = z.infer<typeof Configuration>;
