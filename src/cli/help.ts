/** Help texts. One per command; `kmaplab help COMMAND` and `kmaplab COMMAND --help` show it. */

const OPTIONS = `  --set NAME=VALUE   overrides a setting of machine { }; may be given several times
  --json             one JSON value per line, for programs`;

const STATUS =
  'Exit status: 0 clean or as expected, 1 a finding or a failed expectation, 2 wrong use or an error in the text, 3 our fault.';

export const HELP: Readonly<Record<string, string>> = {
  run: `kmaplab run [options] FILE

Runs a program to its end and prints what the kernel says, each finding with the schedule that reproduces it, and a last line.

  --schedule NAME    a schedule of the program, or a file with the text of one
  --steps N          stops after N micro-steps
  --at STEP          goes to that micro-step and prints the views there instead
  --events           prints every event as well
  --metrics          prints scheduling metrics at the end: sections, latencies, interference (docs/traces.md)
${OPTIONS}

${STATUS}`,

  check: `kmaplab check [options] FILE|FOLDER...

Checks programs without running them. Diagnostics are printed as file:line:col: error: text.

${OPTIONS}

${STATUS}`,

  test: `kmaplab test [options] FILE|FOLDER...

Checks the expect lines of programs. A line with a condition is checked on a machine for which it holds. A line "on any" speaks
of every schedule; nothing searches them all yet, so it counts as unproven, never as passed. Below a line that fails stands what the run
showed, on which line of the program, and the command that shows it again. A program that does not build counts as one failed line.
The last line is "N passed, N failed, N skipped, N unproven".
With --mapping and no file the shipped suite tries that mapping model out; each failure comes with the schedule that shows it again.

  --expect FILE      takes expect lines and schedules from FILE and not from the programs: an exercise, held against what was handed in
  --mapping MODEL    a mapping model, or the path of your own (docs/mapping-models.md)
${OPTIONS}

${STATUS}`,

  matrix: `kmaplab matrix [options] FILE|FOLDER...

Runs programs under every mapping model and prints a table: clean, what was found, or n/a, with the reason below, where a model lacks
a call of the program. One program alone shows what each run cost as well.
Where a program has expect lines each cell is compared with those for its machine and schedule: "!" behind a result says that one of
them does not hold (which one stands below), "?" that none speaks of it. The last line counts them.

  --schedule NAME    the same schedule under every model
  --schedules        every schedule of each program, one row each
  --set NAME=A,B     tries several values, one row for each combination
${OPTIONS}

${STATUS}`,

  metrics: `kmaplab metrics [options] FILE

Runs a program and prints its scheduling metrics, for each task and CPU: where the time of migrate_disable() sections went, what pinning
costs others, latencies, times without preemption or interrupts, waiting for locks. Definitions are in docs/traces.md.

  --compare NAME=A,B runs it with each of these values of a setting, and prints them side by side; may be given several times
  --schedule NAME    a schedule of the program, or a file with the text of one
${OPTIONS}

Exit status: 0 computed, 2 wrong use or an error in the text, 3 our fault.`,

  export: `kmaplab export --format FORMAT [options] FILE

Runs a program to its end and writes its events for other tools. Without --output a text goes to standard output. A last line on
standard error says how much there was; findings of the run do not change the exit status.

  --format ftrace    the trace file of ftrace: five flag characters
  --format perfetto  ftrace text that Perfetto imports: four flag characters, sections as atrace marks
  --format tracedat  trace.dat, version 6, for trace-cmd and KernelShark; needs --output
  --format json      trace events as JSON, for Perfetto and chrome://tracing
  --output FILE      where to write
  --events A,B       only these systems (sched, irq, ...) or events (sched_switch, ...)
  --schedule NAME    a schedule of the program, or a file with the text of one
  --steps N          stops after N micro-steps
${OPTIONS}

Exit status: 0 written, 2 wrong use or an error in the text, 3 our fault.`,

  dap: `kmaplab dap --stdio | --port N

Debug adapter for other editors: over standard input and output, or one session per connection to 127.0.0.1.
Port 0 lets the system choose; the address is printed to standard error.

${STATUS}`,
};

export const GENERAL_HELP = `kmaplab COMMAND [options] ...

  run      runs a program
  check    checks programs without running them
  test     checks the expect lines of programs
  matrix   runs programs under every mapping model
  metrics  computes scheduling metrics, for several settings side by side
  export   writes the events of a run as a trace file
  dap      debug adapter for other editors

kmaplab help COMMAND says more. ${STATUS}`;
