// Entry `wengert/testing`: derivatives against finite differences, and closeness of results.
export { assertClose } from './assert-close.ts'
export type { CheckedOutputs } from './checked-function.ts'
export { gradcheck } from './gradcheck.ts'
export { gradgradcheck } from './gradgradcheck.ts'
export type { AssertCloseOptions, GradcheckOptions } from './signatures.ts'
