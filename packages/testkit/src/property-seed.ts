import * as fc from "fast-check";

/** With the same seed a property tries the same values, so a test that passed passes again. */
const usualSeed = 20_261_122;

/**
 * Gives the seed for the properties of a test run from `KAUDIT_TEST_SEED`: unset or empty is the usual one, `random`
 * gives undefined (fast-check then chooses one for each property and prints it when that fails), a whole number is the
 * seed itself.
 *
 * @throws RangeError for any other text.
 */
export function propertySeed(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return usualSeed;
  if (text === "random") return undefined;
  const seed = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(seed)) {
    throw new RangeError(`KAUDIT_TEST_SEED: expected "random" or a whole number, got "${text}"`);
  }
  return seed;
}

const seed = propertySeed(process.env["KAUDIT_TEST_SEED"]);
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
