import { verifyPack } from "@kaudit/report";
import type { CommandContext } from "../command-context.js";
import { version } from "../command-line/version.js";
import { usageError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { inertJson } from "../query/inert-json.js";
import { publicKeyOf } from "../signing/key-file.js";
import { checkTimestamp, type TimestampOptions } from "../verify/check-timestamp.js";
import { reperform } from "../verify/re-perform.js";
import { verificationText } from "../verify/verification-text.js";
import { chooseOne } from "./policy/policy-source.js";

/** The options of `kaudit verify`. */
export interface VerifyOptions extends TimestampOptions {
  readonly key?: string;
  readonly previous?: string;
  readonly inputs?: readonly string[];
  readonly policy?: string;
  readonly config?: string;
  readonly approvals?: string;
  readonly dispositions?: string;
  readonly collection?: string;
  readonly allowHttp?: boolean;
  readonly tempDir?: string;
  readonly output: string;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Options that name a file which the run read: it may lie elsewhere now. */
const fileOptions = ["policy", "config", "approvals", "dispositions", "collection"] as const;

/**
 * Runs `kaudit verify`: checks a pack and, with `--inputs`, makes it again. Gives 0 when nothing is wrong, else 1. Throws
 * coded errors for a folder, a key or inputs that cannot be read.
 */
export async function verify(pack: string, options: VerifyOptions, context: CommandContext): Promise<ExitCode> {
  const form = chooseOne("--output", options.output, ["text", "json"]);
  const { inputs, key, previous, allowHttp, tempDir } = options;
  const alone = inputs === undefined ? fileOptions.find((name) => options[name] !== undefined) : undefined;
  if (alone !== undefined) throw usageError(`--${alone} is for making the pack again; give its logs with --inputs`);
  const result = await verifyPack(pack, {
    ...(key === undefined ? {} : { key: await publicKeyOf(key) }),
    ...(previous === undefined ? {} : { previous }),
    toolVersion: version,
    now: context.now(),
  });
  const timestamp = await checkTimestamp(result.pack, result.packId, options);
  const files = Object.fromEntries(
    fileOptions.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
  const reperformance =
    inputs === undefined || result.manifest === null
      ? null
      : await reperform(
          result.pack,
          result.manifest,
          {
            inputs,
            files,
            ...(allowHttp === undefined ? {} : { allowHttp }),
            ...(tempDir === undefined ? {} : { tempDir }),
          },
          context,
        );
  const failures = [...result.failures, ...timestamp.failures, ...(reperformance?.failures ?? [])];
  const isWhole = failures.length === 0;
  if (form === "json") {
    const { state, time } = timestamp;
    const found = { ...result, timestamp: { state, time }, failures: [...result.failures, ...timestamp.failures] };
    await context.output.write(`${inertJson({ isWhole, ...found, reperformance }, 2)}\n`);
  } else if (options.quiet !== true || !isWhole) {
    await context.output.write(
      verificationText(pack, result, { timestamp, reperformance, failures }, context.style(options.color)),
    );
  }
  return isWhole ? exitCodes.done : exitCodes.gateFailed;
}
