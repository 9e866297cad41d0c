/**
 * Every diagnostic of the language: its stable code, how grave it is, and an explanation for people who meet it for the first
 * time. docs/diagnostics.md is made from this table, and a test triggers each entry.
 */
import type { Diagnostic } from './diagnostics.ts';

export interface DiagnosticEntry {
  /** K10xx text, K11xx structure, K12xx names and types, K13xx expressions, K14xx statements, K15xx laboratory, K16xx limits, K17xx advice. */
  code: string;
  severity: Diagnostic['severity'];
  title: string;
  /** What it means and what usually cures it. */
  explanation: string;
}

const error = (code: string, title: string, explanation: string): DiagnosticEntry => ({
  code,
  severity: 'error',
  title,
  explanation,
});

const warning = (code: string, title: string, explanation: string): DiagnosticEntry => ({
  ...error(code, title, explanation),
  severity: 'warning',
});

export const diagnosticCatalogue = {
  strangeCharacter: error(
    'K1001',
    'strange character',
    'A character that has no meaning in the language stands outside of strings and comments.',
  ),
  unclosedComment: error(
    'K1002',
    'comment without end',
    'A comment that begins with /* reaches to the end of the file because its */ is missing.',
  ),
  unclosedQuote: error('K1003', 'string without end', 'A string or character literal must end on the line on which it begins.'),
  badNumber: error(
    'K1004',
    'malformed number',
    'Numbers are decimal, hexadecimal (0x1f) or octal (017) integers. There is no floating point in the kernel.',
  ),
  badEscape: error(
    'K1005',
    'unknown escape',
    'After a backslash stands one of n t r 0 a b f v, a quote, a backslash, xHH or up to three octal digits.',
  ),
  badCharacter: error('K1006', 'malformed character', "A character literal such as 'L' holds exactly one byte."),

  expectedToken: error(
    'K1101',
    'something is missing',
    'The text cannot go on like this: the sign named in the message is missing at the place marked.',
  ),
  expectedSemicolon: error('K1102', 'missing semicolon', 'Statements, declarations and settings end with a semicolon.'),
  expectedExpression: error(
    'K1103',
    'missing expression',
    'A value was expected here: a name, a number, a call, something in parentheses.',
  ),
  expectedName: error(
    'K1104',
    'missing name',
    'A name was expected here. Words of the language, such as `int` or `for`, cannot be names.',
  ),
  expectedType: error('K1105', 'missing type', 'A type was expected here, such as `int`, `struct page *` or `u64`.'),
  expectedStatement: error('K1106', 'missing statement', 'An `if`, `else` or loop needs a statement or a block that it governs.'),
  expectedDeclaration: error(
    'K1107',
    'not a declaration',
    'Outside of functions stand only declarations: functions, variables, types, and the laboratory’s machine, page, task, irq, nmi, schedule and expect.',
  ),
  unclosedBlock: error('K1108', 'block without end', 'A `{` has no matching `}`. The place was found by the indentation.'),
  strayBrace: error('K1109', 'brace too many', 'A `}` has no matching `{`.'),
  unexpectedElse: error('K1110', 'else without if', 'An `else` belongs to the `if` directly before it.'),
  misplaced: error(
    'K1111',
    'wrong place',
    'This declaration cannot stand here: types, functions and the laboratory’s declarations stand outside of functions.',
  ),
  unsupported: error(
    'K1112',
    'not part of the language',
    'The language is a subset of kernel C. The message says what to write instead.',
  ),

  unknownName: error(
    'K1201',
    'unknown name',
    'Nothing of this name is declared: no variable, constant or function of the program or of the kernel.',
  ),
  unknownType: error(
    'K1202',
    'unknown type',
    'No type of this name is declared. Structs are written with the word struct before their name.',
  ),
  unknownMember: error('K1203', 'unknown member', 'The struct has no member of this name.'),
  unknownLabel: error('K1204', 'unknown label', 'A goto can only go to a label in the same function.'),
  unknownOption: error('K1205', 'unknown option', 'IS_ENABLED() knows the options of this kernel only.'),
  redeclared: error(
    'K1206',
    'declared twice',
    'A name can be declared only once in the same block, and once among the functions and variables of the program and the kernel.',
  ),
  conflicting: error('K1207', 'conflicting declarations', 'Two declarations of the same thing say different types.'),
  undefinedFunction: error('K1208', 'function without body', 'The function has a prototype, and no file defines it.'),
  recursiveType: error(
    'K1209',
    'type inside itself',
    'A struct cannot contain itself, and a typedef cannot be made of itself. A pointer to the struct is possible.',
  ),
  wrongModel: error(
    'K1210',
    'not in this mapping model',
    'Each mapping model has its own calls, as the kernels of its time had. map_page() and unmap_page() exist in all of them.',
  ),
  kernelOnly: error(
    'K1211',
    'kernel only',
    'This function is a part of the hardware or of the emulator that only kernel source and mapping models may use.',
  ),
  userModeCall: error(
    'K1212',
    'kernel call in user mode',
    'The body of a user task runs in user mode. It enters the kernel by functions marked SYSCALL only.',
  ),
  badArray: error('K1213', 'impossible array', 'The length of an array is a positive constant, and its elements have a size.'),
  badType: error('K1214', 'impossible type', 'No variable or parameter can have this type.'),

  badConversion: error(
    'K1301',
    'types do not match',
    'A value of one type was given where another is wanted, and C does not convert between the two by itself.',
  ),
  badOperands: error('K1302', 'operator on wrong types', 'The operator does not work on values of these types.'),
  badCondition: error('K1303', 'not a condition', 'A condition is a number or a pointer; it holds when it is not zero.'),
  notAssignable: error(
    'K1304',
    'not a place',
    'Only variables, members, elements and what pointers point to can be changed or have an address.',
  ),
  constAssigned: error('K1305', 'constant is changed', 'What is declared const, and the names of pages, cannot be changed.'),
  notPointer: error('K1306', 'not a pointer', 'Only pointers can be followed, and only arrays and pointers have elements.'),
  voidPointer: error(
    'K1307',
    'void pointer is followed',
    'A void pointer does not say how large or of which kind the thing is that it points to.',
  ),
  wrongAccess: error(
    'K1308',
    'dot and arrow',
    'A member of a struct is written with a dot, a member of what a pointer points to with an arrow.',
  ),
  notFunction: error('K1309', 'not a function', 'Only functions and pointers to functions can be called.'),
  notValue: error('K1310', 'not a value', 'The name of a task cannot be used as a value.'),
  argumentCount: error(
    'K1311',
    'wrong number of arguments',
    'The call has more or fewer arguments than the function has parameters.',
  ),
  noValue: error('K1312', 'no value', 'A function that returns nothing was used as if it returned a value.'),
  notConstant: error(
    'K1313',
    'not a constant',
    'The value must be known before the program runs: numbers, constants, sizeof, addresses of static variables.',
  ),
  userPointer: error(
    'K1314',
    'user memory',
    'A __user pointer is an address in the memory of a user process. The page may be absent, so the kernel follows it only with copy_from_user() and copy_to_user().',
  ),
  perCpuAccess: error(
    'K1315',
    'which CPU?',
    'A per-CPU variable exists once for each CPU. this_cpu_read(x), this_cpu_write(x, v) and this_cpu_ptr(&x) mean the copy of the running CPU, per_cpu(x, cpu) that of another.',
  ),
  unmapsPage: error(
    'K1316',
    'page where an address is wanted',
    'kunmap_local(), kunmap_atomic() and kunmap_temporary() take the address, kunmap() takes the page. Passing a page is a compile-time error from Linux 2.6.36 on; before that it compiled, and leaked the mapping.',
  ),
  badInitializer: error('K1317', 'initialiser does not fit', 'The list or value does not fit the type of the variable.'),
  buildBug: error('K1318', 'BUILD_BUG_ON', 'A condition that must not hold holds.'),

  badReturn: error(
    'K1401',
    'wrong return',
    'A function that returns a value returns one everywhere, and one that returns nothing nowhere. Tasks and handlers return nothing.',
  ),
  strayJump: error(
    'K1402',
    'jump without target',
    'break belongs into a loop or switch, continue into a loop, case and default into a switch.',
  ),
  duplicateCase: error('K1403', 'case twice', 'Each value, and default, can stand once in a switch.'),

  unknownSetting: error('K1501', 'unknown setting', 'The declaration has no setting of this name.'),
  badSetting: error('K1502', 'wrong value of a setting', 'The setting does not have this value, or its value is out of range.'),
  settingTwice: error('K1503', 'setting twice', 'A setting can be set only once.'),
  badPage: error(
    'K1504',
    'wrong page',
    'A page holds 4096 bytes. An array of pages has one text for each page or fewer; the others are empty.',
  ),
  badExpectation: error(
    'K1505',
    'wrong expectation',
    'An expectation names an outcome, a condition over settings, and a schedule, default or any.',
  ),
  badSchedule: error('K1506', 'wrong schedule', 'A schedule names interrupts, tasks and places that exist.'),
  notInKernel: error(
    'K1507',
    'not in kernel source',
    'Tasks, pages, interrupts, schedules and expectations stand in the program, not in kernel source or mapping models.',
  ),

  limit: error(
    'K1601',
    'limit reached',
    'The language and the machine have limits, so that everything stays fast and nothing hangs. The message names the limit and what to do.',
  ),

  assignmentAsCondition: warning(
    'K1701',
    'assignment as condition',
    'A single = stores. Two pairs of parentheses say that it is meant.',
  ),
  emptyBody: warning(
    'K1702',
    'empty if',
    'A semicolon directly after the condition is an empty statement, and the next statement runs always.',
  ),
  noEffect: warning('K1703', 'no effect', 'A value is computed and thrown away.'),
  mappingLost: warning(
    'K1704',
    'mapping is lost',
    'The address that a map call returns is the only way to use and to unmap the mapping.',
  ),
  constDiscarded: warning(
    'K1705',
    'const is lost',
    'A pointer to something constant becomes a pointer through which it could be changed.',
  ),
  constantOverflow: warning(
    'K1706',
    'constant does not fit',
    'The constant is cut to the size of the type, so another value is stored.',
  ),
  divisionByZero: warning('K1707', 'division by zero', 'The division traps when it is reached.'),
  badShift: warning('K1708', 'shift out of range', 'C does not define shifts by less than zero or by all bits and more.'),
  outOfBounds: warning(
    'K1709',
    'index out of range',
    'The array does not have this element. The access happens all the same, to whatever lies there.',
  ),
  badFormat: warning('K1710', 'format and values differ', 'Each % in the format takes one value of its kind.'),
  missingReturn: warning(
    'K1711',
    'result may be missing',
    'The function returns a value, but its end can be reached without a return. The caller then gets a random value.',
  ),
  uninitialised: warning(
    'K1712',
    'read before it is set',
    'The variable is read, and nothing was stored in it before on any way to this place.',
  ),
  unmapsPageUnseen: warning(
    'K1714',
    'page unmapped without a check',
    'An unmap call takes the address. Up to Linux 2.6.35 nothing looked whether it is given a page: it unmaps nothing, and the slot stays in use.',
  ),
  unusedVariable: { ...warning('K1713', 'unused variable', 'Nothing reads the variable.'), severity: 'information' },
} as const satisfies Record<string, DiagnosticEntry>;

export type DiagnosticKey = keyof typeof diagnosticCatalogue;
