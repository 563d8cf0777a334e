import { zlibSync } from "fflate";
import type { PdfDocument } from "./pdf-document.js";

/** What pdfkit keeps of an object of the file; its types do not show it. */
interface ObjectReference {
  readonly data: { Filter?: string };
  buffer: readonly Uint8Array[];
  finalize(): void;
}

/**
 * Compresses the document's streams with a compressor written in JavaScript. Node's zlib gives other bytes on other
 * processors and versions; a report must be the same on every machine. The document must be made with `compress: false`.
 */
export function compressPortably(doc: PdfDocument): void {
  const target = doc as unknown as { ref(data?: object): ObjectReference };
  const makeReference = target.ref.bind(doc);
  target.ref = (data) => {
    const reference = makeReference(data);
    const finalize = reference.finalize.bind(reference);
    reference.finalize = () => {
      if (reference.buffer.length > 0 && reference.data.Filter === undefined) {
        reference.data.Filter = "FlateDecode";
        reference.buffer = [zlibSync(Buffer.concat(reference.buffer), { level: 6 })];
      }
      finalize();
    };
    return reference;
  };
}
