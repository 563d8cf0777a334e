import type { Logo } from "./logo.js";

/** Whose report it is: printed on the cover and at the head of each page. */
export interface Organisation {
  readonly name: string;
  /** From {@link readLogo}; stands in place of the name at the head of each page. */
  readonly logo?: Logo;
}
