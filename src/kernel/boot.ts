/** Boot: lays memory out, makes tasks, pages and interrupt lines, and puts every CPU into its idle task. */
import { Machine } from '../machine/machine.ts';
import { PAGE_SHIFT } from '../machine/memory-plan.ts';
import { frameSpecs, installPages, planPages, userWindow } from './boot-pages.ts';
import { idleTask, programTasks } from './boot-tasks.ts';
import { installZone, zoneFrames, zonePages } from './boot-zone.ts';
import type { BuiltProgram } from './build.ts';
import { devicesOf } from './devices.ts';
import { reservedTasks } from './forked-task.ts';
import { functionIndex } from './function-index.ts';
import { machineHooks } from './hooks.ts';
import { machineIntrinsic } from './intrinsics/intrinsic.ts';
import { executed } from './intrinsics/table.ts';
import { installIrqThreads } from './irq-threads.ts';
import { Kernel } from './kernel.ts';
import { kernelThreads, makeKernelThreads } from './kernel-threads.ts';
import { mappingFacts } from './mapping-facts.ts';
import { FORKED_TASKS_MAX, kernelRegions, STACK_RESERVE } from './memory-map.ts';
import { activateTask } from './sched/classes.ts';
import { startTick } from './sched/cpu-timers.ts';
import { ENQUEUE_INITIAL } from './sched/flags.ts';
import { installHotplugThreads } from './sched/hotplug-threads.ts';
import { reschedCurr } from './sched/resched.ts';
import { installStoppers } from './sched/stopper.ts';
import { deviceTimer, timerCount } from './timer-numbers.ts';

/** A kernel at step 0: all tasks of the program queued, every CPU in its idle task and about to look for work. */
export function bootKernel(built: BuiltProgram): Kernel {
  const { image, profile, layouts, program } = built;
  const facts = mappingFacts(profile);
  const pages = planPages(program.pages, facts);
  const { cpus } = profile;
  const firstTask = cpus + kernelThreads(built).length;
  const bootTasks = firstTask + program.tasks.length;
  const sizes = { cpus, tasks: bootTasks + (built.forks ? FORKED_TASKS_MAX : 0), pages: pages.length + zonePages(built) };
  const booted: { kernel?: Kernel } = {};
  const machine = new Machine({
    image,
    cpus,
    regions: kernelRegions(image, layouts, facts, sizes),
    windows: [...facts.layout.windows, ...userWindow(pages, profile.pae)],
    frames: [...frameSpecs(pages, profile.io_apic), ...zoneFrames(zonePages(built))],
    lowmemEnd: facts.layout.high_memory === 0 ? undefined : (facts.layout.high_memory - 0xc0000000) >>> PAGE_SHIFT,
    timers: timerCount(sizes.cpus, sizes.tasks, program.irqs.length),
    stepNs: profile.step_ns,
    stackReserve: STACK_RESERVE,
    hooks: machineHooks(booted),
  });
  installPages(machine, image, layouts, facts, pages, profile.io_apic);
  installZone(machine, built, pages.length, zonePages(built));

  const idle = Array.from({ length: cpus }, (_, cpu) => idleTask(machine, built, cpu));
  const threads = makeKernelThreads(machine, built, cpus);
  const tasks = [...idle, ...threads, ...programTasks(machine, built, firstTask)];
  const runQueues = idle.map((task, cpu) => {
    const variable = image.variables.find(({ name }) => name === 'runqueues');
    const rq = layouts.rq.view(machine.memory, machine.offsetOf(machine.perCpuBase(cpu)) + (variable?.offset ?? 0));
    rq.cpu = cpu;
    rq.curr = task.address;
    rq.idle = task.address;
    machine.switchContext(cpu, task.view.thread.pc, task.view.thread.fp | 0, task.stackLow, task.address);
    machine.cpus[cpu].irqs_enabled = 1;
    return rq;
  });
  const devices = devicesOf(program.irqs, cpus, (name) => functionIndex(built, name));
  const userPages = pages.filter(({ user }) => user).map(({ pfn }) => pfn);
  const reserve = reservedTasks(machine, layouts, bootTasks, sizes.tasks - bootTasks);
  const kernel = new Kernel({ built, machine, layouts, tasks, firstTask, reserve, runQueues, devices, userPages });
  machine.setIntrinsics(
    kernel,
    executed.map(([, intrinsic]) => machineIntrinsic(intrinsic)),
  );
  installStoppers(kernel);
  installHotplugThreads(kernel);
  installIrqThreads(kernel);
  queueTasks(kernel);
  startTimers(kernel);
  booted.kernel = kernel;
  return kernel;
}

function queueTasks(kernel: Kernel): void {
  for (const task of kernel.programTasks) {
    activateTask(kernel, task.view.cpu, kernel.rq(task.view.cpu), task, ENQUEUE_INITIAL);
  }
  for (let cpu = 0; cpu < kernel.profile.cpus; cpu++) {
    if (kernel.rq(cpu).nr_running > 0) reschedCurr(kernel, cpu, kernel.rq(cpu));
  }
}

function startTimers(kernel: Kernel): void {
  const { machine, profile, devices } = kernel;
  for (let cpu = 0; cpu < profile.cpus; cpu++) {
    startTick(kernel, cpu);
  }
  devices.forEach(({ at, every, cpu, line }, index) => {
    if (at > 0) machine.clock.arm(deviceTimer(kernel, index), { due: at, cpu, line, period: every });
  });
}
