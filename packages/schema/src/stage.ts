import { z } from "zod";

/** The four stages of a request, in the order in which one request passes them; `Panic` replaces `ResponseComplete`. */
export const Stage = z.enum(["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"]);
export type Stage = z.infer<typeof Stage>;

const places: ReadonlyMap<string, number> = new Map(Stage.options.map((stage, place) => [stage, place]));

/**
 * Gives a stage's place within its request: RequestReceived 0, ResponseStarted 1, ResponseComplete 2, Panic 3, and 4 for
 * every other word. kube-apiserver defines no order; this is the one in which it writes the events of one request.
 */
export function stageOrder(stage: string): number {
  return places.get(stage) ?? places.size;
}
