import { ExceptionsConfiguration, parseSampleSize, Scope, SignOff } from "@kaudit/evidence";
import { z } from "zod";
import { optionKeys } from "./option-keys.js";

const text = z.string().min(1, "is empty; give a value, or leave the key out").max(4096);

const Organisation = z.strictObject({
  name: text.max(200).describe("The organisation's name, for the head of each page."),
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

const Cluster = z.strictObject({
  name: text.max(253).describe("The cluster's name."),
  inputs: optionKeys.inputs.optional(),
  instance: optionKeys.instance.optional(),
  scope: Scope.optional().describe("What is in scope in this cluster, beside the scope of all."),
});

/** The sections of a configuration beside the options: one line each. Their schemas live where their meaning does. */
const sections = {
  organisation: Organisation,
  clusters: z.array(Cluster).min(1, "is empty; leave the key out").max(500),
  scope: Scope,
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
