// A process that runs our cases on request: a line of JSON in, a line of JSON out. Its environment says with how many threads.
import { createInterface } from 'node:readline'
import * as wengert from 'wengert'
import { cases, type Mode, runOtherOperations } from './cases.ts'
import type { CaseName } from './limits.ts'
import { answering, type Request } from './measure.ts'

wengert.manualSeed(0)
runOtherOperations()
const answer = answering((name, mode) => cases[name as CaseName]?.[mode as Mode])
for await (const line of createInterface(process.stdin)) console.log(JSON.stringify(await answer(JSON.parse(line) as Request)))
