import { createFolderStore, storePlace } from "@kaudit/store";
import type { CommandContext } from "../command-context.js";

/** Copies checkpoints to where whoever can change the store cannot: a folder, or `s3://bucket/prefix/`. */
export function checkpointCopies(
  witness: string | undefined,
  context: CommandContext,
): ((checkpoint: { readonly key: string; readonly text: string }) => Promise<void>) | undefined {
  if (witness === undefined) return undefined;
  const { objects } = witness.startsWith("s3://") ? storePlace(witness) : { objects: createFolderStore(witness) };
  return async ({ key, text }) => {
    // The log's name, without what a key cannot hold, keeps the checkpoints of several stores apart.
    const origin = (text.split("\n", 1)[0] ?? "").replaceAll(/[^A-Za-z0-9-]+/g, "-");
    const bytes = Buffer.from(text);
    const own = `${origin}/${key.slice(key.lastIndexOf("/") + 1)}`;
    if (await objects.putIfAbsent(own, bytes)) return;
    const there = await objects.get(own);
    if (there !== null && Buffer.compare(there, bytes) === 0) return;
    context.notes.write(`kaudit: --witness ${witness}: ${own} is there already and differs; the store was forked\n`);
  };
}
