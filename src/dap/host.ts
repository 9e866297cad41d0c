/** What the adapter needs from the place it runs in: the extension, a web worker, the command line, a test. */

export interface AdapterHost {
  /** Text of a file by path or URI; undefined when there is none. */
  readFile(pathOrUri: string): Promise<string | undefined>;
  /** Calls `callback` soon, after pending messages were handled. Long runs yield through this, so that pause works. */
  schedule(callback: () => void): void;
  /** The client has said goodbye and has its answer: a process that serves only this client can end. */
  disconnected?(): void;
  /** Micro-steps between two yields. Default 20,000: a few milliseconds. */
  sliceSteps?: number;
}
