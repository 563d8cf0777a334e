import { Approvals, Dispositions, type EvidenceOptions, parseSampleSize } from "@kaudit/evidence";
import type { CommandContext } from "../command-context.js";
import { requireDataFile } from "../config/data-file.js";
import type { LoadedConfiguration } from "../config/load-configuration.js";
import { usageError } from "../errors.js";
import { readCollection } from "../inputs/collection-file.js";

/** The options about what people decided, and about samples. */
export interface DecisionFileOptions {
  readonly approvals?: string;
  readonly dispositions?: string;
  readonly collection?: string;
  readonly sample?: string;
  readonly seed?: string;
}

/** What evidence takes of people's decisions, and of how the organisation has its log read. */
export type DecisionInputs = Pick<
  EvidenceOptions,
  | "approvals"
  | "dispositions"
  | "exceptions"
  | "scope"
  | "signOff"
  | "sample"
  | "identity"
  | "coverage"
  | "canaries"
  | "collection"
>;

/** Reads how samples are drawn. Throws `KAUDIT_CLI_USAGE` for a size that is none. */
function sampleOption({ sample, seed }: DecisionFileOptions): DecisionInputs["sample"] {
  const size = sample === undefined ? undefined : parseSampleSize(sample);
  if (size === null)
    throw usageError(`--sample ${sample}: not a number of rows from 1 to 10000, nor a share such as 10%`);
  return { ...(size === undefined ? {} : { size }), ...(seed === undefined ? {} : { seed }) };
}

/**
 * Reads what people decided: the files of `--approvals` and `--dispositions`, the hashes of `--collection`, the sections of the configuration, and how samples are
 * drawn. Throws `KAUDIT_CLI_USAGE`, `KAUDIT_CLI_INPUT_UNREADABLE`, and `KAUDIT_CLI_CONFIG_INVALID` with file, line and
 * column.
 */
export async function readDecisionInputs(
  options: DecisionFileOptions,
  { values }: LoadedConfiguration,
  context: CommandContext,
): Promise<DecisionInputs> {
  const sample = sampleOption(options) ?? {};
  const { approvals: approvalsPath, dispositions: dispositionsPath } = options;
  const approvals =
    approvalsPath === undefined
      ? undefined
      : await requireDataFile(approvalsPath, Approvals, context, `--approvals ${approvalsPath}`);
  const dispositions =
    dispositionsPath === undefined
      ? undefined
      : await requireDataFile(dispositionsPath, Dispositions, context, `--dispositions ${dispositionsPath}`);
  return {
    sample,
    ...(await readCollection(options.collection, context)),
    ...(approvals === undefined
      ? {}
      : { approvals: { ...approvals.value, file: approvals.file, sha256: approvals.sha256 } }),
    ...(dispositions === undefined
      ? {}
      : { dispositions: { ...dispositions.value, file: dispositions.file, sha256: dispositions.sha256 } }),
    ...(values.exceptions === undefined ? {} : { exceptions: values.exceptions }),
    ...(values.identity === undefined ? {} : { identity: values.identity }),
    ...(values.coverage === undefined ? {} : { coverage: values.coverage }),
    ...(values.canaries === undefined ? {} : { canaries: values.canaries }),
    ...(values.scope === undefined ? {} : { scope: values.scope }),
    ...(values.signOff === undefined ? {} : { signOff: values.signOff }),
  };
}
