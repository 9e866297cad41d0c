/**
 * Text that Perfetto imports as systrace (scheduler 9.4): at most four flag characters, a process for each task, and sections as atrace
 * marks. What only this emulator knows shows as marks or not at all.
 */
import type { KernelEvent } from '../kernel/events.ts';
import { EventTexts } from './event-texts.ts';
import { kernelTracepoints } from './kernel-tracepoints.ts';
import { KmapDepth } from './kmap-depth.ts';
import { contextFlags, cpuColumn, nanosecondStamp, taskColumn } from './line-header.ts';
import type { Recording } from './recording.ts';

export function perfettoText(recording: Recording): string {
  const texts = new EventTexts(recording);
  const depths = new KmapDepth();
  const lines: string[] = [];
  for (const event of recording.events) {
    const line = (text: string) => lines.push(`${lineHeader(event)}${text}`);
    if (kernelTracepoints[event.type]) {
      const { name, text } = texts.of(event);
      // Of the events of a wake-up Perfetto reads this one only, and a new task has none.
      if (event.type === 'sched_wakeup_new') line(`sched_waking: ${text}`);
      line(`${name}: ${text}`);
    }
    const mark = atraceMark(event, depths.after(event));
    if (mark !== undefined) line(`tracing_mark_write: ${mark}`);
  }
  return `${[...header(lines.length, recording.cpus), ...lines].join('\n')}\n`;
}

/** Everything before the name: with the process, and without the fifth flag character, which the importer does not take. */
export function lineHeader(event: KernelEvent): string {
  const process = event.pid === 0 ? '-------' : String(event.pid).padStart(7);
  const flags = contextFlags(event).slice(0, 4);
  return `${taskColumn(event)}(${process}) ${cpuColumn(event.cpu)}${flags} ${nanosecondStamp(event.time)}: `;
}

/** Sections as B and E, which nest by task; mappings as a counter, as they may end in any order. */
function atraceMark(event: KernelEvent, depth: number | undefined): string | undefined {
  const { pid } = event;
  if (depth !== undefined) return `C|${pid}|kmap_depth|${depth}`;
  if (event.type === 'migrate_disable' && event.migration_disabled === 1) return `B|${pid}|migrate_disable`;
  if (event.type === 'migrate_enable' && event.migration_disabled === 0) return `E|${pid}`;
  return undefined;
}

function header(entries: number, cpus: number): string[] {
  return [
    '# tracer: nop',
    '#',
    `# entries-in-buffer/entries-written: ${entries}/${entries}   #P:${cpus}`,
    '#',
    '#                                          _-----=> irqs-off/BH-disabled',
    '#                                         / _----=> need-resched',
    '#                                        | / _---=> hardirq/softirq',
    '#                                        || / _--=> preempt-depth',
    '#                                        ||| /     delay',
    '#           TASK-PID       TGID     CPU#  ||||     TIMESTAMP  FUNCTION',
    '#              | |           |        |   ||||         |         |',
  ];
}
