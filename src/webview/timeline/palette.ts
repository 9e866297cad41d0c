/** Colours of the canvas, read from the theme each time it changes. Shape and pattern carry the meaning as well. */
import { MarkKind, SpanKind } from '../../views/timeline-index.ts';

export interface Palette {
  text: string;
  quiet: string;
  line: string;
  background: string;
  now: string;
  marker: string;
  focus: string;
  span: Record<SpanKind, string>;
  mark: Record<MarkKind, string>;
  font: string;
  contrast: boolean;
  tasks: readonly string[];
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const color = (...names: string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(name).trim();
      if (value) return value;
    }
    return '#888888';
  };
  const text = color('--vscode-foreground');
  const blue = color('--vscode-charts-blue', '--vscode-foreground');
  const orange = color('--vscode-charts-orange', '--vscode-foreground');
  const red = color('--vscode-charts-red', '--vscode-errorForeground');
  const quiet = color('--vscode-descriptionForeground');
  const green = color('--vscode-charts-green', '--vscode-foreground');
  const purple = color('--vscode-charts-purple', '--vscode-foreground');
  const yellow = color('--vscode-charts-yellow', '--vscode-foreground');
  return {
    text,
    quiet,
    line: color('--vscode-widget-border', '--vscode-panel-border', '--vscode-contrastBorder', '--vscode-descriptionForeground'),
    background: color('--vscode-panel-background', '--vscode-editor-background'),
    now: color('--vscode-debugIcon-pauseForeground', '--vscode-focusBorder'),
    marker: purple,
    focus: color('--vscode-focusBorder'),
    span: {
      [SpanKind.idle]: 'transparent',
      [SpanKind.running]: blue,
      [SpanKind.runnable]: quiet,
      [SpanKind.sleeping]: quiet,
      [SpanKind.interrupt]: orange,
      [SpanKind.nmi]: red,
      [SpanKind.many]: quiet,
    },
    mark: {
      [MarkKind.map]: green,
      [MarkKind.unmap]: quiet,
      [MarkKind.fault]: red,
      [MarkKind.migration]: purple,
      [MarkKind.finding]: red,
      [MarkKind.raise]: orange,
      [MarkKind.wakeup]: blue,
      [MarkKind.print]: quiet,
      [MarkKind.flush]: orange,
    },
    tasks: [blue, green, purple, yellow, orange],
    font: `${style.getPropertyValue('--vscode-font-size').trim() || '13px'} ${style.getPropertyValue('--vscode-font-family').trim() || 'sans-serif'}`,
    contrast:
      document.body.classList.contains('vscode-high-contrast') || document.body.classList.contains('vscode-high-contrast-light'),
  };
}
