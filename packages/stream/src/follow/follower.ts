import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { RejectedRecord } from "@kaudit/schema";
import { maskedExcerpt } from "../excerpt.js";
import { isRotatedName } from "../rotation-order.js";
import { unreadable } from "../sources/unreadable.js";
import type { FollowBatch, FollowNotice } from "./follow-batch.js";
import { diskState, isBeginningOf, LogContent } from "./log-content.js";
import type { ContentEnd, Continuation } from "./log-content.js";
import type { ResolvedFollowOptions } from "./options.js";
import { SourceList } from "./source-list.js";
import type { Source } from "./source-list.js";
import { beginning, TailReader } from "./tail-reader.js";
import type { TailRecords } from "./tail-reader.js";
import { isMissing } from "./watched-input.js";
import type { FollowedFile } from "./watched-input.js";

type Batches = AsyncGenerator<FollowBatch, void>;

/** What is known of a path since it was last looked at. */
interface SeenPath {
  readonly key: string;
  readonly inode: string;
  readonly source: Source;
  /** When it has to be looked at again though it did not change. */
  readonly againAt: number;
}

/** One look at all files. */
interface Look {
  readonly found: Set<Source>;
  /** Files that hold less than was read of the content they begin with. */
  readonly shorter: FollowedFile[];
  /** Something was changing: only another look shows what became of it. */
  isUnsettled: boolean;
  /** A file is being compressed of which not even the first line can be read yet: it may hold what is missing. */
  mayHoldMissing: boolean;
}

/** A file that was opened and whose content is known by its first line. */
interface OpenFile {
  readonly file: FollowedFile;
  readonly content: LogContent;
  readonly firstLineSha256: string;
  /** Nobody has written to it for the time that options say. */
  readonly isSettled: boolean;
  /** It has the name of a file that nobody should write to any more. */
  readonly isRotated: boolean;
}

/** Looks at files again and again, and gives what is new in them. */
export class Follower {
  readonly #options: ResolvedFollowOptions;
  readonly #sources: SourceList;
  readonly #seen = new Map<string, SeenPath>();
  #notices: FollowNotice[] = [];
  /** Whether what is found is only taken note of. */
  #isSilent: boolean;

  constructor(options: ResolvedFollowOptions) {
    this.#options = options;
    this.#sources = new SourceList(options.checkpoint);
    this.#isSilent = options.fromEnd && options.checkpoint === undefined;
  }

  /** Looks at all files once. Gives whether another look is needed to know what became of some of them. */
  async *look(files: readonly FollowedFile[]): AsyncGenerator<FollowBatch, boolean> {
    const look: Look = { found: new Set(), shorter: [], isUnsettled: false, mayHoldMissing: false };
    const paths = new Set(files.map(({ path }) => path));
    for (const path of this.#seen.keys()) if (!paths.has(path)) this.#seen.delete(path);
    const { signal, now, forgetMilliseconds } = this.#options;
    for (const file of files) {
      if (signal?.aborted === true) return true;
      yield* this.#visit(file, look);
    }
    for (const file of look.shorter) yield* this.#open(file, look, (open) => this.#readShorter(open, look));
    const { losses, isUnsettled } = this.#sources.miss(look, now(), forgetMilliseconds);
    this.#notices.push(...losses);
    this.#isSilent = false;
    if (this.#notices.length > 0 || this.#sources.hasChanged) yield this.#batch();
    return look.isUnsettled || isUnsettled;
  }

  async *#visit(file: FollowedFile, look: Look): Batches {
    const seen = this.#seen.get(file.path);
    if (seen !== undefined && seen.againAt > this.#options.now()) {
      const stats = await stat(file.path, { bigint: true }).catch(() => undefined);
      if (stats !== undefined && diskState(stats).key === seen.key) {
        look.found.add(seen.source);
        return;
      }
    }
    yield* this.#open(file, look, (open) => this.#readKnown(open, look));
  }

  /** Opens a file, finds out which content it holds, and closes it after `read`. */
  async *#open(file: FollowedFile, look: Look, read: (open: OpenFile) => Batches): Batches {
    let content: LogContent | undefined;
    try {
      content = await LogContent.open(file.path);
      const isSettled = this.#options.now() - content.disk.modified >= this.#options.settleMilliseconds;
      const opened = { file, content, isSettled, isRotated: isRotatedName(basename(file.file)) };
      const firstLineSha256 = (await this.#knownFirstLine(opened)) ?? (await this.#firstLine(opened));
      if (firstLineSha256 !== undefined) yield* read({ ...opened, firstLineSha256 });
      else yield* this.#withoutLine({ ...opened, firstLineSha256: await content.rawSha256() }, look);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      if (!isMissing(error)) throw unreadable(file.path, error);
      look.isUnsettled = true;
    } finally {
      await content?.close();
    }
  }

  /** The first line of a file that has only grown: a hole before it can be long, and is not read again. */
  async #knownFirstLine({ file, content }: Pick<OpenFile, "file" | "content">): Promise<string | undefined> {
    const seen = this.#seen.get(file.path);
    if (seen === undefined || seen.inode !== content.disk.inode || content.form.kind !== "plain") return undefined;
    const { offset, window, firstLineSha256 } = seen.source.state;
    if (offset === 0) return undefined;
    const next = await content.continueAt(offset, window);
    if (typeof next !== "object") return undefined;
    await next.bytes.return({ kind: "end" });
    return firstLineSha256;
  }

  #firstLine({ content, isSettled, isRotated }: Omit<OpenFile, "firstLineSha256">): Promise<string | undefined> {
    const isFinal = (last: number): boolean => isSettled && (isRotated || last === 0x7d || last === 0x5d);
    return content.firstLineSha256(this.#options.maxRecordBytes, isFinal);
  }

  async *#readKnown(open: OpenFile, look: Look): Batches {
    const { file, content, firstLineSha256 } = open;
    const candidates = this.#sources.beginningWith(firstLineSha256, file.file);
    const { bytes, modified } = content.disk;
    const resting = candidates.find(
      ({ state }) =>
        state.isComplete && state.file === file.file && state.disk.bytes === bytes && state.disk.modified === modified,
    );
    if (resting !== undefined) return this.#rest(open, resting, look);
    let isShorter = false;
    for (const source of candidates) {
      const next = await content.continueAt(source.state.offset, source.state.window);
      if (next === "changed") look.isUnsettled = true;
      if (next === "changed") return;
      if (typeof next === "object") return yield* this.#read(source, open, next, look);
      isShorter ||= next === "shorter";
    }
    if (isShorter) look.shorter.push(file);
    else yield* this.#readNew(open, candidates, look);
  }

  /** Reads a file that holds less than was read of each content that it begins like. */
  async *#readShorter(open: OpenFile, look: Look): Batches {
    const { file, content, firstLineSha256 } = open;
    const candidates = this.#sources.beginningWith(firstLineSha256, file.file);
    for (const source of candidates) {
      const next = await content.continueAt(source.state.offset, source.state.window);
      if (typeof next === "object") await next.bytes.return({ kind: "end" });
      // It was written to meanwhile.
      if (next !== "shorter" && next !== "different") {
        look.isUnsettled = true;
        return;
      }
      // Of a file without audit records nothing was given: it is looked at anew.
      if (next === "different" || !source.state.isAuditLog) continue;
      if (look.found.has(source)) {
        const isCopy = await this.#isCopy(open, source);
        if (isCopy === true) return this.#remember(open, source);
        if (isCopy === false) continue;
        look.isUnsettled = true;
        return;
      }
      // What is left of a file under its own name; under another, a copy that is still being written.
      if (source.state.file === file.file && content.form.kind === "plain") return this.#shorten(open, source, look);
      return this.#rest(open, source, look);
    }
    yield* this.#readNew(open, candidates, look);
  }

  /** A content that is not known, or that is another than the known ones that begin alike. */
  async *#readNew(open: OpenFile, alike: readonly Source[], look: Look): Batches {
    const { file, content, firstLineSha256 } = open;
    const known = alike.find(({ state }) => state.isAuditLog);
    if (known !== undefined) {
      this.#notices.push({ kind: "same-first-line", file: file.file, beginsLike: known.state.file });
    }
    const source = this.#sources.add(firstLineSha256, file.file, file.named);
    yield* this.#read(source, open, fromBeginning(content), look);
  }

  async *#read(source: Source, open: OpenFile, next: Continuation, look: Look): Batches {
    const { file, content, isSettled, isRotated } = open;
    const before = source.state;
    this.#find(source, file, look);
    let rest = next;
    if (!before.isAuditLog) {
      const end = await this.#searchAuditRecord(source, open, next);
      if (end?.kind === "changed") return this.#lookAgain(source, look);
      if (end !== undefined) return this.#remember(open, source);
      this.#sources.update(source, { ...beginning, isAuditLog: true });
      rest = fromBeginning(content);
    }
    const reader = new TailReader(file, this.#options, source.state, rest.before);
    const end = yield* this.#readOn(source, open, reader, rest);
    if (end === undefined || end.kind === "changed") return this.#lookAgain(source, look);
    const isWhole = end.kind === "end";
    if (isWhole && isSettled && source.state.offset < reader.length) {
      const { endsLine } = reader;
      const last = reader.end();
      // Of a file that may still be written to, a line without an end is only taken when it is a whole record.
      if (isRotated || endsLine || last.rejected.length === 0) yield* this.#give(source, last);
    }
    const isSame = before.isAuditLog && before.file === file.file && content.form.kind === "plain";
    if (isWhole && isSame && before.knownBytes > reader.length) {
      this.#notices.push(this.#sources.lose(source, "shortened", reader.length));
    }
    this.#sources.update(source, {
      knownBytes: reader.length,
      isComplete: isRotated && isWhole && source.state.offset === reader.length,
    });
    if (end.kind === "damaged" && isSettled && !source.state.damageTold) yield* this.#tellDamage(source, open, end);
    this.#remember(open, source);
  }

  /** Gives what is new, chunk by chunk; undefined when the signal was given. */
  async *#readOn(
    source: Source,
    open: OpenFile,
    reader: TailReader,
    { bytes }: Continuation,
  ): AsyncGenerator<FollowBatch, ContentEnd | undefined> {
    const { content, firstLineSha256 } = open;
    const onDisk = content.form.kind === "plain" ? content.disk.bytes : 0;
    try {
      for (;;) {
        const next = await bytes.next();
        if (next.done === true) return next.value;
        // Nothing stands before the first bytes to tell that they are still the ones whose first line was read.
        if (reader.length === 0 && (await this.#firstLine(open)) !== firstLineSha256) {
          return { kind: "changed" };
        }
        const records = reader.push(next.value);
        this.#sources.update(source, { knownBytes: Math.max(source.state.knownBytes, onDisk, reader.length) });
        yield* this.#give(source, records);
        if (this.#options.signal?.aborted === true) return undefined;
      }
    } finally {
      await bytes.return({ kind: "end" });
    }
  }

  async *#give(source: Source, { events, rejected, foreign, position }: TailRecords): Batches {
    this.#sources.update(source, position);
    if (this.#isSilent) return;
    this.#sources.count({ events: events.length, rejected: rejected.length, foreign });
    if (events.length + rejected.length > 0) yield { ...this.#batch(), events, rejected };
  }

  /**
   * Looks whether there is an audit record in what is new of a file that held none. Gives undefined if so; otherwise why
   * the content ended.
   */
  async #searchAuditRecord(
    source: Source,
    { file, isSettled }: OpenFile,
    { before, bytes }: Continuation,
  ): Promise<ContentEnd | undefined> {
    const reader = new TailReader(file, this.#options, source.state, before);
    try {
      for (;;) {
        const next = await bytes.next();
        if (next.done === true) {
          if (next.value.kind === "changed") return next.value;
          if (isSettled) reader.end();
          return reader.isAuditLog ? undefined : next.value;
        }
        const { position } = reader.push(next.value);
        if (reader.isAuditLog) return undefined;
        this.#sources.update(source, position);
      }
    } finally {
      await bytes.return({ kind: "end" });
    }
  }

  /**
   * Whether the file is a copy of what another one holds; says so, unless it is that file's compressed twin. Undefined
   * when the other one changed meanwhile.
   */
  async #isCopy({ file, content }: OpenFile, source: Source): Promise<boolean | undefined> {
    const { state, path } = source;
    if (file.file === `${state.file}.gz`) return true;
    const whole = await LogContent.open(path);
    try {
      if (!(await isBeginningOf(content, whole))) {
        // Truncated while it was compared, it is no measure.
        const next = await whole.continueAt(state.offset, state.window);
        if (typeof next !== "object") return undefined;
        await next.bytes.return({ kind: "end" });
        return false;
      }
    } finally {
      await whole.close();
    }
    this.#notices.push({ kind: "copy", file: file.file, copyOf: state.file });
    return true;
  }

  /** Goes back to the end of a file that was cut, once two looks have shown the same. */
  async #shorten(open: OpenFile, source: Source, look: Look): Promise<void> {
    look.found.add(source);
    source.shortLooks++;
    if (source.shortLooks < 2) {
      look.isUnsettled = true;
      return;
    }
    this.#notices.push(this.#sources.lose(source, "shortened", source.state.offset));
    const last = await open.content.lastLineStart();
    this.#sources.update(source, { ...beginning, ...last, knownBytes: open.content.disk.bytes, isComplete: false });
    this.#remember(open, source);
  }

  /** A file of which nothing can be told apart: empty, without a whole line, or in a form that is not read. */
  async *#withoutLine(open: OpenFile, look: Look): Batches {
    const { file, content, firstLineSha256, isSettled } = open;
    const damage = content.form.kind === "unread" ? { ...content.form, rawOffset: 0 } : await damageOf(content);
    if (damage !== undefined && !isSettled) look.mayHoldMissing = true;
    if (damage === undefined || !isSettled) return;
    const [known] = this.#sources.beginningWith(firstLineSha256, file.file);
    const source = known ?? this.#sources.add(firstLineSha256, file.file, true);
    this.#find(source, file, look);
    if (!source.state.damageTold) yield* this.#tellDamage(source, open, damage);
    this.#sources.update(source, { isComplete: true });
    this.#remember(open, source);
  }

  async *#tellDamage(
    source: Source,
    { file, content }: OpenFile,
    damage: { readonly detail: string; readonly rawOffset: number; readonly reason?: RejectedRecord["reason"] },
  ): Batches {
    this.#sources.update(source, { damageTold: true });
    if (this.#isSilent) return;
    const byteLength = Math.max(0, content.disk.bytes - damage.rawOffset);
    const record: RejectedRecord = {
      file: file.file,
      byteOffset: source.state.offset,
      byteLength,
      reason: damage.reason ?? "decompression-failed",
      detail: damage.detail,
      excerpt: maskedExcerpt(Buffer.alloc(0), byteLength),
    };
    this.#sources.count({ events: 0, rejected: 1, foreign: 0 });
    yield { ...this.#batch(), rejected: [record] };
  }

  /** The file changed while it was read. A content of which nothing was read perhaps never was there. */
  #lookAgain(source: Source, look: Look): void {
    look.isUnsettled = true;
    const { offset, taken } = source.state;
    if (offset + taken.events + taken.rejected + taken.foreign === 0) this.#sources.remove(source);
  }

  /** Takes note of where a content is. */
  #find(source: Source, { path, file }: FollowedFile, look: Look): void {
    if (source.state.lossTold) {
      this.#notices.push({ kind: "found-again", file, fromOffset: source.state.offset });
    }
    look.found.add(source);
    source.path = path;
    source.shortLooks = 0;
    this.#sources.update(source, { file, missingSince: null, lossTold: false });
  }

  /** A file of which nothing is to be read now. */
  #rest(open: OpenFile, source: Source, look: Look): void {
    look.found.add(source);
    source.path ||= open.file.path;
    if (source.state.missingSince !== null) this.#find(source, open.file, look);
    this.#remember(open, source);
  }

  /** Nothing has to be looked at until the file changes, or until it is settled. */
  #remember({ file, content, isSettled }: OpenFile, source: Source): void {
    const { bytes, modified, key, inode } = content.disk;
    if (source.path === file.path) this.#sources.update(source, { disk: { bytes, modified } });
    const againAt = isSettled ? Infinity : modified + this.#options.settleMilliseconds;
    this.#seen.set(file.path, { key, inode, source, againAt });
  }

  #batch(): FollowBatch {
    const notices = this.#notices;
    this.#notices = [];
    return { events: [], rejected: [], notices, checkpoint: this.#sources.checkpoint() };
  }
}

function fromBeginning(content: LogContent): Continuation {
  return { before: new Uint8Array(), bytes: content.read(0) };
}

/** What is wrong with compressed data of which nothing can be read; undefined when it is only empty. */
async function damageOf(content: LogContent): Promise<Extract<ContentEnd, { kind: "damaged" }> | undefined> {
  const bytes = content.read(0);
  for (;;) {
    const next = await bytes.next();
    if (next.done === true) return next.value.kind === "damaged" ? next.value : undefined;
  }
}
