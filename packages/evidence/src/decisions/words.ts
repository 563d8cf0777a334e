import { z } from "zod";

/** More of anything than a person writes by hand; a file that holds more is refused, not cut. */
export const mostEntries = 10_000;

/** Whether a text holds something besides blanks. */
const visible = /[^\s]/;

/** A text that a person wrote, with something in it. */
export function words(mostCharacters = 1000) {
  return z
    .string()
    .max(mostCharacters, `expected at most ${mostCharacters} characters`)
    .regex(visible, "is empty; say something, or leave the field out");
}

/** A list of names, in which `*` stands for any characters. */
export const Patterns = z
  .array(z.string().max(512, "expected at most 512 characters"))
  .min(1, "is empty; leave it out to set no limit, or give what it is limited to")
  .max(1000, "expected at most 1,000 entries");
