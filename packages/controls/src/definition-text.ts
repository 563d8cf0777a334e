import { visibleString } from "@kaudit/schema";
import { z } from "zod";

const message = "expected a line of visible text, not empty, of at most 1,000 characters";

/**
 * A line of prose in a definition. A framework can come from anybody, and its words are printed: no control characters, no
 * invisible ones, none that turn the direction of writing, and no more than a page can hold.
 */
export const DefinitionText = z
  .string({ error: (issue) => (typeof issue.input === "number" ? "expected text: write it in quotes" : message) })
  .min(1, message)
  .max(1000, message)
  .refine((text) => visibleString(text) === text && text.trim() === text, message);
