/** The programs that the bench runs. */

/** Bytes of a page. */
export const PAGE_BYTES = 4096;

/** The bytes over which both emulators compute the CRC, made the same way in the program below. */
export const pageBytes = (): Uint8Array => new Uint8Array(PAGE_BYTES).map((_, i) => (i * 7 + 3) & 0xff);

/** CRC-16, bit by bit, over a page read through a mapping; `rounds` times. The result of the last round is printed. */
export const crcProgram = (rounds: number): string => `machine {
	cpus      = 1;
	preempt   = full;
	mapping   = kmap_local;
	tick_ns   = 100ms;
	steps_max = 1000000000;
}

page data = "";

task crc(cpu = 0)
{
	unsigned int sum = 0;
	int round, i, bit;
	unsigned char *p = kmap_local_page(data);

	for (i = 0; i < ${PAGE_BYTES}; i++)
		p[i] = i * 7 + 3;
	printk("start");
	for (round = 0; round < ${rounds}; round++) {
		sum = 0;
		for (i = 0; i < ${PAGE_BYTES}; i++) {
			sum ^= p[i];
			for (bit = 0; bit < 8; bit++) {
				if (sum & 1)
					sum = (sum >> 1) ^ 0xa001;
				else
					sum = sum >> 1;
			}
		}
	}
	printk("crc %u", sum);
	kunmap_local(p);
}
`;

/** Two tasks on two CPUs each, that map, write, give way and unmap for as long as they are let. */
export const BUSY_PROGRAM = `machine {
	cpus      = 2;
	preempt   = full;
	mapping   = kmap_local;
	steps_max = 1000000000;
}

page letter[4] = { "one", "two", "three", "four" };

static void work(int n)
{
	for (;;) {
		char *a = kmap_local_page(letter[n]);
		char *b = kmap_local_page(letter[(n + 1) & 3]);

		a[0] = b[1];
		yield();
		kunmap_local(b);
		kunmap_local(a);
	}
}

task one(policy = SCHED_FIFO, prio = 10, cpu = 0) { work(0); }
task two(policy = SCHED_FIFO, prio = 10, cpu = 0) { work(1); }
task three(policy = SCHED_FIFO, prio = 10, cpu = 1) { work(2); }
task four(policy = SCHED_FIFO, prio = 10, cpu = 1) { work(3); }
`;

/** A text of so many lines, for the parser and the checker. */
export function longProgram(lines: number): string {
  const head = ['machine { cpus = 2; mapping = kmap_local; }', 'page letter = "text";', ''];
  const body: string[] = [];
  for (let n = 0; head.length + body.length + 12 <= lines; n++) {
    body.push(
      `/* Function number ${n}: adds up what it finds on a page. */`,
      `static int sum_${n}(struct page *page, int count)`,
      '{',
      '\tchar *text = kmap_local_page(page);',
      '\tint i, total = 0;',
      '',
      '\tfor (i = 0; i < count && text[i] != 0; i++) {',
      `\t\ttotal += text[i] * ${n + 1};`,
      '\t\tif (total > 1000 || (i & 3) == 2)',
      '\t\t\ttotal -= (total >> 2) + sizeof(int);',
      '\t}',
      '\tkunmap_local(text);',
      '\treturn total;',
      '}',
      '',
    );
  }
  return [...head, ...body, 'task one(cpu = 0) { sum_0(letter, 4); }', ''].join('\n');
}
