import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { EvidenceOptions, PolicyInForce } from "@kaudit/evidence";
import type { Policy } from "@kaudit/policy";
import type { CommandContext } from "../command-context.js";
import { loadGivenPolicy, readGivenFile } from "../commands/policy/policy-source.js";
import type { ChosenCluster } from "../config/choose-clusters.js";

/** The audit policy that was handed in, as evidence takes it. */
export interface PolicyFile {
  /** The file's own name: the folder it lies in says nothing about the evidence and differs between machines. */
  readonly file: string;
  /** Of the file's bytes, hex. */
  readonly sha256: string;
  readonly policy: Policy;
}

/**
 * Reads a policy file. Throws `KAUDIT_CLI_INPUT_UNREADABLE` when it is missing or cannot be read, and
 * `KAUDIT_CLI_POLICY_REFUSED` for one with which kube-apiserver does not start.
 */
async function readPolicyFile(path: string, context: CommandContext, quiet: boolean): Promise<PolicyFile> {
  const given = await readGivenFile(path, context, `--policy ${path}`);
  const policy = loadGivenPolicy(given, context, quiet);
  const file = path === "-" ? given.name : basename(path);
  return { file, sha256: createHash("sha256").update(given.bytes).digest("hex"), policy };
}

/**
 * Reads the policies that were in force: the one that an option names, or else those of the entries in the configuration, each in its
 * cluster where there are several. `ofAll` is the configuration's own `policy`, which holds in clusters without policies of their own.
 * Throws what {@link readPolicyFile} throws.
 */
export async function readPolicies(
  { policy, quiet }: { readonly policy?: string; readonly quiet?: boolean },
  clusters: readonly ChosenCluster[],
  context: CommandContext,
  ofAll?: string,
): Promise<Pick<EvidenceOptions, "policy" | "policies">> {
  const several = clusters.length > 1;
  if (policy !== undefined && !(several && policy === ofAll))
    return { policy: await readPolicyFile(policy, context, quiet === true) };
  const policies: PolicyInForce[] = [];
  for (const { name, entry } of clusters)
    for (const { file, from, to } of entry?.policies ?? []) {
      policies.push({
        ...(await readPolicyFile(file, context, quiet === true)),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(several && name !== undefined ? { cluster: name } : {}),
      });
    }
  return {
    ...(policy === undefined ? {} : { policy: await readPolicyFile(policy, context, quiet === true) }),
    policies,
  };
}
