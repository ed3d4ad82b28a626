// The script of the page that runs our cases in a browser: `?threads=2` says on how many threads.
import * as wengert from 'wengert'
import { cases, type Mode, runOtherOperations } from './cases.ts'
import type { CaseName } from './limits.ts'
import { answering } from './measure.ts'

const threads = Number(new URLSearchParams(location.search).get('threads') ?? 1)
;(wengert as { readonly setNumThreads?: (count: number) => void }).setNumThreads?.(threads)
wengert.manualSeed(0)
runOtherOperations()
window.answer = answering((name, mode) => cases[name as CaseName]?.[mode as Mode])
