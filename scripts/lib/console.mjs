/** What the scripts print, and how they run other programs. */
import { spawn } from 'node:child_process';

/** A step failed in a way that a person can do something about; shown without a stack. */
export class StepError extends Error {
  /**
   * @param {string} what what failed
   * @param {string} cure what to do now
   */
  constructor(what, cure) {
    super(what);
    this.cure = cure;
  }
}

/** @param {string} text */
export function say(text) {
  process.stdout.write(`${text}\n`);
}

/**
 * Runs `main`; a `StepError` ends the process with its two sentences, anything else with its stack. Exit status 1.
 * @param {() => Promise<unknown>} main
 */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    if (error instanceof StepError) process.stderr.write(`\nFailed: ${error.message}\nWhat to do: ${error.cure}\n`);
    else process.stderr.write(`\n${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  }
}

/**
 * Runs a program and waits for it. `output` is everything it wrote when `capture` is set; else it writes to our own output.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, capture?: boolean }} [options]
 * @returns {Promise<{ status: number, output: string }>}
 */
export function run(program, args, { cwd, env, capture = false } = {}) {
  return new Promise((resolve, reject) => {
    // Windows runs command files only through its shell, which wants paths with blanks quoted.
    const shell = /\.(cmd|bat)$/i.test(program);
    const quoted = shell ? [program, ...args].map((part) => `"${part}"`) : [program, ...args];
    const child = spawn(quoted[0], quoted.slice(1), {
      cwd,
      shell,
      env: env ?? process.env,
      stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
    });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status: signal ? 1 : (status ?? 1), output }));
  });
}
