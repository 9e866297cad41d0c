/** Runs once before all tests: the kernel's sources are embedded as they are on disk now. */
import { embed } from '../scripts/embed-klab.mjs';

export default function setup(): void {
  embed();
}
