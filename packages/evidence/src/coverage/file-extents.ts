const mostFiles = 100_000;

/** From when to when each file holds events of an API server, in milliseconds. */
export class FileExtents {
  readonly #extents = new Map<string, [first: number, last: number]>();
  #current: [first: number, last: number] = [0, 0];
  #file: string | null = null;

  add(file: string, time: number): void {
    if (file !== this.#file) this.#turnTo(file, time);
    const extent = this.#current;
    if (time < extent[0]) extent[0] = time;
    if (time > extent[1]) extent[1] = time;
  }

  /** Whether one file holds events from before and after a silence: then no file is missing from it. */
  spans(from: number, to: number): boolean {
    for (const [first, last] of this.#extents.values()) if (first <= from && last >= to) return true;
    return false;
  }

  #turnTo(file: string, time: number): void {
    const known = this.#extents.get(file);
    const extent = known ?? [time, time];
    if (known === undefined && this.#extents.size < mostFiles) this.#extents.set(file, extent);
    this.#file = file;
    this.#current = extent;
  }
}
