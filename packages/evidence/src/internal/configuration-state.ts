import type { ConfigurationFields } from "./configuration-fields.js";

/** Objects of the register `configuration` as the log has shown them so far, in bounded memory. */
export interface ConfigurationState {
  /** Undefined where the log has not shown the object; null where there is none. */
  get(key: string): ConfigurationFields | null | undefined;
  set(key: string, fields: ConfigurationFields | null | undefined): void;
}

/** Makes an empty state; beyond `most` objects or `mostCharacters` of them the oldest are forgotten. */
export function createConfigurationState(most = 20_000, mostCharacters = 16_000_000): ConfigurationState {
  const known = new Map<string, string>();
  let characters = 0;

  function drop(key: string): void {
    characters -= known.get(key)?.length ?? 0;
    known.delete(key);
  }

  return {
    get(key) {
      const text = known.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as ConfigurationFields | null);
    },
    set(key, fields) {
      drop(key);
      if (fields === undefined) return;
      const text = JSON.stringify(fields);
      known.set(key, text);
      characters += text.length;
      while (known.size > most || characters > mostCharacters) drop(known.keys().next().value ?? "");
    },
  };
}
