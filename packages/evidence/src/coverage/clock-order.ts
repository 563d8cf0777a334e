const lateMs = 30_000;
const eventsOfSetBack = 20;

/**
 * Follows the times of one API server's events in the order in which a file holds them. kube-apiserver writes an event
 * when its stage ends, so that times run forward but for moments.
 *
 * A few events far behind the others are late; when the times stay behind, the clock was set back (or ran ahead before).
 */
export class ClockOrder {
  #file = "";
  /** The latest time in the file so far, in milliseconds. */
  #latest = Number.NEGATIVE_INFINITY;
  /** Events in a row that lie behind it, and the latest time among them. */
  #behind = 0;
  #latestBehind = Number.NEGATIVE_INFINITY;
  #late = 0;
  #setBacks = 0;

  /** Notes the next event of a file by its time in milliseconds. */
  add(file: string, time: number): void {
    if (file !== this.#file) {
      this.#endRun();
      this.#file = file;
      this.#latest = Number.NEGATIVE_INFINITY;
    }
    if (time >= this.#latest - lateMs) {
      this.#endRun();
      if (time > this.#latest) this.#latest = time;
      return;
    }
    this.#behind++;
    if (time > this.#latestBehind) this.#latestBehind = time;
    if (this.#behind < eventsOfSetBack) return;
    this.#setBacks++;
    this.#latest = this.#latestBehind;
    this.#behind = 0;
    this.#latestBehind = Number.NEGATIVE_INFINITY;
  }

  /** Gives what was found; call it when all events were given. */
  finish(): { readonly lateEvents: number; readonly setBacks: number } {
    this.#endRun();
    return { lateEvents: this.#late, setBacks: this.#setBacks };
  }

  #endRun(): void {
    this.#late += this.#behind;
    this.#behind = 0;
    this.#latestBehind = Number.NEGATIVE_INFINITY;
  }
}
