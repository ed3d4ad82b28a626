// Which line of the user's program is running: the first stack frame that is not the library's own.

/** A line of a program. */
export interface SourceLine {
  /** Path or URL as the engine reports it; relative to the working directory where it lies below. */
  readonly file: string
  readonly line: number
  readonly column: number
  /** The line's text; null where the file cannot be read (in a page). */
  readonly text: string | null
}

interface Frame {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Deep enough for a composition inside a layer inside a container. */
const DEPTH = 50

/** `at f (file:///a.ts:1:2)`, `at /a.ts:1:2` and, in other engines, `f@http://host/a.js:1:2`. */
const framePattern = /(?:^\s*at (?:.*\(|async )?|@)([^()]*?):(\d+):(\d+)\)?$/

/** The frames of a stack trace, innermost first; those without a place (`<anonymous>`, `native`) are left out. */
export function framesOf(stack: string): Frame[] {
  return stack.split('\n').flatMap((text) => {
    const [, file, line, column] = framePattern.exec(text) ?? []
    return file === undefined || file === '' || file.startsWith('node:')
      ? []
      : [{ file: pathOf(file), line: Number(line), column: Number(column) }]
  })
}

/** A file URL as a path, so that both ways of writing compare equal. */
const pathOf = (file: string): string => (file.startsWith('file://') ? decodeURIComponent(new URL(file).pathname) : file)

/** How many frames a stack trace has at most; engines other than V8 do not ask. */
const limits = Error as ErrorConstructor & { stackTraceLimit?: number | undefined }

function stackNow(): string {
  const before = limits.stackTraceLimit
  limits.stackTraceLimit = DEPTH
  const stack = new Error().stack ?? ''
  limits.stackTraceLimit = before
  return stack
}

/** Files of the library that this code may stand in, when it is published and when it runs from its sources. */
const ownFile = /^(.*\/)(?:core\/call-site\.ts|[\w-]+\.js)$/
let folder: string | null | undefined

/** The folder of the library's code; null in a bundle that mixes it with the program's. */
function libraryFolder(): string | null {
  if (folder === undefined) folder = ownFile.exec(framesOf(stackNow())[0]?.file ?? '')?.[1] ?? null
  return folder
}

/** The line of the program that called into the library; null where it cannot be told apart from the library's. */
export const callSite = (): SourceLine | null => siteOf(stackNow())

/** The same, found out when somebody asks: until then the engine has only looked at its stack. */
export function callSiteLater(): () => SourceLine | null {
  const before = limits.stackTraceLimit
  limits.stackTraceLimit = DEPTH
  const here = new Error()
  limits.stackTraceLimit = before
  let site: SourceLine | null | undefined
  return () => {
    if (site === undefined) site = siteOf(here.stack ?? '')
    return site
  }
}

function siteOf(stack: string): SourceLine | null {
  const library = libraryFolder()
  const frame = library === null ? undefined : framesOf(stack).find(({ file }) => !file.startsWith(library))
  return frame === undefined ? null : { ...frame, file: shortened(frame.file), text: textOf(frame) }
}

type NodeProcess = { readonly cwd?: () => string; readonly getBuiltinModule?: (name: string) => unknown }
const nodeProcess = (): NodeProcess | undefined => (globalThis as { process?: NodeProcess }).process

function shortened(file: string): string {
  const working = `${nodeProcess()?.cwd?.() ?? ''}/`
  return working !== '/' && file.startsWith(working) ? file.slice(working.length) : file
}

const linesOf = new Map<string, readonly string[]>()

function textOf({ file, line }: Frame): string | null {
  let lines = linesOf.get(file)
  if (lines === undefined) {
    lines = readLines(file)
    linesOf.set(file, lines)
  }
  return lines[line - 1]?.trim() ?? null
}

function readLines(file: string): readonly string[] {
  const files = nodeProcess()?.getBuiltinModule?.('node:fs') as { readFileSync(path: string, encoding: 'utf8'): string } | undefined
  try {
    return files?.readFileSync(file, 'utf8').split('\n') ?? []
  } catch {
    return [] // generated code, or a file of another machine
  }
}
