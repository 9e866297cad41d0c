/** A text and positions in it. */

export type SourceRole =
  /** Shipped kernel source: may use intrinsics, anchors and tags. */
  | 'kernel'
  /** What the learner wrote: the laboratory's declarations are allowed. */
  | 'program'
  /** A learner's own mapping model (`mapping = "./mine.klab"`): compiled like kernel source. */
  | 'model';

export interface Source {
  /** `klab-kernel:/mm/kmap-local.klab` for kernel sources; the document's URI or path for the learner's. */
  uri: string;
  text: string;
  role: SourceRole;
  /** Only declarations are read and checked; bodies of functions are passed over. For sources that are known to be right. */
  outline?: true;
}

/** Half-open range of UTF-16 offsets in one source. */
export interface Range {
  start: number;
  end: number;
}

/** A range with its source (index into the compiled list of sources). */
export interface Span extends Range {
  source: number;
}
