/** The `trace` file of ftrace (scheduler 9.1, 9.2): header block, one line an event, five flag characters as since about 5.15. */
import { EventTexts } from './event-texts.ts';
import { contextFlags, cpuColumn, microsecondStamp, taskColumn } from './line-header.ts';
import type { Recording } from './recording.ts';

export function ftraceText(recording: Recording): string {
  const texts = new EventTexts(recording);
  const { events, cpus } = recording;
  const lines = header(events.length, cpus);
  for (const event of events) {
    const { name, text } = texts.of(event);
    const stamp = microsecondStamp(event.time);
    lines.push(`${taskColumn(event)}${cpuColumn(event.cpu)}${contextFlags(event)} ${stamp}: ${name}: ${text}`);
  }
  return `${lines.join('\n')}\n`;
}

function header(entries: number, cpus: number): string[] {
  return [
    '# tracer: nop',
    '#',
    `# entries-in-buffer/entries-written: ${entries}/${entries}   #P:${cpus}`,
    '#',
    '#                                _-----=> irqs-off/BH-disabled',
    '#                               / _----=> need-resched',
    '#                              | / _---=> hardirq/softirq',
    '#                              || / _--=> preempt-depth',
    '#                              ||| / _-=> migrate-disable',
    '#                              |||| /     delay',
    '#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION',
    '#              | |         |   |||||     |         |',
  ];
}
