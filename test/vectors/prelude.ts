/** Source text that most vector programs begin with. */

/** Pages whose first two letters say which they are. */
export const PAGES = `
page p1 = "P1"; page p2 = "P2"; page p3 = "P3"; page p4 = "P4";
page pa[3] = { "A0", "A1", "A2" };
page pb[3] = { "B0", "B1", "B2" };
page pc[2] = { "C0", "C1" };
page pi = "II";
page low lowpage = "low";
`;

/** Reports in one line what the reference's vectors speak of. */
export const SHOW = `
static void show(const void *addr)
{
	printk("%lx idx %d pinned %d preempt %d nofault %d", (unsigned long)addr, current->kmap_ctrl.idx,
	       current->migration_disabled, preempt_count(), current->pagefault_disabled);
}

static void look(const char *what, const char *addr)
{
	printk("%s %c%c", what, addr[0], addr[1]);
}
`;

export interface VectorSettings {
  /** A model, or the path of a learner's own in quotes. */
  mapping: 'km_type' | 'atomic_stack' | 'kmap_temporary' | 'split_switch' | 'kmap_local' | `alt_${string}` | `"${string}"`;
  [setting: string]: string | number;
}

/** A program: machine, pages, helpers, then `body`. */
export function program(settings: VectorSettings, body: string): string {
  const lines = Object.entries({ cpus: 2, ...settings }).map(([name, value]) => `\t${name} = ${value};\n`);
  return `machine {\n${lines.join('')}}\n${PAGES}${SHOW}${body}`;
}
