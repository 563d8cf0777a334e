import { isKauditError } from "@kaudit/schema";
import { appendLedger, storePlace } from "@kaudit/store";
import type { CommandContext } from "../command-context.js";
import { recordedOptions } from "../commands/recorded-options.js";
import { hostFacts } from "../host.js";
import type { LogInputs } from "../inputs/start-reading.js";
import { isStore } from "../inputs/stored-events.js";

/**
 * Writes into the ledger of a store that somebody read it: who, with which command and options, and what came out (PCI DSS
 * 10.2.1.3). Does nothing for other inputs. A store that cannot be written is read all the same, and a note says so.
 */
export async function recordReading(
  command: "report" | "query" | "inspect",
  inputs: LogInputs,
  options: object,
  result: Readonly<Record<string, unknown>>,
  context: CommandContext,
): Promise<void> {
  const [stored] = inputs.filter(isStore);
  if (stored === undefined) return;
  const { user, host } = hostFacts();
  const time = context.now().toISOString();
  try {
    const entry = { time, command, user, host, options: recordedOptions(options), result };
    await appendLedger(storePlace(stored.store).objects, entry);
  } catch (error) {
    if (!isKauditError(error, "KAUDIT_STORE_UNWRITABLE") && !isKauditError(error, "KAUDIT_STORE_FULL")) throw error;
    context.notes.write("kaudit: the store cannot be written, so that this reading is not in its ledger\n");
  }
}
