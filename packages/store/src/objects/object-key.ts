import { StoreError } from "../errors.js";

const segment = /^[A-Za-z0-9_=%.~-]{1,240}$/;

/**
 * Gives the key back when it is one that a store uses: parts of plain characters with `/` between them, none of which
 * leads upwards or is hidden. Throws StoreError `KAUDIT_STORE_KEY_INVALID`.
 */
export function checkedKey(key: string): string {
  const parts = key.split("/");
  if (key.length <= 1024 && parts.every((part) => segment.test(part) && !part.startsWith("."))) return key;
  const shown = JSON.stringify(key.slice(0, 120));
  throw new StoreError(
    "KAUDIT_STORE_KEY_INVALID",
    `${shown}: is no key of an object in a store; expected plain parts`,
    {
      details: { key: key.slice(0, 120) },
    },
  );
}
