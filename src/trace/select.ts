/** A part of a recording: the events of some systems, or of some names, as one would switch them on in ftrace. */
import { EventTexts } from './event-texts.ts';
import type { Recording } from './recording.ts';

/** @param wanted names of systems (`sched`) or of events (`sched_switch`) */
export function selectEvents(recording: Recording, wanted: readonly string[]): Recording {
  const texts = new EventTexts(recording);
  const events = recording.events.filter((event) => {
    const { system, name } = texts.tracepointOf(event);
    return wanted.includes(system) || wanted.includes(name);
  });
  return { ...recording, events };
}

/** What `selectEvents` can be asked for in this recording, systems first. */
export function selectable(recording: Recording): string[] {
  const tracepoints = [...new EventTexts(recording).tracepoints.values()];
  return [...new Set(tracepoints.map(({ system }) => system)), ...tracepoints.map(({ name }) => name)];
}
