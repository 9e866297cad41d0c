/** Arrow keys walk over everything in a view that can be activated; Home and End go to its ends. */
export function installArrowKeys(root: HTMLElement): void {
  root.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY }[event.key];
    const target = event.target;
    if (step === undefined || !(target instanceof HTMLElement) || !target.matches('[data-nav]')) return;
    const stops = [...root.querySelectorAll<HTMLElement>('[data-nav]')];
    const wanted = Math.max(0, Math.min(stops.length - 1, stops.indexOf(target) + step));
    stops[wanted].focus();
    event.preventDefault();
  });
}

/** When the keyboard comes back to the webview it goes where it was; VS Code puts it on the page's body. */
export function installFocusMemory(root: HTMLElement): void {
  let last: HTMLElement | undefined;
  root.addEventListener('focusin', (event) => {
    if (event.target instanceof HTMLElement) last = event.target;
  });
  root.addEventListener('pointerdown', () => {
    last = undefined;
  });
  window.addEventListener('focus', () => {
    if (last?.isConnected && document.activeElement === document.body) last.focus({ preventScroll: true });
  });
}
