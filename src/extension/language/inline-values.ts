/** Values of variables at the end of their lines while stopped; the adapter evaluates them. */
import * as vscode from 'vscode';
import type { Type } from '../../lang/types.ts';
import { toRange } from './problems.ts';
import { LANGUAGE, type Programs } from './programs.ts';

/** Lines above the stop that get values. */
const LINES = 20;

/** Structs whose pointers are shown with a name. */
const NAMED: readonly string[] = ['task_struct', 'page'];

/** The bare address of a struct says nothing on a line of source; numbers, texts and names do. */
const isTelling = (type: Type): boolean => type.kind !== 'pointer' || type.to.kind !== 'struct' || NAMED.includes(type.to.name);

export function registerInlineValues(programs: Programs): vscode.Disposable {
  return vscode.languages.registerInlineValuesProvider(
    { language: LANGUAGE },
    {
      provideInlineValues(document, viewPort, { stoppedLocation }) {
        const analysis = programs.analysis(document);
        const from = Math.max(viewPort.start.line, stoppedLocation.start.line - LINES);
        const within = analysis.functionAt(document.offsetAt(stoppedLocation.start));
        if (!within) return [];
        const seen = new Set<string>();
        const values: vscode.InlineValue[] = [];
        for (const occurrence of analysis.occurrences()) {
          if (occurrence.start < within.declaration.start || occurrence.end > within.declaration.end) continue;
          const { meaning, name } = occurrence;
          if (meaning.kind !== 'symbol' || meaning.symbol.kind !== 'variable' || !isTelling(meaning.symbol.type)) continue;
          const range = toRange(document, occurrence);
          const key = `${name} ${range.start.line}`;
          if (range.start.line < from || range.end.line > stoppedLocation.start.line || seen.has(key)) continue;
          seen.add(key);
          values.push(new vscode.InlineValueEvaluatableExpression(range, name));
        }
        return values;
      },
    },
  );
}
