// The library's errors: one base class, one stable `code` each. A message is one sentence: operation, what it got, what to do.

/** The stable `code` of an error, for programs that want to tell them apart. */
export type ErrorCode = 'Shape' | 'DType' | 'Index' | 'Grad' | 'Option' | 'Device' | 'OutOfMemory' | 'Trace'

/** Base of every error that the library throws on purpose. */
export class WengertError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.name = `${code}Error`
  }
}

/** Sizes or ranks that do not fit together. */
export class ShapeError extends WengertError {
  constructor(message: string) {
    super('Shape', message)
  }
}

/** A dtype that the operation does not take. */
export class DTypeError extends WengertError {
  constructor(message: string) {
    super('DType', message)
  }
}

/** An index or dim out of range. */
export class IndexError extends WengertError {
  constructor(message: string) {
    super('Index', message)
  }
}

/** Wrong use of gradients or of the tape. */
export class GradError extends WengertError {
  constructor(message: string) {
    super('Grad', message)
  }
}

/** An argument or option that does not exist or has a value it cannot have. */
export class OptionError extends WengertError {
  constructor(message: string) {
    super('Option', message)
  }
}

/** A device that does not exist here, or that failed: a thread that ended in the middle of a kernel. */
export class DeviceError extends WengertError {
  constructor(message: string) {
    super('Device', message)
  }
}

/** A value was asked for where only its computation is known. */
export class TraceError extends WengertError {
  constructor(message: string) {
    super('Trace', message)
  }
}

const units = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB'] as const

/** `40 GB`: with three digits. */
export function printBytes(bytes: number): string {
  const unit = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10)))
  return `${Number((bytes / 1024 ** unit).toPrecision(3))} ${units[unit]}`
}

/** Memory that neither the heap nor the engine has. Everything stays usable. */
export class OutOfMemoryError extends WengertError {
  /** How much was asked for at once. */
  readonly bytes: number
  constructor(bytes: number, operation = 'allocate') {
    super(
      'OutOfMemory',
      `${operation}: there are no ${printBytes(bytes)} of memory. Use smaller tensors, or drop some that you still hold.`,
    )
    this.bytes = bytes
  }
}
