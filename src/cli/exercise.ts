/** `kmaplab test --expect FILE`: an exercise's own `expect` lines and schedules, held against the programs that others hand in. */
import type { Diagnostic } from '../lang/diagnostics.ts';
import { LineIndex } from '../lang/line-index.ts';
import { parseSource } from '../lang/parser.ts';
import type { Declaration } from '../lang/tree.ts';
import type { Program } from './programs.ts';

/** A program and where its expectations stand. */
export interface Graded {
  program: Program;
  /** File and line (from 1) of an `expect` line at an offset of the program's text. */
  placeOf: (offset: number) => string;
  /** What is said about a line of the exercise names the exercise. */
  translate: (diagnostic: Diagnostic) => Diagnostic;
}

/** Expectations of the program itself. */
export function ownExpectations(program: Program): Graded {
  const lines = new LineIndex(program.text);
  return { program, placeOf: (offset) => `${program.path}:${lines.lineOf(offset) + 1}`, translate: (diagnostic) => diagnostic };
}

const speaksOfRuns = ({ kind }: Declaration): boolean => kind === 'expect' || kind === 'schedule';

function partsOf({ path, text }: Program): Declaration[] {
  const { file } = parseSource({ uri: path, text, role: 'program' });
  return file.declarations.filter(speaksOfRuns);
}

/**
 * The program with the expectations and schedules of the exercise in place of its own. Everything else keeps its line, so that diagnostics and
 * findings name the lines that were handed in.
 */
export function withExpectations(program: Program, exercise: Program): Graded {
  let text = program.text;
  for (const { start, end } of partsOf(program)) {
    text = text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, ' ') + text.slice(end);
  }
  const lines = new LineIndex(exercise.text);
  const parts: { from: number; start: number }[] = [];
  for (const { start, end } of partsOf(exercise)) {
    text += '\n';
    parts.push({ from: text.length, start });
    text += exercise.text.slice(start, end);
  }
  /** Offset in the exercise; undefined: it is in what was handed in. */
  const inExercise = (offset: number): number | undefined => {
    const part = parts.findLast(({ from }) => from <= offset);
    return part && offset - part.from + part.start;
  };
  return {
    program: { path: program.path, text: `${text}\n` },
    placeOf: (offset) => `${exercise.path}:${lines.lineOf(inExercise(offset) ?? 0) + 1}`,
    translate(diagnostic) {
      const start = diagnostic.uri === program.path ? inExercise(diagnostic.range.start) : undefined;
      if (start === undefined) return diagnostic;
      const range = { start, end: start + diagnostic.range.end - diagnostic.range.start };
      return { ...diagnostic, uri: exercise.path, range, message: `${program.path}: ${diagnostic.message}` };
    },
  };
}
