import { EventWriter, requireStore, storePlace, type StorePlace } from "@kaudit/store";
import type { CommandContext } from "../../command-context.js";
import { version } from "../../command-line/version.js";

/** Opens a store that is there for a change, gives it to `work` and closes it. Throws what `EventWriter.open` throws. */
export async function withWriter<Result>(
  address: string,
  context: CommandContext,
  work: (writer: EventWriter, place: StorePlace) => Promise<Result>,
): Promise<Result> {
  const place = storePlace(address);
  await requireStore(place);
  const writer = await EventWriter.open(place, { tool: `kaudit ${version}`, now: context.now });
  try {
    return await work(writer, place);
  } finally {
    await writer.close();
  }
}
