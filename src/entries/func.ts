// Entry `wengert/func`, for tensors with methods.
import '../tensor/install-methods.ts'

export * from '../func/index.ts'
