/** Thrown inside an intrinsic that was handed a pointer to nothing: the call becomes a page fault of the emulated kernel. */
export class EmulatedFault extends Error {
  override readonly name = 'EmulatedFault';
  readonly address: number;

  constructor(address: number) {
    super(`nothing usable lies at 0x${(address >>> 0).toString(16)}`);
    this.address = address;
  }
}
